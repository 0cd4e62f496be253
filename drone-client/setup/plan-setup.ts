/** What has to change so that a system is as wished. Pure: given what lies there, says what is to lie there. */

import { ConfigError, RefusedError, UsageError } from '../../lib/errors.js';
import { planCmdline } from './boot-cmdline.js';
import { bootConfigNotes, planBootConfig } from './boot-config.js';
import { type Change, edited, type PlanInput, refuseOther, type Wanted } from './change.js';
import { cmdlinePath, configPath, type Facts, hciuart, serialGettys, setupPaths } from './facts.js';
import { bytesOf, isAsWanted, type Snapshot, stateAt, textOf } from './file-state.js';
import { planClient } from './plan-client.js';
import { chronyPart, planChronyMain, planHosts, planNetworkState } from './small-files.js';
import { readWifiKeyfile, wifiKeyfile } from './wifi-keyfile.js';
import type { Wishes } from './wishes.js';

export type Plan = {
  readonly changes: readonly Change[];
  /** Paths that are as wished. */
  readonly unchanged: readonly string[];
  /** What people should know. */
  readonly notes: readonly string[];
};

/** @throws RefusedError, ConfigError, UsageError for a system that can not be set up so; then nothing may be changed. */
export function planSetup(input: PlanInput): Plan {
  const parts = [planBoot, planWifi, planName, planClient, planTime].map((plan) => plan(input));
  const files = parts.flatMap((part) => part.files);
  for (const { path } of files) refuseOther(input.snapshot, path);
  const isDone = ({ path, wanted }: Change) => isAsWanted(stateAt(input.snapshot, path), wanted);
  return {
    changes: files.filter((file) => !isDone(file)),
    unchanged: files.filter(isDone).map(({ path }) => path),
    notes: parts.flatMap((part) => part.notes),
  };
}

function planBoot({ snapshot, facts, wishes }: PlanInput): Wanted {
  const { uart, spi, country } = wishes;
  const { bootFolder } = facts;
  if (bootFolder === undefined) {
    const note =
      'no config.txt in /boot/firmware or /boot: this is no Raspberry Pi, or its boot partition is not mounted there; serial line, SPI and console are left alone';
    return { files: [], notes: uart || spi || country !== undefined ? [note] : [] };
  }
  const [config, cmdline] = [configPath(bootFolder), cmdlinePath(bootFolder)];
  const configText = textOf(stateAt(snapshot, config)) ?? '';
  const cmdlineText = textOf(stateAt(snapshot, cmdline));
  if (cmdlineText === undefined && (uart || country !== undefined)) {
    refuseOther(snapshot, cmdline);
    throw new ConfigError(
      `${cmdline} is not there, and a Raspberry Pi starts by it: is its boot partition mounted?`,
    );
  }
  return {
    files: [
      ...(uart || spi ? [edited(config, planBootConfig(configText, { uart, spi }))] : []),
      ...(cmdlineText === undefined || !(uart || country)
        ? []
        : [edited(cmdline, planCmdline(cmdlineText, { uart, country }))]),
      ...(uart ? masks(facts) : []),
    ],
    notes: uart ? bootConfigNotes(configText).map((note) => `${config}, ${note}`) : [],
  };
}

function masks({ hasHciuart }: Facts): Change[] {
  const names = [...serialGettys, ...(hasHciuart ? [hciuart] : [])];
  return names.map((name) => ({
    path: `${setupPaths.units}/${name}`,
    wanted: { kind: 'link', target: '/dev/null' },
    what: [`masked: ${name === hciuart ? 'Bluetooth' : 'a console'} would take the autopilot's line`],
  }));
}

function planWifi({ snapshot, facts, wishes }: PlanInput): Wanted {
  const { wifi, country } = wishes;
  if (!wifi && country === undefined) return { files: [], notes: [] };
  if (wifi && !facts.hasNetworkManager)
    throw new RefusedError(
      'no_network_manager',
      '--ssid: there is no NetworkManager here (Raspberry Pi OS has it from bookworm on): install it, or set up Wi-Fi as this system does it, without --ssid',
    );
  const state = textOf(stateAt(snapshot, setupPaths.networkState));
  const switches = facts.radioSwitches.map(
    (path): Change => ({ path, wanted: { kind: 'file', bytes: bytesOf('0\n') }, what: ['the radio is on'] }),
  );
  const files = wifi ? [keyfileChange(snapshot, wifi)] : [];
  return {
    files: [
      ...files,
      ...(state === undefined ? [] : [edited(setupPaths.networkState, planNetworkState(state))]),
      ...switches,
    ],
    notes: wifi ? [...openNotes(files), ...countryNotes({ snapshot, facts, wishes })] : [],
  };
}

