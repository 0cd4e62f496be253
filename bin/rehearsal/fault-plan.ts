/**
 * What goes wrong in a rehearsal, as text: the lines of a fault file (see `fault-file.ts` of the simulator), and more.
 *
 * `TIME WHO FAULT [value…]`: WHO a drone, `*` for each of them, `server`, or `operator`, who gives a command to all of
 * them. TIME in s after that drone's motors first started (for the last two: those of any drone), or with `@` before it,
 * after the rehearsal began.
 *
 *     @2    drone-3 net-loss 0.3 10     # three packets in ten are lost for 10 s
 *     12.5  server  net-cut 4
 *     20    *       gust 6 3
 *     22    *       wind 12 270 2 15
 *     25    operator land
 *
 * Knows words; no drone, no network.
 */
import { everyDrone, readFaultLines } from '../../drone-client/simulator/fault-file.js';
import { faultOf, numberOf } from '../../drone-client/simulator/fault-words.js';
import type { Fault } from '../../drone-client/simulator/faults.js';

/** Of a computer and its way to the network. `forS`: undefined: for good. */
export type ComputerFault =
  /** Nothing passes. */
  | { readonly kind: 'net-cut'; readonly forS: number | undefined }
  /** This fraction (0…1) of its packets is lost, each way. */
  | { readonly kind: 'net-loss'; readonly amount: number; readonly forS: number | undefined }
  /** Each packet takes so many ms more, each way. */
  | { readonly kind: 'net-latency'; readonly amount: number; readonly forS: number | undefined }
  /** The same on average, exponentially spread. */
  | { readonly kind: 'net-jitter'; readonly amount: number; readonly forS: number | undefined }
  /** Each way carries so many kbit/s. */
  | { readonly kind: 'net-speed'; readonly amount: number; readonly forS: number | undefined }
  /** Somebody sets the computer's clock by so many ms. */
  | { readonly kind: 'clock-step'; readonly amount: number }
  /** The program does nothing for so long, s. */
  | { readonly kind: 'hang'; readonly forS: number }
  /** The program ends without a farewell of its own, and is started again after so long. */
  | { readonly kind: 'crash'; readonly forS: number | undefined }
  /** The computer loses its power, and boots again after so long. The autopilot has a supply of its own. */
  | { readonly kind: 'power-loss'; readonly forS: number | undefined };

/** Not a fault at all, but what an operator does about them: a command without arguments, to all drones. */
export type OperatorAct = { readonly kind: 'command'; readonly name: OperatorCommand };

const endings = ['stop', 'land', 'return_home', 'emergency_land', 'disarm', 'kill'] as const;
const operatorCommands = ['pause', 'resume', ...endings] as const;
type OperatorCommand = (typeof operatorCommands)[number];

export type PlannedFault = {
  /** From 1, as editors count. */
  readonly line: number;
  readonly since: 'motors' | 'beginning';
  readonly atS: number;
  /** A drone's id, `*`, `server` or `operator`. */
  readonly who: string;
  readonly fault: ComputerFault | Fault | OperatorAct;
};

export const theServer = 'server';
export const theOperator = 'operator';

type Kind = ComputerFault['kind'];
type Shape = {
  /** Least and greatest amount; undefined: it has none. */
  readonly amount?: readonly [low: number, high: number];
  readonly time: 'none' | 'optional' | 'needed';
};

const daySeconds = 86_400;

const shapes: Readonly<Record<Kind, Shape>> = {
  'net-cut': { time: 'optional' },
  'net-loss': { amount: [0, 1], time: 'optional' },
  'net-latency': { amount: [0, 60_000], time: 'optional' },
  'net-jitter': { amount: [0, 60_000], time: 'optional' },
  'net-speed': { amount: [1, 10_000_000], time: 'optional' },
  'clock-step': { amount: [-1e9, 1e9], time: 'none' },
  hang: { time: 'needed' },
  crash: { time: 'optional' },
  'power-loss': { time: 'optional' },
};

