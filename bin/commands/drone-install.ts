/** `starling drone install`: brings Pis in over SSH: package, key, configuration; one, or a whole fleet at a time. */
import { errorText, StarlingError, UsageError } from '../../lib/errors.js';
import { lineWriter } from '../../lib/output/adapters/line-output.js';
import { defaultStateFolder } from '../../lib/protocols/tpp/adapters/token-file.js';
import { packageFinder } from '../installation/adapters/find-packages.js';
import { SharedTools } from '../installation/adapters/install-tools.js';
import { ProgressDisplay } from '../installation/adapters/progress-display.js';
import { readText } from '../installation/adapters/read-text.js';
import { type DroneSettings, fieldFaults } from '../installation/drone-settings.js';
import { type Host, hostOf, parseHosts } from '../installation/hosts-file.js';
import { installDrone } from '../installation/install-drone.js';
import { InstallError, type Installed } from '../installation/install-steps.js';
import { type HostProgress, jsonSummary, summary } from '../installation/progress.js';
import { writeFileWhole } from './write-whole.js';

export type DroneInstallOptions = {
  readonly id?: string;
  readonly fleet?: string;
  readonly package?: string;
  readonly server?: string;
  readonly vehicle?: string;
  readonly ssid?: string;
  readonly wifiPasswordFile?: string;
  readonly wifiOpen?: boolean;
  readonly country?: string;
  readonly hostname?: string;
  readonly port?: string;
  readonly identity?: string;
  readonly acceptNewHostKeys?: boolean;
  readonly sudoPasswordStdin?: boolean;
  readonly state?: string;
  /** How many at a time. */
  readonly jobs: number;
  readonly force?: boolean;
  /** File of the summary. */
  readonly json?: string;
};

/** 0: all are in, 1: some are not. @throws UsageError before anything is done. */
export async function runDroneInstall(
  address: string | undefined,
  options: DroneInstallOptions,
): Promise<number> {
  const hosts = hostsOf(address, options);
  const settings = hosts.map(settingsOf);
  const all: HostProgress[] = hosts.map((host) => ({ host }));
  const display = new ProgressDisplay(() => all);
  const tools = new SharedTools({
    ...{ display, findPackage: packageFinder(options.package) },
    acceptsNewHostKeys: options.acceptNewHostKeys ?? false,
    sudoPasswordStdin: options.sudoPasswordStdin ?? false,
    stateFolder: options.state ?? defaultStateFolder(process.env),
  });
  endAtSignals(tools);
  await eachOf(hosts, options.jobs, async (host, index) => {
    const { id } = host.settings;
    const change = (one: HostProgress) => {
      all[index] = one;
      display.changed(one);
    };
    const own = tools.toolsFor((step, detail) =>
      change({ host, step, ...(detail !== undefined && { detail }) }),
    );
    const job = {
      target: host.target,
      settings: settings[index] ?? { id },
      isForced: options.force ?? false,
    };
    const outcome = await outcomeOf(installDrone(job, own), () => all[index]?.step ?? 'connect');
    change({ ...(all[index] ?? { host }), outcome });
  });
  display.close();
  return tell(all, options);
}

async function outcomeOf(
  work: Promise<Installed>,
  step: () => InstallError['failure']['step'],
): Promise<NonNullable<HostProgress['outcome']>> {
  try {
    return { installed: await work };
  } catch (error) {
    if (error instanceof InstallError) return { error };
    // What is wrong here (the fleet's file, a password) is told of the Pi that wanted it, and the others go on.
    if (!(error instanceof StarlingError)) throw error;
    const advice = 'mend that on this computer, then do this again';
    return { error: new InstallError({ step: step(), text: errorText(error), advice }) };
  }
}

async function tell(all: readonly HostProgress[], { json }: DroneInstallOptions): Promise<number> {
  const print = lineWriter(1);
  for (const line of summary(all)) print(line);
  if (json !== undefined)
    await writeFileWhole(json, `${JSON.stringify(jsonSummary(all), undefined, 2)}\n`, { isForced: true });
  return all.every(({ outcome }) => outcome && 'installed' in outcome) ? 0 : 1;
}

function hostsOf(address: string | undefined, options: DroneInstallOptions): Host[] {
  const { id, fleet, server, vehicle, ssid, wifiPasswordFile, country, hostname, port, identity } = options;
  const wifi = { wifi_password_file: wifiPasswordFile, wifi_open: options.wifiOpen ? 'yes' : undefined };
  const given = { server, vehicle, ssid, country, port, identity, ...wifi };
  const common = Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  if (fleet !== undefined) {
    if (address !== undefined || id !== undefined || hostname !== undefined)
      throw new UsageError(
        '--fleet has addresses, ids and host names in its file: leave out USER@HOST, --id and --hostname',
      );
    return parseHosts(readText(fleet), fleet, common);
  }
  if (address === undefined || id === undefined)
    throw new UsageError('say which: starling drone install USER@HOST --id ID, or --fleet FILE for many');
  const own = { host: address, id, ...common, ...(hostname !== undefined && { hostname }) };
  return [hostOf(own, 'starling drone install')];
}

/** With the password out of its file, which nobody but this program reads. */
function settingsOf({ settings, ssid, country, wifiPasswordFile: path, isWifiOpen }: Host): DroneSettings {
  const radio = country !== undefined && { country };
  if (ssid === undefined) return { ...settings, ...radio };
  const password = path === undefined ? undefined : (readText(path).split(/\r?\n/)[0] ?? '');
  const fault = password === undefined ? undefined : fieldFaults.wifi_password(password);
  if (fault !== undefined) throw new UsageError(`${path}: its first line ${fault}`);
  const entry = { ...(password !== undefined && { password }), ...(isWifiOpen && { isOpen: true }) };
  return { ...settings, ...radio, wifi: { ssid, ...entry } };
}

/** Several at a time, in their order. */
async function eachOf<Item>(
  items: readonly Item[],
  jobs: number,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const waiting = items.entries();
  const worker = async () => {
    for (const [index, item] of waiting) await work(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, worker));
}

/** What a signal ends is told of as a shell does: 128 and the signal's number. */
function endAtSignals(tools: SharedTools): void {
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const)
    process.once(signal, () => {
      process.stderr.write('\nstarling: broken off; do it again, and it goes on where it was\n');
      void tools.close().finally(() => process.exit(128 + number));
    });
}
