/**
 * Remembers which commands were obeyed, so that one that comes by two ways is obeyed once, and both get the same outcome.
 * Knows ids and outcomes; no message, no socket, and not what the commands do.
 */
import { errorCode, errorText, RefusedError } from '../errors.js';
import { type EmergencyAction, type EmergencyState, parseCommandId } from './emergency-wire.js';

/** By the connection, or by a datagram. */
export type Way = 'link' | 'datagram';

/** A command repeats itself for ten seconds: as many as nobody gives in that time. */
const maxRemembered = 256;

/** Prefixes of servers that are remembered: one a start of a server. */
const maxServers = 64;

/** These are meant whatever was said after them: motors that are to be off do not wait for a gentler word. */
const neverOvertaken: ReadonlySet<EmergencyAction> = new Set(['disarm', 'kill']);

type Remembered = { readonly done: Promise<void>; state: EmergencyState };

export class ObeyedOnce {
  readonly #commands = new Map<string, Remembered>();
  readonly #newest = new Map<string, number>();
  /** Obeyed by datagram; the same command is still on its way through the connection. */
  readonly #expected = new Set<string>();

  /**
   * Does it, or gives the outcome of the one time that it was done.
   * @throws RefusedError `overtaken` for one that is older than another of the same server that was obeyed already.
   */
  obey(
    { command, what }: { readonly command: string; readonly what: EmergencyAction },
    way: Way,
    run: () => void | Promise<void>,
  ): Promise<void> {
    if (way === 'link') this.#expected.delete(command);
    const known = this.#commands.get(command);
    if (known) return known.done;
    const isOvertaken = !this.#noteNewest(command) && !neverOvertaken.has(what);
    const done = isOvertaken ? Promise.reject(overtaken(what)) : settled(run);
    const remembered: Remembered = { done, state: { state: 'heard' } };
    done.then(
      () => {
        remembered.state = { state: 'done' };
      },
      (error: unknown) => {
        remembered.state = { state: 'refused', code: errorCode(error), message: errorText(error) };
      },
    );
    this.#commands.set(command, remembered);
    if (way === 'datagram') this.#expected.add(command);
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
    return this.#expected.size > 0;
  }

  /** A new connection: what was on its way through the old one is lost. */
  linkRenewed(): void {
    this.#expected.clear();
  }

  /** Whether it is the newest of its server. */
  #noteNewest(command: string): boolean {
    const id = parseCommandId(command);
    if (!id) return true;
    if (id.number < (this.#newest.get(id.prefix) ?? 0)) return false;
    this.#newest.delete(id.prefix);
    this.#newest.set(id.prefix, id.number);
    return true;
  }

  #forgetOldest(): void {
    const [oldest] = this.#commands.keys();
    if (this.#commands.size > maxRemembered && oldest !== undefined) {
      this.#commands.delete(oldest);
      this.#expected.delete(oldest);
    }
    const [server] = this.#newest.keys();
    if (this.#newest.size > maxServers && server !== undefined) this.#newest.delete(server);
  }
}

/** At once, also where it throws. */
async function settled(run: () => void | Promise<void>): Promise<void> {
  await run();
}

function overtaken(what: string): RefusedError {
  return new RefusedError('overtaken', `${what}: a later command came first, and counts`);
}
