/**
 * Opens the hub and its gateways beside a running server: the fleet in it, the configuration's cues, plugins, ports. One
 * that can not be opened is named and leaves the rest running. Knows each gateway's start; no protocol.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../../lib/config/index.js';
import { errorText, UsageError } from '../../../lib/errors.js';
import type { Gatekeeper } from '../../../lib/security/access/gatekeeper.js';
import type { Clock } from '../../../lib/time/clock.js';
import { WarningLimit } from '../../links/warning-limit.js';
import { type Containment, containFaults } from '../../plugins/adapters/contain-faults.js';
import { type LoadedPlugin, loadPlugins } from '../../plugins/adapters/load-plugins.js';
import { inTime } from '../../plugins/in-time.js';
import { gatewaysOf, openedGateway } from '../../plugins/plugin-gateways.js';
import type { ServerFacade } from '../../snapshot.js';
import { startCloudlink } from '../cloudlink/adapters/cloudlink-gateway.js';
import type { Cue } from '../fleet/cues.js';
import { FleetCommands } from '../fleet/fleet-commands.js';
import { FleetFeed } from '../fleet/fleet-feed.js';
import { answerFleetMessages } from '../fleet/fleet-messages.js';
import type { Gateway, GatewayOptions } from '../gateway.js';
import { HubDesk } from '../hub-desk.js';
import { startLacewing } from '../lacewing/adapters/lacewing-gateway.js';
import { startNative } from '../native/adapters/native-gateway.js';
import { type GatewayName, parseDisabled, readCues, readHubConfig, type WantedGateway } from '../settings.js';
import { Switchboard } from '../switchboard.js';
import { readWevisUsers } from '../wevis/adapters/read-users.js';
import { startWevis } from '../wevis/adapters/wevis-gateway.js';
import { readCertificate } from './certificate-files.js';

export type OpenGatewaysOptions = {
  readonly wanted: readonly WantedGateway[];
  readonly facade: ServerFacade;
  readonly clock: Clock;
  readonly config: Config;
  readonly gatekeeper: Gatekeeper;
  /** Of this Starling. */
  readonly version: string;
};

export type OpenGateways = {
  readonly desk: HubDesk;
  readonly gateways: readonly Gateway[];
  /** What plugins leave behind may hold the program up when all is closed. */
  readonly hasPlugins: boolean;
  /** Whether a fault that nobody caught is a plugin's, which the server outlives. */
  readonly isPlugins: Containment['isPlugins'];
  close(): Promise<void>;
};

/** @throws ConfigError, UsageError about what the configuration says; a port that is taken is only logged. */
export async function openGateways(options: OpenGatewaysOptions): Promise<OpenGateways> {
  const { facade, clock, config, wanted } = options;
  // What can be wrong with the configuration is found before anything is open, or a timer would hold the program up.
  const hubConfig = readHubConfig(config);
  const place = await placeOf(options);
  const cues = readCues(config);
  const disabled = parseDisabled(config.getString('GATEWAYS/disabled'));
  const loaded = await loadAll(options);
  const board = new Switchboard(clock, hubConfig);
  const common = { ...place, board };
  for (const { command, gateway } of disabled) board.hub.switchCommand(command, false, gateway);
  // Its commands come first: no plugin can take their names.
  const feed = bringFleet(options, board, cues);
  const plugins = loaded.filter((each) => isAdded(each, board, facade));
  const faults = new WarningLimit();
  const containment = containFaults(
    plugins.map(({ path }) => path),
    (text) => {
      const line = faults.pass(text, clock.monotonicMs());
      if (line !== undefined) facade.log('error', line);
    },
  );
  const gateways: Gateway[] = [];
  for (const { name, port } of wanted)
    await open(facade, gateways, name, () => starters[name](options, { ...common, port }));
  const onLate = (opened: Gateway) => void closed(options, opened);
  for (const { plugin } of plugins)
    for (const { name, port, start } of gatewaysOf(plugin))
      await open(facade, gateways, name, () =>
        inTime({ clock, timeMs: startMs, onLate }, async () =>
          openedGateway(await start({ ...common, port })),
        ),
      );
  const desk = new HubDesk({
    hub: board.hub,
    end: (id, reason) => board.expel(id, reason),
    gateways: () => gateways.map(({ name, port }) => ({ name, port })),
  });
  return {
    desk,
    gateways,
    hasPlugins: plugins.length > 0,
    isPlugins: containment.isPlugins,
    close: async () => {
      feed.close();
      board.close();
      await Promise.all(gateways.map((gateway) => closed(options, gateway)));
      containment.close();
    },
  };
}

/** How long a plugin's gateway may take to open, and any gateway to close, ms. */
const startMs = 5000;
const closeMs = 1000;

