/** What the black box writes down, as data. Knows the shapes of records; no bytes, no file and no clock. */
import type { CommandResult } from '../fleet/drone-record.js';
import type { LogLine } from '../snapshot.js';

/** Changed whenever an older reader would misread what is written. */
export const formatVersion = 1;

/** Plain data; `undefined` members are left out. */
type Plain = { readonly [name: string]: unknown };

/** Whoever wants something of the fleet: `panel`, `ctl`, a visitor's or a plugin's name. */
type By = { readonly by: string };

/** What is recorded of a session. */
export type JournalEntry =
  /** A command as it was given, before anything came of it. */
  | {
      readonly kind: 'action';
      readonly body: By & {
        readonly name: string;
        readonly ids: readonly string[];
        readonly arguments?: Plain;
      };
    }
  /** What drones are told again and again until they hold it; `value` null: it was withdrawn. */
  | {
      readonly kind: 'wish';
      readonly body: { readonly wish: string; readonly ids: readonly string[]; readonly value: unknown };
    }
  /** How a command ended on one drone. */
  | {
      readonly kind: 'outcome';
      readonly body: { readonly action: string; readonly result: Omit<CommandResult, 'output'> };
    }
  | { readonly kind: 'alert'; readonly body: AlertBody }
  /** Something is another now: `phase`, `show`, `connected`, `flight` (a drone's own report), … */
  | { readonly kind: 'state'; readonly body: StateBody }
  /** A line of the event log. */
  | { readonly kind: 'note'; readonly body: Pick<LogLine, 'level' | 'text'> };

export type AlertBody = {
  /** Stable, for machines. */
  readonly alert: string;
  readonly level: LogLine['level'];
  readonly text: string;
  /** The drone that it is about; undefined: the fleet. */
  readonly id?: string | undefined;
  /** What was measured, and what it was held against, in the unit that the text names. */
  readonly value?: number | undefined;
  readonly limit?: number | undefined;
  /** What was done about it. */
  readonly action?: string | undefined;
};

/**
 * The report reads these: `phase` (a `ShowPhase`), `show` (name, digest, durationS), `connected` (a drone's: true or
 * false, with the reason as `text`), `flight` (a drone's own report of its flight, as it answers it) and `battery_plan`
 * (`reserve`, the share to be left; `flightS`, how long each drone is to fly).
 */
export type StateBody = {
  readonly what: string;
  readonly value: unknown;
  /** For people: why, when it is not plain. */
  readonly text?: string | undefined;
  /** The drone that it is about; undefined: the server or the show. */
  readonly id?: string | undefined;
};

/** A record as it is in a file. */
export type JournalRecord = {
  /** From 0 on in each stream; goes on through its parts. */
  readonly seq: number;
  /** By the server's system clock, which may step, whole ms. */
  readonly utcMs: number;
  /** By the server's monotonic clock, to 0.001. */
  readonly monotonicMs: number;
  /** Of an entry or, of the streams' own: `head`, `gap`, `end`, `frame` (telemetry). */
  readonly kind: string;
  readonly body: { readonly [name: string]: unknown };
};

export type StreamName = 'journal' | 'telemetry';

/** Who records. */
export type RecorderIdentity = { readonly serverId: string; readonly software: string };

/** The end of a chain: the last record of it, and its hash (SHA-256, hex). */
export type ChainLink = { readonly seq: number; readonly hash: string };

/** The first record of each part. */
export type HeadBody = RecorderIdentity & {
  readonly format: 'starling-black-box';
  readonly version: typeof formatVersion;
  readonly stream: StreamName;
  /** From 1 on. */
  readonly part: number;
  /** When the session began. */
  readonly startUtcMs: number;
  readonly startMonotonicMs: number;
  /** The record that this part follows: the last one of the part before or, after a failure, the last that was safe. */
  readonly continues: ChainLink;
  readonly isAfterFailure: boolean;
};

/** How many records of each kind were lost. */
export type LostCounts = { readonly [kind: string]: number };

/** The second record of a part after a failure. */
export type GapBody = {
  readonly why: string;
  readonly lost: LostCounts;
  /** When the first of what was lost came; until then the record is whole. */
  readonly sinceUtcMs: number;
  readonly sinceMonotonicMs: number;
};
