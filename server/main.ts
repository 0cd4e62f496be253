/** Composition root of the server: opens its parts in their order, and closes them in reverse. */
import { formatHostPort } from '../lib/host-port.js';
import { Closers } from './adapters/closers.js';
import { makeServer } from './adapters/make-server.js';
import { announce, openControlDoor, openDronePort, openHub } from './adapters/open-doors.js';
import { openGround } from './adapters/open-ground.js';
import { makeShowLoader, startFlightLogs } from './adapters/open-services.js';
import { openPresets } from './adapters/preset-file.js';
import { RepeatLimit } from './links/warning-limit.js';
import { startPanel } from './panel/adapters/blessed-panel.js';
import type { ServerOptions } from './server-options.js';
import type { LoadedShow, ServerFacade } from './snapshot.js';
import type { StarlingServer } from './starling-server.js';

export type RunningServer = {
  readonly facade: ServerFacade & { ask(id: string, name: string): Promise<unknown> };
  readonly dronePort: number;
  readonly controlPort: number;
  readonly tokenPath: string;
  /** Whether the server outlives a fault that nobody caught: a plugin's. */
  isContained(fault: unknown): boolean;
  /** What plugins leave behind may hold the program up when it is closed. */
  readonly hasPlugins: boolean;
  /** Ids of the drones that are armed by their last word. */
  armedIds(): string[];
  /** Resolves when the operator left the panel (`quit`), or with the reason why the server can not go on. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
};

/**
 * Starts a server.
 * @throws ConfigError, ShowError, UsageError (a port in use, an address that is not this machine's) before anything
 * is left open.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const closers = new Closers();
  try {
    return await openServer(options, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function openServer(options: ServerOptions, closers: Closers): Promise<RunningServer> {
  const ground = await openGround(options, closers);
  const { clock, config, memory, keys, logFile, serverClock } = ground;
  const loadShow = (path: string): Promise<LoadedShow> => shows.load(path);
  const core = await makeServer(ground, closers, loadShow);
  const { server } = core;
  startFlightLogs(ground, server, closers);
  for (const warning of config.warnings) server.log('warning', warning);
  const shows = makeShowLoader(ground, core, closers);
  if (ground.show) await shows.use(ground.show);
  memory.restore(server);
  const door = await openDronePort(ground, server);
  closers.add(door.close);
  const control = await openControlDoor(ground, server, closers);
  const gateways = await openHub(ground, server, control.gatekeeper);
  closers.add(() => gateways?.close());
  // Not sooner: its ports prove that this server is the only one here.
  core.startRecording();
  memory.keep(server);
  closers.add(() => memory.close());
  const ended = new Ending();
  const elders = new RepeatLimit();
  const onOlder = (reason: string) => {
    const isFlying = server.operations.run !== undefined || armedIds(server).length > 0;
    if (!isFlying) ended.end(reason);
    else if (elders.pass(reason, clock.monotonicMs()))
      server.log('warning', `${reason} - not while drones fly`);
  };
  if (options.isDiscoverable !== false) await announce(ground, core, { port: door.port, closers, onOlder });
  const { address } = server.snapshot();
  const controlAddress = formatHostPort(control.host, control.port);
  server.log('info', `drones connect to ${address}; the control port is ${controlAddress}`);
  server.log('info', `token ${control.tokenPath}; log ${logFile.path}`);
  const security = keys.describe();
  server.log(security.level, security.text);
  serverClock.watch((text) => logFile.write({ level: 'info', text, atUtcMs: clock.utcMs() }));
  closers.add(() => serverClock.close());
  if (!options.isHeadless) {
    const presets = openPresets(config, options.configPath);
    const panel = startPanel({ facade: server, clock, presets, onQuit: () => ended.end('quit') });
    closers.add(() => panel.close());
  }
  return {
    facade: server,
    dronePort: door.port,
    controlPort: control.port,
    tokenPath: control.tokenPath,
    isContained: (fault) => gateways?.isPlugins(fault) ?? false,
    hasPlugins: gateways?.hasPlugins ?? false,
    armedIds: () => armedIds(server),
    ended: ended.promise,
    close: () => closers.close(),
  };
}

/** A promise of the end that somebody else brings about, once. */
class Ending {
  readonly promise: Promise<string>;
  #resolve: (reason: string) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  end(reason: string): void {
    this.#resolve(reason);
  }
}

function armedIds(server: StarlingServer): string[] {
  const armed = server.snapshot().drones.filter(({ isArmed, record }) => isArmed && record.isConnected);
  return armed.map(({ record }) => record.id);
}