/** Never rejects: one that does not close holds up nothing else. */
async function closed(
  { clock, facade }: Pick<OpenGatewaysOptions, 'clock' | 'facade'>,
  gateway: Gateway,
): Promise<void> {
  try {
    await inTime({ clock, timeMs: closeMs }, () => gateway.close());
  } catch (error) {
    facade.log('error', `gateway ${gateway.name} is not closed: ${errorText(error)}`);
  }
}

/** Beside the built program, as its package has it. */
const ownDefinitions = fileURLToPath(new URL('../../../../shows/fleet.wevis', import.meta.url));

type Start = (options: OpenGatewaysOptions, common: GatewayOptions) => Promise<Gateway>;

const starters: Readonly<Record<GatewayName, Start>> = {
  cloudlink: ({ config }, common) => {
    const realIpHeader = config.getString('GATEWAYS/real_ip_header');
    const scratch = config.getString('GATEWAYS/scratch') === 'cloudlink' ? 'cloudlink' : 'strict';
    return startCloudlink({
      ...{ ...common, scratch, ...(realIpHeader !== '' && { realIpHeader }) },
      warnIfMultipleUsernameMatches: config.getBoolean('GATEWAYS/warn_same_names'),
      needsUserAgent: config.getBoolean('GATEWAYS/needs_user_agent'),
    });
  },
  wevis: async ({ config }, common) => {
    const usersPath = config.getString('GATEWAYS/wevis_users');
    const path = config.getString('GATEWAYS/wevis_definitions') || ownDefinitions;
    const users = usersPath === '' ? new Map() : readWevisUsers(resolve(usersPath));
    const perUserLimit = config.getNumber('GATEWAYS/wevis_per_user');
    return startWevis({ ...common, users, perUserLimit, definitions: { text: await readText(path), path } });
  },
  lacewing: ({ config }, common) =>
    startLacewing({
      ...common,
      channelListing: config.getBoolean('GATEWAYS/channel_list'),
      masterRights: config.getBoolean('GATEWAYS/masters_kick'),
    }),
  native: ({ gatekeeper, version }, { tls: _, ...common }) => startNative({ ...common, gatekeeper, version }),
};

async function open(
  facade: ServerFacade,
  gateways: Gateway[],
  name: string,
  start: () => Promise<Gateway>,
): Promise<void> {
  try {
    const gateway = await start();
    gateways.push(gateway);
    facade.log('info', `gateway ${name} listens on port ${gateway.port}`);
  } catch (error) {
    facade.log('error', `gateway ${name} is not open, the rest goes on: ${errorText(error)}`);
  }
}

/** The fleet in the hub, and what visitors may ask of it. */
function bringFleet(
  { facade, clock, config }: OpenGatewaysOptions,
  { hub }: Switchboard,
  cues: readonly Cue[],
): FleetFeed {
  const mayGuestsStop = config.getBoolean('GATEWAYS/guests_stop');
  const commands = new FleetCommands({ facade, clock, cues, mayGuestsStop });
  hub.addPlugin({ name: 'fleet', commands: commands.commands });
  answerFleetMessages(hub, commands);
  const limit = new WarningLimit();
  hub.listen('event log', (event) => {
    if (event.type !== 'error') return;
    const line = limit.pass(`hub: ${event.source}: ${event.text}`, clock.monotonicMs());
    if (line !== undefined) facade.log('warning', line);
  });
  return new FleetFeed({ hub, facade, clock, cues: commands.cueNames });
}

async function loadAll({ facade, clock, config }: OpenGatewaysOptions): Promise<readonly LoadedPlugin[]> {
  const folder = config.getString('GATEWAYS/plugins');
  return folder === '' ? [] : loadPlugins(resolve(folder), clock, (text) => facade.log('error', text));
}

function isAdded({ path, plugin }: LoadedPlugin, { hub }: Switchboard, facade: ServerFacade): boolean {
  try {
    gatewaysOf(plugin);
    hub.addPlugin(plugin);
  } catch (error) {
    facade.log('error', `plugin ${path} is left out: ${errorText(error)}`);
    return false;
  }
  facade.log('info', `plugin ${plugin.name} from ${path}`);
  return true;
}

async function placeOf({
  facade,
  clock,
  config,
}: OpenGatewaysOptions): Promise<Omit<GatewayOptions, 'port' | 'board'>> {
  const host = config.getString('GATEWAYS/bind');
  const tls = await readCertificate(
    { option: 'GATEWAYS/certificate', path: config.getString('GATEWAYS/certificate') },
    { option: 'GATEWAYS/key', path: config.getString('GATEWAYS/key') },
  );
  const log: GatewayOptions['log'] = (level, text) => facade.log(level, text);
  return { clock, log, host, ...(tls !== undefined && { tls }) };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(resolve(path), 'utf8');
  } catch (error) {
    throw new UsageError(`${path} can not be read: ${errorText(error)}`);
  }
}
