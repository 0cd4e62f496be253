/** What the control port and `starling ctl` say to each other: the shapes of bodies and answers. Data only. */

import type { ShowWarning, Violation } from '../../show/validate/result.js';

/** TCP port of the control port, unless another is asked for. */
export const defaultControlPort = 9876;

/** The body of a request: which drones, by one of three ways, and the operation's own arguments by their names. */
export type ControlBody = {
  readonly ids?: readonly string[];
  readonly all?: boolean;
  /** An expression, as the panel takes it: `1-20,35`, `not ready`. */
  readonly select?: string;
} & { readonly [argument: string]: string | number | boolean | readonly string[] };

/** One drone's end of a command. */
export type ControlResult = {
  readonly id: string;
  readonly ok: boolean;
  readonly code?: string;
  readonly message?: string;
  /** Of `execute`: what the program wrote. */
  readonly output?: string;
};

/** The answer of a command; `text`: what was done, where that concerns no drone. */
export type CommandAnswer = { readonly results: readonly ControlResult[]; readonly text?: string };

/** One drone of `list`. `telemetry` is as the drone sent it, except that a NaN is null here. */
export type ListedDrone = {
  readonly id: string;
  readonly connected: boolean;
  readonly ready: boolean;
  /** The slot of the loaded show that it flies. */
  readonly slot: string | null;
  /** Whether it holds that: `match`, `differs`, `none`, `unproven` (an old client), `unknown`. */
  readonly proof: string;
  /** The most important first; `hint`: what to do, and the end of `text`; `owner`: who can do it. */
  readonly blockers: readonly {
    readonly code: string;
    readonly owner: 'drone' | 'operator' | 'server' | 'network';
    readonly text: string;
    readonly hint: string;
  }[];
  readonly checks: { readonly [key: string]: string };
  readonly telemetry: { readonly [key: string]: unknown };
  /** Round trip, ms; null when unknown. */
  readonly latencyMs: number | null;
  /** The drone's clock minus the server's, ms; null when unknown. */
  readonly offsetMs: number | null;
};

/** The answer of `status`. */
export type StatusAnswer = {
  /** The loaded show; null when none is. */
  readonly show: {
    readonly name: string;
    readonly slots: readonly string[];
    readonly durationS: number;
    /** SHA-256 over the digests of all parts. */
    readonly digest: string;
    readonly format: string;
    readonly notes: readonly string[];
    readonly violations: readonly Violation[];
    readonly warnings: readonly ShowWarning[];
  } | null;
  /** What may be started now. */
  readonly authorization: {
    readonly digest: string;
    readonly scope: string;
    readonly leftS: number;
    readonly override: string | null;
    /** The drones that it covers. */
    readonly ids: readonly string[];
  } | null;
  readonly phase: string;
  /** When the show starts or started, UTC, ISO 8601; null when idle. */
  readonly startAt: string | null;
  readonly counts: {
    readonly total: number;
    readonly connected: number;
    readonly ready: number;
    readonly armed: number;
  };
  /** The files that are on their way to drones; null while none is. */
  readonly transfers: {
    readonly active: number;
    readonly waiting: number;
    readonly sentBytes: number;
    readonly totalBytes: number;
    readonly bytesPerS: number | null;
    readonly leftS: number | null;
  } | null;
  /** The update that is on, or the last one if it was stopped; left out otherwise. */
  readonly update?: {
    readonly version: string;
    /** From 1. */
    readonly stage: number;
    readonly stages: number;
    readonly done: number;
    readonly of: number;
    /** Why no other drone begins. */
    readonly stopped: string | null;
    /** Nothing of it goes on any more. */
    readonly isOver: boolean;
  };
  /** `host:port` where drones connect. */
  readonly address: string;
  /** `open`: drones are not authenticated. */
  readonly mode: 'open' | 'secure';
  readonly version: string;
};

/** The answer of `load`: the show that is loaded now. */
export type LoadAnswer = { readonly show: NonNullable<StatusAnswer['show']> };

/** The answer of `software`: a drone each, in the order in which they were named. */
export type SoftwareAnswer = readonly {
  readonly id: string;
  readonly version: string | null;
  /** As Debian calls it; null where no package is installed. */
  readonly architecture: string | null;
  /** Why it installs nothing from here. */
  readonly obstacle: string | null;
  /** The last update, or the one under way; `at` by the drone's own clock, UTC, ISO 8601. */
  readonly update: {
    readonly outcome: string;
    readonly sha256: string;
    readonly from: string | null;
    readonly to: string | null;
    readonly text: string;
    readonly at: string | null;
  } | null;
  /** Why it says nothing of all this. */
  readonly problem: string | null;
}[];

/** The answer of `settings`: the server's configuration as the text of a file, and where that is kept. */
export type SettingsAnswer = { readonly path: string; readonly text: string };

/** The answer of `groups`. */
export type GroupsAnswer = readonly { readonly name: string; readonly ids: readonly string[] }[];

/** What `telemetry` pushes after its acknowledgement. */
export type PushedTelemetry = {
  readonly id: string;
  readonly telemetry: { readonly [key: string]: unknown };
};

/** What a server can be followed by: the `event_types` of `stream`. A server may have others beside these. */
export const eventNames = ['phase', 'drone', 'telemetry', 'result', 'log', 'hub'] as const;

/** What `stream` pushes after its acknowledgement; `at` and `startAt` are UTC, ISO 8601. */
export type PushedEvent =
  | {
      readonly event_type: 'hub';
      /** `connected`, `identified`, `login`, `message`, `disconnected`, `error`, `missing`. */
      readonly what: string;
      readonly id?: string;
      readonly name?: string;
      readonly role?: string;
      readonly gateway?: string;
      readonly address?: string;
      readonly room?: string;
      readonly to?: string;
      /** What was said, or why. */
      readonly text?: string;
    }
  | {
      readonly event_type: 'phase';
      readonly phase: string;
      readonly startAt: string | null;
      /** In a countdown: of so many drones that are to hold the start, how many do. */
      readonly holding?: number;
      readonly of?: number;
    }
  | ({ readonly event_type: 'drone'; readonly armed: boolean } & Pick<
      ListedDrone,
      'id' | 'connected' | 'ready' | 'slot' | 'proof'
    >)
  | ({ readonly event_type: 'telemetry' } & PushedTelemetry)
  /** A command has ended on a drone. */
  | ({ readonly event_type: 'result'; readonly at: string; readonly action: string } & Omit<
      ControlResult,
      'output'
    >)
  | {
      readonly event_type: 'log';
      readonly at: string;
      readonly level: 'info' | 'warning' | 'error';
      readonly text: string;
    };
