/** What the control port and `starling ctl` say to each other: actions, and the shapes of answers. Data only. */

import type { AssignBy } from '../../show/assign/assign-slots.js';
import type { ShowWarning, Violation } from '../../show/validate/result.js';

/** `command`: changes drones, answers `{results}`; `query`: answers with what it asked for; `stream`: acknowledges, then pushes. */
export type ControlActionTraits = {
  readonly kind: 'command' | 'query' | 'stream';
  /** True: drones must be named, or all of them asked for. False: nobody named means all. */
  readonly needsTarget: boolean;
  /** How long an answer may take, ms: every drone has its own time limits, an upload waits for the files. */
  readonly answerTimeoutMs: number;
};

const query = { kind: 'query', needsTarget: false, answerTimeoutMs: 10_000 } as const;
const stream = { kind: 'stream', needsTarget: false, answerTimeoutMs: 10_000 } as const;
const command = { kind: 'command', needsTarget: true, answerTimeoutMs: 120_000 } as const;

/** Every action of the control port. `stop` and `land` reach everybody when nobody is named. */
export const controlActions = {
  list: query,
  status: query,
  load: { ...query, answerTimeoutMs: 1_800_000 },
  upload: { ...command, answerTimeoutMs: 1_800_000 },
  authorize: command,
  unauthorize: { ...command, needsTarget: false },
  assign: command,
  replace: command,
  start: command,
  pause: command,
  resume: command,
  stop: { ...command, needsTarget: false },
  land: { ...command, needsTarget: false },
  disarm: command,
  emergency_land: command,
  return_home: command,
  kill: command,
  takeoff: command,
  flip: command,
  calibrate_gyro: command,
  calibrate_level: command,
  reboot_fcu: command,
  led_test: command,
  execute: command,
  telemetry: stream,
} as const satisfies Readonly<Record<string, ControlActionTraits>>;

export type ControlAction = keyof typeof controlActions;

export function isControlAction(text: string): text is ControlAction {
  return Object.hasOwn(controlActions, text);
}

/** Seconds from `start` to the start of the show when the caller says nothing, and the most that can be asked for. */
export const defaultStartDelayS = 10;
export const maxStartDelayS = 86_400;

/** The body of a request: which drones, and what an action needs beside them. `replace` takes two ids: out, spare. */
export type ControlBody = {
  readonly ids?: readonly string[];
  readonly all?: boolean;
  /** s. */
  readonly delay?: number;
  /** For `authorize`: what may be started, for how many minutes, and why in spite of violations. */
  readonly scope?: 'live' | 'lights';
  readonly minutes?: number;
  readonly override?: string;
  /** For `assign`. */
  readonly by?: AssignBy;
  /** For `execute`: a name on the drones' own lists of programs. */
  readonly command?: string;
  /** For `load`: an absolute path on the server's machine. */
  readonly path?: string;
};

/** How long a show may be started when the caller does not say, and at most, minutes. */
export const defaultAuthorizedMinutes = 10;
export const maxAuthorizedMinutes = 1_440;

/** One drone's end of a command. */
export type ControlResult = {
  readonly id: string;
  readonly ok: boolean;
  readonly code?: string;
  readonly message?: string;
  /** Of `execute`: what the program wrote. */
  readonly output?: string;
};

/** The answer of a command. */
export type CommandAnswer = { readonly results: readonly ControlResult[] };

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
  /** `host:port` where drones connect. */
  readonly address: string;
  /** `open`: drones are not authenticated. */
  readonly mode: 'open' | 'secure';
  readonly version: string;
};

/** The answer of `load`: the show that is loaded now. */
export type LoadAnswer = { readonly show: NonNullable<StatusAnswer['show']> };

/** What `telemetry` pushes after its acknowledgement. */
export type PushedTelemetry = {
  readonly id: string;
  readonly telemetry: { readonly [key: string]: unknown };
};
