/** `starling params`: reads and changes the parameters of one autopilot, over its own link. */
import { readFile, writeFile } from 'node:fs/promises';
import { createVehicle } from '../../drone-client/vehicle/adapters/create-vehicle.js';
import { parameterText } from '../../drone-client/vehicle/mavlink/parameter-value.js';
import { loadParameters, restartNote } from '../../drone-client/vehicle/parameters/load-parameters.js';
import {
  formatParameterFile,
  type ParameterLine,
  parseParameterFile,
} from '../../drone-client/vehicle/parameters/parameter-file.js';
import type { ParameterEntry } from '../../drone-client/vehicle/parameters/parameter-line.js';
import { diffParameters, snapshot } from '../../drone-client/vehicle/parameters/snapshot.js';
import type { Vehicle } from '../../drone-client/vehicle/vehicle.js';
import { parseVehicleUrl, type VehicleUrl } from '../../drone-client/vehicle/vehicle-url.js';
import { ConfigError, errorCode, errorText, RefusedError, UsageError } from '../../lib/errors.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import type { Clock } from '../../lib/time/clock.js';

export type ParamsCommandOptions = {
  /** `get NAME`, `set NAME VALUE`, `list`, `load FILE`, `save FILE`, `diff FILE`. */
  readonly action: string;
  readonly args: readonly string[];
  /** Vehicle URL. */
  readonly vehicle: string;
  readonly json?: boolean;
};

/** What the command touches outside of itself; lines have no line end. */
export type ParamsEdges = {
  readonly clock: Clock;
  readonly open: (url: VehicleUrl, clock: Clock) => Promise<Vehicle>;
  readonly write: (line: string) => void;
  readonly writeError: (line: string) => void;
};

type Job = ParamsEdges & { readonly vehicle: Vehicle; readonly json: boolean };
type Action = {
  readonly usage: string;
  readonly argCount: number;
  /** Looks at the arguments before any link is opened. @throws UsageError, ConfigError */
  readonly prepare: (args: readonly string[]) => Promise<(job: Job) => Promise<number>>;
};

const failed = 1;
const noVehicle = 3;
/** An autopilot says its heartbeat every second; a serial line may need a moment. */
const connectMs = 10_000;

const actions: Readonly<Record<string, Action>> = {
  get: {
    usage: 'get NAME',
    argCount: 1,
    prepare:
      async ([id = '']) =>
      (job) =>
        get(job, id),
  },
  set: {
    usage: 'set NAME VALUE',
    argCount: 2,
    prepare: async ([id = '', text = '']) => {
      const value = numberOf(text);
      return (job) => set(job, id, value);
    },
  },
  list: { usage: 'list', argCount: 0, prepare: async () => list },
  load: {
    usage: 'load FILE',
    argCount: 1,
    prepare: async ([path = '']) => {
      const lines = await readLines(path);
      return (job) => load(job, lines);
    },
  },
  save: {
    usage: 'save FILE',
    argCount: 1,
    prepare:
      async ([path = '']) =>
      (job) =>
        save(job, path),
  },
  diff: {
    usage: 'diff FILE',
    argCount: 1,
    prepare: async ([path = '']) => {
      const lines = await readLines(path);
      return (job) => diff(job, lines, path);
    },
  },
};

/**
 * Does it, prints, and gives the exit code: 0 done, 1 failed in part or differs, 3 no autopilot answers.
 * @throws UsageError and ConfigError for a wrong call or file; RefusedError, RequestTimeoutError, DisconnectedError.
 */
export async function runParams(
  options: ParamsCommandOptions,
  edges: ParamsEdges = systemEdges(),
): Promise<number> {
  const { args, json = false } = options;
  const action = Object.hasOwn(actions, options.action) ? actions[options.action] : undefined;
  if (!action || args.length !== action.argCount) {
    const known = Object.values(actions).map(({ usage }) => usage);
    throw new UsageError(`starling params: expected ${action?.usage ?? known.join(', ')}`);
  }
  const url = parseVehicleUrl(options.vehicle);
  const work = await action.prepare(args);
  const vehicle = await edges.open(url, edges.clock);
  try {
    if (await untilConnected(vehicle, edges.clock)) return await work({ ...edges, vehicle, json });
    edges.writeError(noAnswer(options.vehicle));
    return noVehicle;
  } finally {
    await vehicle.close();
  }
}

async function get({ vehicle, write, json }: Job, id: string): Promise<number> {
  const parameter = await vehicle.maintenance.readParameter(id);
  write(json ? JSON.stringify(parameter) : `${id} ${parameterText(parameter)}`);
  return 0;
}

