/** What the control port and `starling ctl` say to each other: actions, and the shapes of answers. Data only. */

/** `command`: changes drones, answers `{results}`; `query`: answers at once; `stream`: acknowledges, then pushes. */
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
  upload: { ...command, answerTimeoutMs: 1_800_000 },
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
  telemetry: stream,
} as const satisfies Readonly<Record<string, ControlActionTraits>>;

export type ControlAction = keyof typeof controlActions;

export function isControlAction(text: string): text is ControlAction {
  return Object.hasOwn(controlActions, text);
}

/** Seconds from `start` to the start of the show when the caller says nothing, and the most that can be asked for. */
export const defaultStartDelayS = 10;
export const maxStartDelayS = 86_400;

/** The body of a request: which drones, and for `start` when. */
export type ControlBody = {
  readonly ids?: readonly string[];
  readonly all?: boolean;
  /** s. */
  readonly delay?: number;
};

/** One drone's end of a command. */
export type ControlResult = {
  readonly id: string;
  readonly ok: boolean;
  readonly code?: string;
  readonly message?: string;
};

/** The answer of a command. */
export type CommandAnswer = { readonly results: readonly ControlResult[] };

/** One drone of `list`. `telemetry` is as the drone sent it, except that a NaN is null here. */
export type ListedDrone = {
  readonly id: string;
  readonly connected: boolean;
  readonly ready: boolean;
  readonly blockers: readonly { readonly code: string; readonly text: string }[];
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

/** What `telemetry` pushes after its acknowledgement. */
export type PushedTelemetry = {
  readonly id: string;
  readonly telemetry: { readonly [key: string]: unknown };
};