/** Of the server these alone: it is not started again in a rehearsal yet. */
const ofServer: ReadonlySet<string> = new Set([
  ...['net-cut', 'net-loss', 'net-latency', 'net-jitter', 'net-speed', 'clock-step', 'hang'],
]);

/** @throws UsageError that names every wrong line; `fileName` is for that alone. */
export function parseFaultPlan(text: string, fileName: string): PlannedFault[] {
  return readFaultLines(text, fileName, parseLine);
}

/** Who of a plan is none of these drones: most often a slip of the pen. */
export function unknownOf(plan: readonly PlannedFault[], ids: readonly string[]): string[] {
  const known = new Set([...ids, everyDrone, theServer, theOperator]);
  return [...new Set(plan.map(({ who }) => who))].filter((who) => !known.has(who));
}

/** Whether flights end by it. */
export function isEnding({ name }: OperatorAct): boolean {
  return endings.some((ending) => ending === name);
}

export function isComputerFault(fault: PlannedFault['fault']): fault is ComputerFault {
  return Object.hasOwn(shapes, fault.kind);
}

function parseLine([time = '', who, ...words]: readonly string[]): Omit<PlannedFault, 'line'> | string {
  const isFromBeginning = time.startsWith('@');
  const atS = numberOf(time.slice(isFromBeginning ? 1 : 0));
  if (atS === undefined || atS < 0)
    return `"${time}" is no time; expected seconds after the motors started, or @ and seconds after the beginning`;
  if (who === undefined || words.length === 0) return 'expected `TIME WHO FAULT [value…]`';
  const since = isFromBeginning ? 'beginning' : 'motors';
  if (who === theOperator) {
    const name = operatorCommands.find((known) => known === words.join(' '));
    if (!name)
      return `"${words.join(' ')}" is no command here; expected one of ${operatorCommands.join(', ')}`;
    return { since, atS, who, fault: { kind: 'command', name } };
  }
  const fault = isKind(words[0]) ? computerFaultOf(words[0], words.slice(1)) : faultOf(words);
  if (typeof fault === 'string') return fault;
  if (who === theServer && !ofServer.has(fault.kind)) return `${fault.kind} is no fault of the server`;
  return { since, atS, who, fault };
}

function computerFaultOf(kind: Kind, values: readonly string[]): ComputerFault | string {
  const { amount, time } = shapes[kind];
  const fewest = (amount ? 1 : 0) + (time === 'needed' ? 1 : 0);
  const most = (amount ? 1 : 0) + (time === 'none' ? 0 : 1);
  const numbers = values.map(numberOf);
  const [first, second] = numbers;
  const forS = amount ? second : first;
  const isWrong =
    values.length < fewest ||
    values.length > most ||
    numbers.includes(undefined) ||
    (amount && first !== undefined && (first < amount[0] || first > amount[1])) ||
    (forS !== undefined && (forS < 0 || forS > daySeconds));
  return isWrong ? `expected \`${usageOf(kind)}\`` : build(kind, first ?? 0, forS);
}

function build(kind: Kind, amount: number, forS: number | undefined): ComputerFault {
  switch (kind) {
    case 'net-cut':
    case 'crash':
    case 'power-loss':
      return { kind, forS };
    case 'hang':
      return { kind, forS: forS ?? 0 };
    case 'clock-step':
      return { kind, amount };
    default:
      return { kind, amount, forS };
  }
}

function usageOf(kind: Kind): string {
  const { amount, time } = shapes[kind];
  const seconds = { none: [], optional: ['[SECONDS]'], needed: ['SECONDS'] }[time];
  return [kind, ...(amount ? [`${amount[0]}…${amount[1]}`] : []), ...seconds].join(' ');
}

function isKind(word: string | undefined): word is Kind {
  return word !== undefined && Object.hasOwn(shapes, word);
}
