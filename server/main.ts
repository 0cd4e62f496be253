/** Composition root of the server: reads the wiring once, opens the doors, and closes them in order. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { loadConfigFile } from '../lib/config/adapters/config-file.js';
import { type Config, loadConfig } from '../lib/config/index.js';
import { errorCode, errorText, UsageError } from '../lib/errors.js';
import { formatHostPort } from '../lib/host-port.js';
import {
  getIpAddress,
  type Hello,
  libraryFeatures,
  listenTcp,
  type TcpListener,
} from '../lib/messaging/index.js';
import { printable } from '../lib/printable.js';
import { loadOrCreateToken } from '../lib/protocols/tpp/adapters/token-file.js';
import { openGatekeeper } from '../lib/security/adapters/access-file.js';
import { type Clock, every } from '../lib/time/clock.js';
import { startDiscovery } from './adapters/discovery.js';
import { openEmergencyLine } from './adapters/emergency.js';
import { type FleetKeys, openFleetKeys } from './adapters/fleet-keys.js';
import { openLogFile } from './adapters/log-file.js';
import { ServerClock } from './adapters/server-clock.js';
import { startTimeService } from './adapters/time-service.js';
import { serverConfigSpec } from './config-spec.js';
import type { CheckSettings } from './fleet/checks.js';
import { FlightLogArchive } from './flight-logs/adapters/flight-log-archive.js';
import { FlightLogCollector } from './flight-logs/flight-log-collector.js';
import { flightLogsSettings } from './flight-logs/settings.js';
import { startControlPort } from './gateways/control/adapters/control-port.js';
import { Charge } from './links/charge.js';
import { WarningLimit } from './links/warning-limit.js';
import { type MusicSettings, startMusic } from './music/adapters/start-music.js';
import { startPanel } from './panel/adapters/blessed-panel.js';
import { ShowLoader } from './show-control/adapters/show-loader.js';
import { type OpenedShow, openShowInWorker } from './show-control/adapters/show-worker.js';
import { fileSettings } from './show-control/file-settings.js';
import { showIsOn } from './show-control/refusals.js';
import { readShowSettings } from './show-settings.js';
import type { LogLine, ServerFacade } from './snapshot.js';
import { StarlingServer } from './starling-server.js';
import { ServerMemory } from './state/adapters/server-memory.js';

export type ServerOptions = {
  readonly clock: Clock;
  readonly version: string;
  /** Folder of the control token, the fleet's keys and the log; made when missing. */
  readonly stateFolder: string;
  readonly isHeadless: boolean;
  readonly configPath?: string;
  /** TCP port for drones; 0 = any free one. Default: the configuration's. */
  readonly port?: number;
  /** Address to listen on. Default: all. */
  readonly bind?: string;
  /** Port of the control port; 0 = any free one. */
  readonly controlPort?: number;
  /** Address of the control port; anything but loopback takes TLS only. Default: the configuration's, 127.0.0.1. */
  readonly controlBind?: string;
  /** A file or folder of any format that `openShow` knows. */
  readonly showPath?: string;
  /** Lets in drones without a key. Default: the configuration's. */
  readonly isOpen?: boolean;
  /** False: nothing is announced to the network. */
  readonly isDiscoverable?: boolean;
  /** Receives the event log as lines, where there is no panel. */
  readonly say?: (line: string) => void;
};

