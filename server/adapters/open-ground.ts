/** What a server stands on before it has a door: configuration, memory, show, log file, clock, keys. Opens no port for drones. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { loadConfigFile } from '../../lib/config/adapters/config-file.js';
import { type Config, loadConfig } from '../../lib/config/index.js';
import { errorText } from '../../lib/errors.js';
import type { Clock } from '../../lib/time/clock.js';
import { serverConfigSpec } from '../config-spec.js';
import { readOversight, type ShowRules } from '../oversight/settings.js';
import type { ServerOptions } from '../server-options.js';
import { type OpenedShow, openShowInWorker } from '../show-control/adapters/show-worker.js';
import type { Outcome } from '../show-control/send-command.js';
import { readShowSettings } from '../show-settings.js';
import { ServerMemory } from '../state/adapters/server-memory.js';
import type { Closers } from './closers.js';
import { EarlyLog } from './early-log.js';
import { type FleetKeys, openFleetKeys } from './fleet-keys.js';
import { type LogFile, openLogFile } from './log-file.js';
import { ServerClock } from './server-clock.js';
import { readShowRules } from './show-rules-file.js';

/** What is asked of the server by parts that are there before it. */
type Late = {
  isShowOn: () => boolean;
  connectionsFrom: (address: string) => number;
  fetchLogs: (drone: string) => Promise<Outcome>;
};

export type Ground = {
  readonly options: ServerOptions;
  readonly config: Config;
  readonly early: EarlyLog;
  readonly late: Late;
  readonly memory: ServerMemory;
  readonly logFile: LogFile;
  readonly serverClock: ServerClock;
  /** What everything of the server goes by. */
  readonly clock: Clock;
  readonly keys: FleetKeys;
  /** Of this run of the server. */
  readonly id: string;
  readonly startTimeS: number;
  /** The show of the command line, or the one that was on when the server ended. */
  readonly show: OpenedShow | undefined;
};

/** @throws ConfigError, ShowError, RefusedError before anything is open that is not in `closers`. */
export async function openGround(options: ServerOptions, closers: Closers): Promise<Ground> {
  const { stateFolder } = options;
  const config = await readConfig(options.configPath);
  const early = new EarlyLog();
  const { log } = early;
  const memory = await ServerMemory.open({ clock: options.clock, folder: stateFolder, log });
  const onBadRules = (text: string) => log('error', text);
  const show = await memory.openShow(options.showPath, (path) =>
    openShow(path, config, { isInBackground: false, onBadRules: memory.wasShowOn ? onBadRules : undefined }),
  );
  if (show) closers.add(() => show.close());
  const logFile = openLogFile(stateFolder, (text) => log('error', text));
  closers.add(logFile.close);
  const late: Late = {
    isShowOn: () => false,
    connectionsFrom: () => 1,
    fetchLogs: () => Promise.resolve(notSupportedHere),
  };
  const serverClock = new ServerClock({ clock: options.clock, isShowOn: () => late.isShowOn(), log });
  const { clock } = serverClock;
  const isOpen = options.isOpen ?? config.getBoolean('SECURITY/open');
  const keys = await openFleetKeys({ clock, stateFolder, isOpen, log });
  const id = `${hostname()}-${randomUUID().slice(0, 8)}`;
  const known = { options, config, early, late, memory, logFile, serverClock, clock, keys };
  return { ...known, id, startTimeS: clock.utcMs() / 1000, show };
}

const notSupportedHere: Outcome = {
  ok: false,
  code: 'not_supported',
  message: 'nothing fetches flight logs yet',
};

type HowToOpen = {
  /** Others come first. */
  readonly isInBackground: boolean;
  /** The show is in the air: it is opened without rules that are wrong, which are told. Default: they are refused. */
  readonly onBadRules?: ((text: string) => void) | undefined;
};

/** Opens a show in a thread of its own. @throws ShowError; ConfigError for rules that are wrong. */
export async function openShow(
  path: string,
  config: Config,
  { isInBackground, onBadRules }: HowToOpen,
): Promise<OpenedShow> {
  const rules = await soundRules(path, config, onBadRules);
  const settings = readShowSettings(config);
  const work = { path, settings, limitsPath: config.getString('SHOW/limits'), isInBackground };
  const opened = await openShowInWorker(work);
  return rules ? { ...opened, show: { ...opened.show, rules } } : opened;
}

/** Wrong ones are told before anything is loaded. */
async function soundRules(
  path: string,
  config: Config,
  onBadRules: HowToOpen['onBadRules'],
): Promise<ShowRules | undefined> {
  try {
    const rules = await readShowRules(path);
    if (rules) readOversight(config, rules);
    return rules;
  } catch (error) {
    if (!onBadRules) throw error;
    onBadRules(`${errorText(error)}: the rules of the server hold`);
    return undefined;
  }
}

async function readConfig(path: string | undefined): Promise<Config> {
  if (path !== undefined) return loadConfigFile(path, serverConfigSpec);
  return loadConfig('', 'built-in defaults', serverConfigSpec);
}
