/**
 * A drone's ear for emergency datagrams: what is obeyed, what is ignored, and what is answered. Pure: knows neither the
 * socket that they come from nor what the commands do.
 */
import type { DatagramGuard, DatagramVerdict } from '../security/datagram-signature.js';
import type { VerifyBudget } from '../security/verify-budget.js';
import {
  addresseeOf,
  type EmergencyAction,
  type EmergencyOrder,
  encodeAcknowledgement,
  orderLifeMs,
  readOrder,
} from './emergency-wire.js';
import type { ObeyedOnce } from './obeyed-once.js';

export type EmergencyEarOptions = {
  /** The drone's name now. */
  readonly id: () => string;
  /** What this drone calls itself since its start: an order that does not name it is somebody else's, or old. */
  readonly boot: string;
  /** Believes what a server of the fleet has signed; undefined where the drone obeys servers that prove nothing. */
  readonly guard: Pick<DatagramGuard, 'judge'> | undefined;
  /** Whether one more signature may be checked of what came from there: strangers may send many. Undefined: always. */
  readonly budget?: Pick<VerifyBudget, 'take' | 'proven'> | undefined;
  /** Proves the answers, and tells this drone's orders from those of strangers; undefined without a key. */
  readonly key: Uint8Array | undefined;
  readonly once: ObeyedOnce;
  /** What time it is for the server, UTC ms; undefined while that is not known. */
  readonly serverUtcMs: () => number | undefined;
  /** Whether a server of that epoch may command. */
  readonly isInCharge: (order: EmergencyOrder) => boolean;
  readonly obey: (what: EmergencyAction) => void | Promise<void>;
  readonly onIgnored: (reason: IgnoredReason) => void;
};

/**
 * `foreign`: not named, or named by what it was called before a restart, or by somebody without its key. `garbage`: no
 * order at all. `late`: signed too long ago. `flood`: its signature was not looked at, there were too many of them.
 */
export type IgnoredReason =
  | Exclude<DatagramVerdict, 'accepted'>
  | 'garbage'
  | 'foreign'
  | 'late'
  | 'superseded';

export class EmergencyEar {
  readonly #options: EmergencyEarOptions;
  readonly #ignored = {
    ...{ garbage: 0, foreign: 0, unsigned: 0, forged: 0, repeated: 0, flood: 0 },
    ...{ late: 0, superseded: 0 },
  };

  constructor(options: EmergencyEarOptions) {
    this.#options = options;
  }

  /** How many were ignored, by reason. */
  get ignored(): Readonly<Record<IgnoredReason, number>> {
    return { ...this.#ignored };
  }

  /**
   * Takes a datagram, `from` an address; `reply` is called at once, and again when the command has come to its end. Never
   * throws.
   */
  receive(datagram: Uint8Array, reply: (answer: Uint8Array) => void, from = ''): void {
    const read = readOrder(datagram);
    const reason = read ? this.#reasonToIgnore(read, from) : 'garbage';
    if (read && !reason) this.#obey(read.order, reply);
    else this.#ignore(reason ?? 'garbage');
  }

  #obey(order: EmergencyOrder, reply: (answer: Uint8Array) => void): void {
    const { once, obey } = this.#options;
    const answer = () => this.#answer(order, reply);
    if (!once.stateOf(order.command))
      once.obey(order, 'datagram', () => obey(order.what)).then(answer, answer);
    answer();
  }

  #reasonToIgnore(
    { order, kwargs }: NonNullable<ReturnType<typeof readOrder>>,
    from: string,
  ): IgnoredReason | undefined {
    const { guard, budget, isInCharge, once } = this.#options;
    // Cheap questions first: strangers may ask often. What was obeyed is only answered, whoever asks.
    if (!this.#isNamed(order)) return 'foreign';
    if (once.stateOf(order.command)) return undefined;
    const verdict = guard?.judge('emergency', kwargs, () => budget?.take(from) ?? true) ?? 'accepted';
    if (verdict !== 'accepted') return verdict;
    budget?.proven(from);
    if (guard && this.#isLate(kwargs.counter)) return 'late';
    return isInCharge(order) ? undefined : 'superseded';
  }

  /** Where servers that prove nothing are obeyed, one that does not know this drone's key is too. */
  #isNamed(order: EmergencyOrder): boolean {
    const { id, boot, key, guard } = this.#options;
    const isNamedBy = (by: Uint8Array | undefined) =>
      order.to.includes(addresseeOf({ id: id(), boot, key: by }, order));
    return isNamedBy(key) || (key !== undefined && !guard && isNamedBy(undefined));
  }

  /** Its counter is the server's UTC when it was signed, ms. */
  #isLate(counter: unknown): boolean {
    const nowMs = this.#options.serverUtcMs();
    return nowMs !== undefined && nowMs - Number(counter) > orderLifeMs;
  }

  #answer({ command }: EmergencyOrder, reply: (answer: Uint8Array) => void): void {
    const { boot, key, once } = this.#options;
    reply(encodeAcknowledgement({ command, boot, ...(once.stateOf(command) ?? { state: 'heard' }) }, key));
  }

  #ignore(reason: IgnoredReason): void {
    this.#ignored[reason] += 1;
    this.#options.onIgnored(reason);
  }
}
