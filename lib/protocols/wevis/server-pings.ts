/** When a serving side pings and how long it waits for the answer. Knows the clock; no message and no connection. */
import type { Cancel, Clock } from '../../time/clock.js';

/** Time to log in, and from the welcome to the first ping, ms. Source of the times: wevis 0.0.4. */
const firstDueMs = 5000;
/** From a pong to the next ping, ms. */
const pingAfterMs = 10_000;
/** Time to answer a ping, ms. */
const pongWithinMs = 5000;

export type ServerPingsPort = {
  readonly clock: Clock;
  /** Whether somebody has logged in. */
  readonly isLoggedIn: () => boolean;
  /** What comes is not looked at for now, answers to pings included: the time does not count against the peer. */
  readonly isHeld: () => boolean;
  readonly sendPing: () => void;
  readonly giveUp: (reason: string) => void;
};

export class ServerPings {
  readonly #port: ServerPingsPort;
  #cancelTimer: Cancel = () => undefined;
  #sentMs: number | undefined;

  constructor(port: ServerPingsPort) {
    this.#port = port;
  }

  /** The peer was welcomed. */
  start(): void {
    this.#arm(firstDueMs, () => {
      if (this.#port.isLoggedIn()) this.#ping();
      else this.#port.giveUp('no login in time');
    });
  }

  /**
   * The peer answered; also an answer that nobody asked for puts the next ping off.
   * @returns The time there and back, ms; undefined when nobody asked.
   */
  takePong(): number | undefined {
    const sentMs = this.#sentMs;
    this.#sentMs = undefined;
    this.#arm(pingAfterMs, () => this.#ping());
    return sentMs === undefined ? undefined : this.#port.clock.monotonicMs() - sentMs;
  }

  stop(): void {
    this.#cancelTimer();
  }

  #ping(): void {
    this.#sentMs = this.#port.clock.monotonicMs();
    this.#port.sendPing();
    this.#awaitPong();
  }

  #awaitPong(): void {
    this.#arm(pongWithinMs, () => {
      if (this.#port.isHeld()) this.#awaitPong();
      else this.#port.giveUp('no answer to a ping');
    });
  }

  #arm(delayMs: number, fn: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#port.clock.after(delayMs, fn);
  }
}
