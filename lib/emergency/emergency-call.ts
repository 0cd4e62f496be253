/**
 * One command by datagram to some drones: sent at once, and again until each has answered. Knows a clock and addresses;
 * no socket, no connection, no fleet.
 */
import type { Cancel, Clock } from '../time/clock.js';
import type { EmergencyAction, EmergencyState, readAcknowledgement, SignOrder } from './emergency-wire.js';

/** Where a drone hears, what it calls itself since its start, and what its answers prove. */
export type EmergencyTarget = {
  readonly address: string;
  readonly port: number;
  readonly boot: string;
  /** Undefined for a drone without a key: its answers prove nothing. */
  readonly key: Uint8Array | undefined;
};

export type EmergencyCallerOptions = {
  readonly clock: Clock;
  /** The server. */
  readonly id: string;
  /** Letters and digits that are others after each restart. */
  readonly prefix: string;
  readonly epoch: () => number | undefined;
  readonly sign: SignOrder;
  readonly send: (datagram: Uint8Array, target: EmergencyTarget) => void;
};

/** Between two datagrams to a drone that has not answered, ms, and how long they are sent. Source: the protocol. */
const repeatMs = 50;
const giveUpMs = 10_000;

/** A drone that is obeying is asked for the end of it as often, ms: its last word may get lost. */
const askAgainMs = 500;

/**
 * Time that the air is left for each drone that does not answer, ms: with more than 100 of them a round takes longer, or
 * their datagrams would fill the network that they are to come through.
 */
const airMsPerDrone = 0.5;

/** A drone of a call. */
export type Called = {
  readonly id: string;
  readonly target: EmergencyTarget;
  readonly datagram: Uint8Array;
  readonly settle: (state: EmergencyState | undefined) => void;
  readonly outcome: Promise<EmergencyState | undefined>;
  hasHeard: boolean;
  sentMs: number;
};

export class EmergencyCall {
  readonly command: string;
  readonly what: EmergencyAction;
  readonly #called: ReadonlyMap<string, Called>;
  readonly #open: Map<string, Called>;
  readonly #byBoot: ReadonlyMap<string, Called>;
  readonly #options: EmergencyCallerOptions;
  #untilMs = 0;
  #cancel: Cancel | undefined;

  constructor(
    { command, what }: { readonly command: string; readonly what: EmergencyAction },
    called: readonly Called[],
    options: EmergencyCallerOptions,
  ) {
    this.command = command;
    this.what = what;
    this.#options = options;
    this.#called = new Map(called.map((each) => [each.id, each]));
    this.#open = new Map(this.#called);
    this.#byBoot = new Map(called.map((each) => [each.target.boot, each]));
  }

  has(id: string): boolean {
    return this.#called.has(id);
  }

  /** The drone has answered that it heard. */
  hasHeard(id: string): boolean {
    return this.#called.get(id)?.hasHeard ?? false;
  }

  /** `done` or `refused`; undefined when nothing more is sent to it, and no end of it was heard. Never rejects. */
  outcome(id: string): Promise<EmergencyState | undefined> {
    return this.#called.get(id)?.outcome ?? Promise.resolve(undefined);
  }

  /** Sends the first datagrams now. */
  begin(): void {
    this.#untilMs = this.#options.clock.monotonicMs() + giveUpMs;
    this.#round();
  }

  /** The drone has answered by another way, or a newer command makes it needless: nothing more is sent to it. */
  settle(id: string): void {
    this.#end(id, undefined);
  }

  /** An answer to this command. */
  receive(answer: NonNullable<ReturnType<typeof readAcknowledgement>>): void {
    const { said } = answer;
    const called = this.#byBoot.get(said.boot);
    if (!called || !this.#open.has(called.id)) return;
    const { key } = called.target;
    if (key && !answer.isProvenBy(key)) return;
    called.hasHeard = true;
    if (said.state !== 'heard') this.#end(called.id, said);
  }

  get isOver(): boolean {
    return this.#open.size === 0;
  }

  close(): void {
    for (const id of [...this.#open.keys()]) this.#end(id, undefined);
  }

  #end(id: string, state: EmergencyState | undefined): void {
    const called = this.#open.get(id);
    this.#open.delete(id);
    called?.settle(state);
    if (this.isOver) this.#cancel?.();
  }

  #round(): void {
    const { clock, send } = this.#options;
    const nowMs = clock.monotonicMs();
    if (nowMs >= this.#untilMs) {
      this.close();
      return;
    }
    let silent = 0;
    for (const called of this.#open.values()) {
      if (!called.hasHeard) silent += 1;
      if (called.hasHeard && nowMs - called.sentMs < askAgainMs) continue;
      called.sentMs = nowMs;
      send(called.datagram, called.target);
    }
    if (!this.isOver)
      this.#cancel = clock.after(Math.max(repeatMs, silent * airMsPerDrone), () => this.#round());
  }
}

/** A drone that has not been sent anything yet. */
export function calledOf(id: string, target: EmergencyTarget, datagram: Uint8Array): Called {
  let settle: Called['settle'] = () => undefined;
  const outcome = new Promise<EmergencyState | undefined>((resolve) => {
    settle = resolve;
  });
  return { id, target, datagram, settle, outcome, hasHeard: false, sentMs: Number.NEGATIVE_INFINITY };
}
