/** What `starling params` does with one autopilot that answers: get, set, list, load, save, diff. */
import { readFile, writeFile } from 'node:fs/promises';
import { loadParameters, restartNote } from '../../drone-client/vehicle/parameters/load-parameters.js';
import type { Vehicle } from '../../drone-client/vehicle/vehicle.js';
import { ConfigError, errorCode, errorText, RefusedError, UsageError } from '../../lib/errors.js';
import {
  formatParameterFile,
  type ParameterLine,
  parseParameterFile,
} from '../../lib/parameters/parameter-file.js';
import type { ParameterEntry } from '../../lib/parameters/parameter-line.js';
import { parameterText } from '../../lib/parameters/parameter-value.js';
import { diffParameters, snapshot } from '../../lib/parameters/snapshot.js';
import type { Clock } from '../../lib/time/clock.js';

/** A vehicle that is connected, and where output goes; lines have no line end. */
export type ParamsJob = {
  readonly vehicle: Vehicle;
  readonly clock: Clock;
  readonly json: boolean;
  readonly write: (line: string) => void;
  readonly writeError: (line: string) => void;
};

export type ParamsAction = {
  readonly usage: string;
  readonly argCount: number;
  /** Looks at arguments and files before any link is opened. @throws UsageError, ConfigError */
  readonly prepare: (args: readonly string[]) => Promise<(job: ParamsJob) => Promise<number>>;
};

const failed = 1;

/** By the name that people type. */
export const paramsActions: Readonly<Record<string, ParamsAction>> = {
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

async function get({ vehicle, write, json }: ParamsJob, id: string): Promise<number> {
  const parameter = await vehicle.maintenance.readParameter(id);
  write(json ? JSON.stringify(parameter) : `${id} ${parameterText(parameter)}`);
  return 0;
}

async function set({ vehicle, write, json }: ParamsJob, id: string, value: number): Promise<number> {
  expectStanding(vehicle);
  const parameter = await vehicle.maintenance.setParameter(id, value);
  write(json ? JSON.stringify(parameter) : `${id} ${parameterText(parameter)}`);
  return 0;
}

async function list({ vehicle, write, json }: ParamsJob): Promise<number> {
  const parameters = [...(await vehicle.maintenance.listParameters()).values()];
  if (json) write(JSON.stringify(parameters));
  else for (const parameter of parameters) write(`${parameter.id} ${parameterText(parameter)}`);
  return 0;
}

async function load(job: ParamsJob, entries: readonly ParameterLine[]): Promise<number> {
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

async function save({ vehicle, clock, write, json }: ParamsJob, path: string): Promise<number> {
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

async function diff(job: ParamsJob, lines: readonly ParameterLine[], path: string): Promise<number> {
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