export type RunningServer = {
  readonly facade: ServerFacade & { ask(id: string, name: string): Promise<unknown> };
  readonly dronePort: number;
  readonly controlPort: number;
  readonly tokenPath: string;
  /** Ids of the drones that are armed by their last word. */
  armedIds(): string[];
  /** Resolves when the operator left the panel (`quit`), or with the reason why the server can not go on. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
};

const defaultControlPort = 9876;

/** How often it is looked whether the fleet's file says that this server takes over, ms. */
const chargeLookMs = 250;

const anyAddress = '0.0.0.0';
const anyAddresses: readonly string[] = [anyAddress, '::'];

/** What was opened, closed in reverse order; one that fails to close does not keep the others open. */
type Closer = () => void | Promise<void>;

/**
 * Starts a server.
 * @throws ConfigError, ShowError, UsageError (a port in use, an address that is not this machine's) before anything
 * is left open.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const closers: Closer[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await openServer(options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function openServer(
  options: ServerOptions,
  closers: Closer[],
  close: () => Promise<void>,
): Promise<RunningServer> {
  const { version, stateFolder } = options;
  const config = await readConfig(options.configPath);
  const early: [level: LogLine['level'], text: string][] = [];
  let log = (level: LogLine['level'], text: string): void => {
    early.push([level, text]);
  };
  const memory = await ServerMemory.open({
    ...{ clock: options.clock, folder: stateFolder },
    log: (level, text) => log(level, text),
  });
  const show = await memory.openShow(options.showPath, (path) => openShow(path, config, false));
  if (show) closers.push(() => show.close());
  const token = await loadOrCreateToken(stateFolder);
  const logFile = openLogFile(stateFolder, (text) => log('error', text));
  closers.push(logFile.close);
  const counts = { from: (_address: string) => 1 };
  let isShowOn = () => false;
  const serverClock = new ServerClock({
    clock: options.clock,
    isShowOn: () => isShowOn(),
    log: (level, text) => log(level, text),
  });
  const { clock } = serverClock;
  const time = await startTimeService({
    clock,
    host: options.bind ?? anyAddress,
    isAnyPort: options.port === 0,
    clientsAt: (address) => counts.from(address),
    log: (level, text) => log(level, text),
  });
  closers.push(time.close);
  const keys = await openFleetKeys({
    ...{ clock, stateFolder, isOpen: options.isOpen ?? config.getBoolean('SECURITY/open') },
    log: (level, text) => log(level, text),
  });
  const id = `${hostname()}-${randomUUID().slice(0, 8)}`;
  const startTimeS = clock.utcMs() / 1000;
  const emergency = await openEmergencyLine({
    ...{ clock, id, keys, host: options.bind ?? anyAddress },
    log: (level, text) => log(level, text),
  });
  closers.push(emergency.close);
  const nothing: () => void = () => undefined;
  const news = { announce: nothing, changed: nothing };
  const charge = new Charge({
    ...{ id, epochs: keys },
    log: (level, text) => log(level, text),
    onRaised: () => news.announce(),
    onChanged: () => news.changed(),
  });
  const server = new StarlingServer({
    clock,
    hello: helloOf({ id, version, ntp: time.port, epoch: () => keys.statement({ id, startTimeS }) }),
    ...(emergency.line && { emergency: emergency.line }),
    supersededBy: () => charge.supersededBy,
    onSuperseded: (proof) => charge.heardFromDrone(proof),
    isOpen: keys.isOpen,
    isEnrolled: keys.isEnrolled,
    bufferSize: config.getNumber('SERVER/buffer_size'),
    checks: checkSettings(config),
    files: fileSettings(config),
    pauseRampS: config.getNumber('SHOW/pause_ramp'),
    pointOfNoReturnS: config.getNumber('SHOW/point_of_no_return'),
    quorum: config.getString('SHOW/quorum'),
    isRemovingDisconnected: config.getBoolean('TABLE/remove_disconnected'),
    loadShow: (path) => shows.load(path),
    onStateChanged: (urgency) => memory.changed(urgency),
    onLogLine: (line) => {
      logFile.write(line);
      options.say?.(formatLine(line));
    },
  });
  closers.push(() => server.close());
  news.changed = () => server.chargeChanged();
  closers.push(every(clock, chargeLookMs, () => charge.look()));
  log = (level, text) => server.log(level, text);
  counts.from = (address) => server.connectionsFrom(address);
  isShowOn = () => server.operations.run !== undefined;
  for (const [level, text] of early) server.log(level, text);
  const collector = new FlightLogCollector({
    clock,
    store: new FlightLogArchive(join(stateFolder, 'flight-logs')),
    settings: () => flightLogsSettings(config),
    ids: () => server.connectedIds(),
    connection: (drone) => server.connection(drone),
    isArmed: (drone) => server.isArmed(drone),
    isBusy: () => server.operations.run !== undefined,
    log: (level, text) => server.log(level, text),
  });
  collector.start();
  closers.push(() => collector.close());
  for (const warning of config.warnings) server.log('warning', warning);
  const shows = new ShowLoader({
    open: (path) => memory.opened(path, (known) => openShow(known, config, true)),
    take: (opened) => server.load(opened),
    refusal: () => server.operations.run && showIsOn(server.phase.phase).message,
    startMusic: (outline) =>
      startMusic({
        ...{ clock, show: outline, folder: join(stateFolder, 'music'), settings: musicSettings(config) },
        searchPath: process.env.PATH ?? '',
        phase: () => server.phase,
        log,
      }),
  });
  closers.push(() => shows.close());
  if (show) await shows.use(show);
  memory.restore(server);
  const door = await openDronePort(options, config, { server, keys });
  closers.push(door.close);
  const gatekeeper = openGatekeeper({
    ...{ stateFolder, localToken: token.token, clock },
    onProblem: (text) => log('warning', text),
  });
  const controlHost = options.controlBind ?? config.getString('CONTROL/bind');
  const control = await startControlPort({
    ...{ facade: server, clock, version, gatekeeper, host: controlHost },
    port: options.controlPort ?? defaultControlPort,
  });
  closers.push(control.close);
  // Not sooner: its ports prove that this server is the only one here.
  memory.keep(server);
  closers.push(() => memory.close());
  const ended = new Ending();
  if (options.isDiscoverable !== false) {
    const discoverable = {
      clock,
      config,
      ...{ id, startTimeS, epoch: () => keys.epoch },
      bind: options.bind ?? anyAddress,
      port: door.port,
      version,
      ntpPort: time.port,
      ...{ isOpen: keys.isOpen, sign: keys.sign, accept: keys.accept },
    };
    const discovery = await startDiscovery(discoverable, {
      onEvent: ({ text }) => server.log('warning', text),
      onOlderServer: (reason) => ended.end(reason),
      onFleetServer: (other) => charge.heard(other),
    });
    news.announce = () => discovery.announce();
    closers.push(discovery.close);
  }
  server.log(
    'info',
    `drones connect to ${server.snapshot().address}; the control port is ${formatHostPort(controlHost, control.port)}`,
  );
  server.log('info', `token ${token.path}; log ${logFile.path}`);
  const security = keys.describe();
  server.log(security.level, security.text);
  serverClock.watch((text) => logFile.write({ level: 'info', text, atUtcMs: clock.utcMs() }));
  closers.push(() => serverClock.close());
  if (!options.isHeadless) {
    const panel = startPanel({ facade: server, clock, onQuit: () => ended.end('quit') });
    closers.push(() => panel.close());
  }
  return {
    facade: server,
    dronePort: door.port,
    controlPort: control.port,
    tokenPath: token.path,
    armedIds: () => armedIds(server),
    ended: ended.promise,
    close,
  };
}

type Said = Pick<Hello, 'id' | 'version' | 'ntp'> & { readonly epoch: () => Hello['epoch'] };

/** The epoch is said anew on each connection: it may have been raised meanwhile. */
function helloOf({ id, version, ntp, epoch }: Said): Hello {
  const features = [...libraryFeatures, 'authorization'];
  return {
    ...{ protocol: 1, role: 'server', id, software: 'starling', version, features, ntp },
    get epoch() {
      return epoch();
    },
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

async function openDronePort(
  options: ServerOptions,
  config: Config,
  { server, keys }: { readonly server: StarlingServer; readonly keys: FleetKeys },
): Promise<TcpListener> {
  const port = options.port ?? config.getNumber('SERVER/port');
  const host = options.bind ?? anyAddress;
  const turnedAway = new WarningLimit();
  const guard = keys.openDoor((connection) => void server.accept(connection));
  try {
    const door = await listenTcp({
      host,
      port,
      onConnection: (connection) => guard.admit(connection),
      onWarning: (text) => {
        const line = turnedAway.pass(text, options.clock.monotonicMs());
        if (line !== undefined) server.log('warning', line);
      },
    });
    server.address = formatHostPort(anyAddresses.includes(host) ? getIpAddress() : door.address, door.port);
    return {
      ...door,
      close: () => {
        guard.close();
        return door.close();
      },
    };
  } catch (error) {
    guard.close();
    const reasons: Record<string, string> = {
      EADDRINUSE: `port ${port} is in use: another server runs there; end it, or choose another with --port`,
      EADDRNOTAVAIL: `${host} is no address of this machine: choose another with --bind`,
      EACCES: `port ${port} needs privileges: choose one above 1023 with --port`,
    };
    throw new UsageError(
      reasons[errorCode(error)] ?? `${host}:${port} can not be opened: ${errorText(error)}`,
    );
  }
}

async function readConfig(path: string | undefined): Promise<Config> {
  if (path !== undefined) return loadConfigFile(path, serverConfigSpec);
  return loadConfig('', 'built-in defaults', serverConfigSpec);
}

async function openShow(path: string, config: Config, isInBackground: boolean): Promise<OpenedShow> {
  const settings = readShowSettings(config);
  return openShowInWorker({ path, settings, limitsPath: config.getString('SHOW/limits'), isInBackground });
}

function musicSettings(config: Config): MusicSettings {
  return {
    use: config.getBoolean('MUSIC/use'),
    file: config.getString('MUSIC/file'),
    offsetS: config.getNumber('MUSIC/offset'),
    latencyS: config.getNumber('MUSIC/latency'),
  };
}

function checkSettings(config: Config): CheckSettings {
  return {
    isVersionChecked: config.getBoolean('CHECKS/check_git_version'),
    isPositionChecked: config.getBoolean('CHECKS/check_current_position'),
    batteryMinPercent: config.getNumber('CHECKS/battery_min'),
    startDistanceMaxM: config.getNumber('CHECKS/start_pos_delta_max'),
    timeDeltaMaxS: config.getNumber('CHECKS/time_delta_max'),
  };
}

function armedIds(server: StarlingServer): string[] {
  const armed = server.snapshot().drones.filter(({ isArmed, record }) => isArmed && record.isConnected);
  return armed.map(({ record }) => record.id);
}

function formatLine({ atUtcMs, level, text }: LogLine): string {
  return `${new Date(atUtcMs).toISOString()} ${level.padEnd(7)} ${printable(text)}`;
}