async function set({ vehicle, write, json }: Job, id: string, value: number): Promise<number> {
  expectStanding(vehicle);
  const parameter = await vehicle.maintenance.setParameter(id, value);
  write(json ? JSON.stringify(parameter) : `${id} ${parameterText(parameter)}`);
  return 0;
}

async function list({ vehicle, write, json }: Job): Promise<number> {
  const parameters = [...(await vehicle.maintenance.listParameters()).values()];
  if (json) write(JSON.stringify(parameters));
  else for (const parameter of parameters) write(`${parameter.id} ${parameterText(parameter)}`);
  return 0;
}

async function load(job: Job, entries: readonly ParameterLine[]): Promise<number> {
  const { vehicle, write, writeError, json } = job;
  expectStanding(vehicle);
  const report = await loadParameters(vehicle.maintenance, entries);
  const count = (wanted: string): number => report.filter(({ outcome }) => outcome === wanted).length;
  const failures = report.filter(({ isOk }) => !isOk).length;
  if (json) write(JSON.stringify(report.map(({ entry, ...line }) => ({ ...entry, ...line }))));
  else for (const { text, outcome } of report) if (outcome !== 'unchanged') write(text);
  writeError(`${count('set')} set, ${count('unchanged')} were so already, ${failures} failed`);
  if (count('set') > 0 || failures > 0) writeError(restartNote);
  return failures > 0 ? failed : 0;
}

async function save({ vehicle, clock, write, json }: Job, path: string): Promise<number> {
  const parameters = await vehicle.maintenance.listParameters();
  const taken = snapshot(parameters, {
    autopilot: vehicle.state.autopilot ?? 'unknown',
    atUtcMs: clock.utcMs(),
  });
  try {
    await writeFile(path, formatParameterFile(taken), { flag: 'wx' });
  } catch (error) {
    const why = errorCode(error) === 'EEXIST' ? 'it is there already: name another file' : errorText(error);
    throw new ConfigError(`${path} can not be written: ${why}`, { cause: error });
  }
  write(json ? JSON.stringify({ path, count: parameters.size }) : `${parameters.size} parameters in ${path}`);
  return 0;
}

async function diff(job: Job, lines: readonly ParameterLine[], path: string): Promise<number> {
  const { vehicle, write, writeError, json } = job;
  const present = await vehicle.maintenance.listParameters();
  const { added, removed, changed } = diffParameters(lines, present.values());
  const isSame = removed.length === 0 && changed.length === 0;
  if (json) write(JSON.stringify({ changed, onlyInFile: removed, onlyOnDrone: added }));
  else {
    for (const { id, before, after } of changed) write(`${id}: file ${told(before)}, drone ${told(after)}`);
    for (const entry of removed) write(`${entry.id}: file ${told(entry)}, drone has none such`);
    writeError(
      `${lines.length - removed.length - changed.length} are the same, ${changed.length} differ, ` +
        `${removed.length} only in ${path}, ${added.length} only on the drone`,
    );
  }
  return isSame ? 0 : failed;
}

/** Before the link is opened: a wrong file touches no drone. */
async function readLines(path: string): Promise<readonly ParameterLine[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new ConfigError(`${path} can not be read: ${errorText(error)}`, { cause: error });
  });
  const { lines, problems } = parseParameterFile(text, path);
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return lines;
}

function numberOf(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new UsageError(`"${text}" is not a number`);
  return value;
}

function expectStanding({ state }: Vehicle): void {
  if (!state.armed) return;
  throw new RefusedError('armed', 'the motors run: parameters are changed on a drone that stands disarmed');
}

function told({ value, type = 'real' }: ParameterEntry): string {
  return parameterText({ value, type });
}

/** False when no heartbeat came in time. */
function untilConnected(vehicle: Vehicle, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (vehicle.state.connected) end(true);
    };
    const end = (isConnected: boolean): void => {
      cancel();
      unsubscribe();
      resolve(isConnected);
    };
    const cancel = clock.after(connectMs, () => end(false));
    const unsubscribe = vehicle.onEvent(look);
    look();
  });
}

function noAnswer(url: string): string {
  return (
    `no autopilot says anything at ${url} within ${connectMs / 1000} s: is it powered, is the address (or the ` +
    'device and its rate) right, and does no other program hold it, such as "starling drone"?'
  );
}

function systemEdges(): ParamsEdges {
  return {
    clock: new SystemClock(),
    open: (url, clock) => createVehicle(url, { clock }),
    write: (line) => process.stdout.write(`${line}\n`),
    writeError: (line) => process.stderr.write(`starling params: ${line}\n`),
  };
}
