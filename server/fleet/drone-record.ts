/** What the server knows of one drone. Data only: made and replaced by the fleet's reducer, read by everybody. */
import type { Telemetry } from './telemetry.js';

/** The end of one command for one drone. `code` is stable; `unconfirmed`: an old peer, it was sent and nobody answers. */
export type CommandResult = {
  readonly id: string;
  readonly ok: boolean;
  readonly code?: string;
  readonly message?: string;
  /** What a program wrote that was run on it; not kept in its record. */
  readonly output?: string;
};

/** How a command ended on a drone, and when. */
export type Outcome = { readonly action: string; readonly result: CommandResult; readonly atMs: number };

/** Immutable; times are the server's `monotonicMs`. */
export type DroneRecord = {
  readonly id: string;
  /** Order in which drones joined the table, from 0. */
  readonly joinOrder: number;
  /** `address:port` of its present or last connection. */
  readonly address: string;
  readonly isConnected: boolean;
  /** Why it was lost; undefined while connected. */
  readonly lostReason: string | undefined;
  /** True for a peer that said hello: its commands are answered. False for an old one. */
  readonly isAnswering: boolean;
  readonly software: string | undefined;
  readonly telemetry: Telemetry;
  /** When telemetry arrived last; undefined before the first. */
  readonly telemetryAtMs: number | undefined;
  /** It is connected, and its telemetry has not arrived for too long to be believed any more. */
  readonly isSilent: boolean;
  /** The drone's clock minus the server's when the last telemetry arrived, s (the network's delay included). */
  readonly timeDeltaS: number | undefined;
  /** Round trip by heartbeat, ms. */
  readonly latencyMs: number | undefined;
  /** The drone's clock minus the server's by heartbeat, ms. */
  readonly offsetMs: number | undefined;
  /** The command under way, and the last one that ended. */
  readonly busyWith: string | undefined;
  /** Of the file that is on its way to it: the share that it holds, 0 to 1. */
  readonly uploadShare?: number | undefined;
  readonly lastOutcome: Outcome | undefined;
  /** The last commands that ended, the newest last; undefined before the first. */
  readonly recentOutcomes?: readonly Outcome[] | undefined;
};

/** Who can take a reason away: the drone by itself or by its repair, the operator, the server, or the network. */
export type BlockerOwner = 'drone' | 'operator' | 'server' | 'network';

/** One reason why a drone is not ready. */
export type Blocker = {
  /** Stable: the judged telemetry key, or `lost`, `no_telemetry`, `silent`. */
  readonly code: string;
  readonly owner: BlockerOwner;
  /** What is wrong and what to do, as one line for people. */
  readonly text: string;
  /** What to do: the end of that line. */
  readonly hint: string;
};
