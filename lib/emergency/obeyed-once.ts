/**
 * Remembers which commands were obeyed, so that one that comes by two ways is obeyed once, and both get the same outcome.
 * Knows ids and outcomes; no message, no socket, and not what the commands do.
 */
import { errorCode, errorText, RefusedError } from '../errors.js';
import { covers, type EmergencyAction, type EmergencyState, parseCommandId } from './emergency-wire.js';

/** By the connection, or by a datagram. */
export type Way = 'link' | 'datagram';

/** A command repeats itself for ten seconds: as many as nobody gives in that time. */
const maxRemembered = 256;

/**
 * A connection that is silent for five seconds is dead: what has not come through it after this long comes no more, ms.
 */
const expectedForMs = 15_000;

type Order = { readonly command: string; readonly what: EmergencyAction };

type Remembered = { readonly what: EmergencyAction; readonly done: Promise<void>; state: EmergencyState };

export class ObeyedOnce {
  readonly #monotonicMs: () => number;
  readonly #commands = new Map<string, Remembered>();
  /** Obeyed by datagram; the same command is still on its way through the connection. Since when, monotonic ms. */
  readonly #expected = new Map<string, number>();

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /**
   * Does it, or gives the outcome of the one time that it was done.
   * @throws RefusedError `overtaken` for one that a later one of the same server, obeyed already, makes needless.
   */
  obey(order: Order, way: Way, run: () => void | Promise<void>): Promise<void> {
    const { command, what } = order;
    if (way === 'link') this.#heardByLink(command);
    const known = this.#commands.get(command);
    if (known) return known.done;
    const done = this.#isOvertaken(order) ? Promise.reject(overtaken(what)) : settled(run);
    const remembered: Remembered = { what, done, state: { state: 'heard' } };
    done.then(
      () => {
        remembered.state = { state: 'done' };
      },
      (error: unknown) => {
        remembered.state = { state: 'refused', code: errorCode(error), message: errorText(error) };
      },
    );
    this.#commands.set(command, remembered);
    if (way === 'datagram') this.#expected.set(command, this.#monotonicMs());
    this.#forgetOldest();
    return done;
  }

  /** How far it is; undefined for one that was never heard. */
  stateOf(command: string): EmergencyState | undefined {
    return this.#commands.get(command)?.state;
  }

  /**
   * A datagram has come sooner than its command through the connection: what comes through that before it was said
   * before it, and must not undo it.
   */
  get isAheadOfLink(): boolean {
    const sinceMs = this.#monotonicMs() - expectedForMs;
    for (const [command, atMs] of this.#expected) if (atMs <= sinceMs) this.#expected.delete(command);
    return this.#expected.size > 0;
  }

  /** A new connection: what was on its way through the old one is lost. */
  linkRenewed(): void {
    this.#expected.clear();
  }

  /** A connection keeps its order: what was said before this one, and has not come, was said on one that is lost. */
  #heardByLink(command: string): void {
    this.#expected.delete(command);
    for (const other of this.#expected.keys()) if (isLater(command, other)) this.#expected.delete(other);
  }

  /** What was refused makes nothing needless. */
  #isOvertaken({ command, what }: Order): boolean {
    return [...this.#commands].some(
      ([other, { what: later, state }]) =>
        state.state !== 'refused' && covers(later, what) && isLater(other, command),
    );
  }

  #forgetOldest(): void {
    const [oldest] = this.#commands.keys();
    if (this.#commands.size <= maxRemembered || oldest === undefined) return;
    this.#commands.delete(oldest);
    this.#expected.delete(oldest);
  }
}

/** Of the same server, and said after it. */
function isLater(command: string, than: string): boolean {
  const [later, earlier] = [parseCommandId(command), parseCommandId(than)];
  return later?.prefix === earlier?.prefix && (later?.number ?? 0) > (earlier?.number ?? 0);
}

/** At once, also where it throws. */
async function settled(run: () => void | Promise<void>): Promise<void> {
  await run();
}

function overtaken(what: string): RefusedError {
  return new RefusedError('overtaken', `${what}: a later command came first, and counts`);
}
