/** Which show the server allows this drone to start, and for how long. Pure: the time is an argument, nothing is kept. */
import type { Json } from '../../lib/messaging/index.js';

/** `lights`: the lights play, and nothing arms. */
export type Scope = 'live' | 'lights';

export type Authorization = {
  /** Of the part that may be started: any other one is not covered. */
  readonly digest: string;
  readonly scope: Scope;
  readonly expiresAtMs: number;
};

/** Held in memory only: a drone that was switched off in between asks for another. */
export class AuthorizationHold {
  #held: Authorization | undefined;

  grant(authorization: Authorization): void {
    this.#held = authorization;
  }

  withdraw(): void {
    this.#held = undefined;
  }

  /** What covers this digest at this moment (monotonic ms); undefined when nothing does. */
  covering(digest: string | undefined, nowMs: number): Authorization | undefined {
    const held = this.#held;
    return held && held.digest === digest && nowMs < held.expiresAtMs ? held : undefined;
  }

  /** The telemetry value `authorization`. */
  telemetry(nowMs: number, digest: string | undefined): Json {
    const held = this.covering(digest, nowMs);
    return held ? [held.digest, held.scope, Math.ceil((held.expiresAtMs - nowMs) / 1000)] : [];
  }
}