/** The password of the same network stays where no other is given; an open one it joins only when that is said. */
function keyfileChange(
  snapshot: Snapshot,
  { ssid, password, isOpen = false }: NonNullable<Wishes['wifi']>,
): Change {
  refuseOther(snapshot, setupPaths.wifi);
  const before = readWifiKeyfile(textOf(stateAt(snapshot, setupPaths.wifi)) ?? '');
  const isKnown = before?.ssid === ssid;
  const kept = isKnown && !isOpen ? before.password : undefined;
  if (password === undefined && !isOpen && !isKnown)
    throw new UsageError(
      `--ssid ${ssid}: its password is missing: give --wifi-password-file FILE, or --wifi-open for a network without one, which anybody nearby can pass for`,
    );
  const text = wifiKeyfile({ ssid, password: password ?? kept });
  const how =
    password !== undefined ? 'a password (not shown)' : kept ? 'the password it had' : 'no password';
  return {
    path: setupPaths.wifi,
    wanted: { kind: 'file', bytes: bytesOf(text), mode: 0o600, owner: { uid: 0, gid: 0 } },
    what: [`Wi-Fi "${ssid}" with ${how}, never asleep`],
  };
}

function openNotes(files: readonly Change[]): string[] {
  const isOpen = files.some(({ wanted }) => readWifiKeyfile(textOf(wanted) ?? '')?.password === undefined);
  return isOpen ? ['the Wi-Fi has no password: anybody nearby can pass for it'] : [];
}

function countryNotes({ snapshot, facts, wishes }: PlanInput): string[] {
  const cmdline = facts.bootFolder && textOf(stateAt(snapshot, cmdlinePath(facts.bootFolder)));
  if (wishes.country !== undefined || cmdline === undefined || /ieee80211_regdom=/.test(cmdline)) return [];
  return [
    'no country is set for the radio: stock images keep it off until then; add --country CC (as DE, US)',
  ];
}

function planName({ snapshot, facts, wishes: { hostname } }: PlanInput): Wanted {
  if (hostname === undefined) return { files: [], notes: [] };
  const from = textOf(stateAt(snapshot, setupPaths.hostname))?.trim() ?? '';
  const hosts = planHosts(textOf(stateAt(snapshot, setupPaths.hosts)) ?? '', { from, to: hostname });
  return {
    files: [
      edited(setupPaths.hostname, {
        text: `${hostname}\n`,
        what: [`${from || '(none)'} becomes ${hostname}`],
      }),
      edited(setupPaths.hosts, hosts),
    ],
    notes: facts.hasCloudInit
      ? [
          'cloud-init is installed: if the name is another one after a restart, its user-data says so; change it there too',
        ]
      : [],
  };
}

function planTime({ snapshot, facts, wishes }: PlanInput): Wanted {
  const { time = wishes.server ? 'server' : undefined, server } = wishes;
  if (time === undefined) return { files: [], notes: [] };
  if (!facts.hasChrony)
    return {
      files: [],
      notes: ['no chrony here: the drone measures its server’s time by itself, nothing is needed'],
    };
  const main = textOf(stateAt(snapshot, setupPaths.chronyMain));
  const mainFile = (isOurs: boolean) =>
    main === undefined ? [] : [edited(setupPaths.chronyMain, planChronyMain(main, isOurs))];
  if (time === 'own') {
    const part: Change = { path: setupPaths.chrony, wanted: { kind: 'absent' }, what: ['taken away'] };
    return { files: [part, ...mainFile(false)], notes: [] };
  }
  const host = server?.host ?? configuredHost(snapshot);
  const part = edited(setupPaths.chrony, { text: chronyPart(host), what: [`the time of ${host}`] });
  return { files: [part, ...mainFile(true)], notes: [] };
}

function configuredHost(snapshot: Snapshot): string {
  const text = textOf(stateAt(snapshot, setupPaths.droneIni)) ?? '';
  const host = /^\s*\[SERVER\][^[]*?^\s*host\s*=\s*([A-Za-z0-9._:-]+)\s*$/m.exec(text)?.[1];
  if (host !== undefined) return host;
  throw new UsageError(`--time server: ${setupPaths.droneIni} names no server: add --server HOST`);
}
