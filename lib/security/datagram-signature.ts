/**
 * Signs datagrams, and judges those that arrive: whose they are, and whether they are new. Pure: knows no socket, and of
 * a datagram only its action and its kwargs.
 */
import { type KeyObject, sign, verify } from 'node:crypto';
import { RefusedError } from '../errors.js';
import { readPublicKey } from './keys.js';

export type DatagramKwargs = { readonly [key: string]: unknown };

/**
 * `unsigned`: no signature or counter; `forged`: not by this fleet's servers; `repeated`: heard before, or too old;
 * `flood`: not looked at, there are too many of them.
 */
export type DatagramVerdict = 'accepted' | 'unsigned' | 'forged' | 'repeated' | 'flood';

const counterPattern = /^[1-9][0-9]{0,15}$/;
const signaturePattern = /^[A-Za-z0-9+/]{86}==$/;

/** Adds a rising counter and an Ed25519 signature (RFC 8032) to the kwargs of datagrams. One an announcing program. */
export class DatagramSigner {
  readonly #privateKey: KeyObject;
  readonly #utcMs: () => number;
  #counter = 0;

  constructor(privateKey: KeyObject, utcMs: () => number) {
    this.#privateKey = privateKey;
    this.#utcMs = utcMs;
  }

  /**
   * The kwargs with `counter` and `signature`, all that an old peer has to ignore. The counter is the UTC time in ms, or
   * one more than the last: it rises over restarts too. The signature covers the action, so that no datagram is
   * taken for another kind.
   * @throws RefusedError for a value that JSON can not hold.
   */
  sign<Kwargs extends DatagramKwargs>(
    action: string,
    kwargs: Kwargs,
  ): Kwargs & { readonly counter: string; readonly signature: string } {
    this.#counter = Math.max(this.#counter + 1, Math.floor(this.#utcMs()));
    const counted = { ...kwargs, counter: String(this.#counter) };
    const bytes = signedBytes(action, counted);
    if (!bytes) throw new RefusedError('bad_argument', `a datagram "${action}" holds what JSON can not say`);
    return { ...counted, signature: sign(null, bytes, this.#privateKey).toString('base64') };
  }
}

/**
 * Lets in what servers of one fleet have signed, each datagram once, and none that is older than the newest of its
 * server, but for what may come `late`. It remembers for as long as the program runs: what
 * must not be repeated after the receiver's restart has to name something of its receiver's in its kwargs.
 */
export class DatagramGuard {
  readonly #publicKey: KeyObject;
  readonly #replays: ReplayGuard;
  readonly #ignored = { unsigned: 0, forged: 0, repeated: 0, flood: 0 };

  /** `publicKey`: 64 hexadecimal digits. */
  constructor(publicKey: string, late?: Late) {
    this.#publicKey = readPublicKey(publicKey);
    this.#replays = new ReplayGuard(late);
  }

  /** How many were ignored, by reason. */
  get ignored(): Readonly<Record<Exclude<DatagramVerdict, 'accepted'>, number>> {
    return { ...this.#ignored };
  }

  /** Whether the fleet has signed it, ever: for what may be said more than once. Remembers nothing; never throws. */
  isGenuine(action: string, kwargs: DatagramKwargs): boolean {
    const { signature, counter } = kwargs;
    if (typeof signature !== 'string' || typeof counter !== 'string') return false;
    return signaturePattern.test(signature) && counterPattern.test(counter) && this.#isSigned(action, kwargs);
  }

  /**
   * Judges a datagram, and remembers it. `mayVerify`: asked before its signature is looked at, which is dear. Never throws.
   */
  judge(action: string, kwargs: DatagramKwargs, mayVerify: () => boolean = () => true): DatagramVerdict {
    const verdict = this.#judge(action, kwargs, mayVerify);
    if (verdict !== 'accepted') this.#ignored[verdict]++;
    return verdict;
  }

  #judge(action: string, kwargs: DatagramKwargs, mayVerify: () => boolean): DatagramVerdict {
    const { signature, counter: counterText, id } = kwargs;
    if (typeof signature !== 'string' || typeof counterText !== 'string') return 'unsigned';
    if (!signaturePattern.test(signature) || !counterPattern.test(counterText)) return 'forged';
    // Cheap questions first: verifying takes a tenth of a millisecond, and strangers may ask often.
    const counter = Number(counterText);
    if (typeof id !== 'string') return 'forged';
    const sender = `${action} ${id}`;
    if (!this.#replays.isNew(sender, counter)) return 'repeated';
    if (!mayVerify()) return 'flood';
    if (!this.#isSigned(action, kwargs)) return 'forged';
    this.#replays.remember(sender, counter);
    return 'accepted';
  }

  #isSigned(action: string, kwargs: DatagramKwargs): boolean {
    const bytes = signedBytes(action, kwargs);
    const signature = Buffer.from(String(kwargs.signature), 'base64');
    return bytes !== undefined && verify(null, bytes, this.#publicKey, signature);
  }
}

/** Most senders that are remembered: only who can sign enters, one a start of a server. */
const maxSenders = 256;

/** Datagrams that overtake each other: one may be so much older than another that came before it, ms. */
export type Late = { readonly lateMs: number; readonly monotonicMs: () => number };

/** `highest`: since `atMs`, by the own monotonic clock. `heard`: what of the last time was let in. */
type Sender = { readonly highest: number; readonly atMs: number; readonly heard: ReadonlySet<number> };

/** The counters of each sender, which are its UTC ms. */
export class ReplayGuard {
  readonly #senders = new Map<string, Sender>();
  readonly #late: Late;

  constructor(late: Late = { lateMs: 0, monotonicMs: () => 0 }) {
    this.#late = late;
  }

  isNew(sender: string, counter: number): boolean {
    const known = this.#senders.get(sender);
    if (!known || counter > known.highest) return true;
    const ageMs = known.highest - counter + this.#late.monotonicMs() - known.atMs;
    return ageMs < this.#late.lateMs && !known.heard.has(counter);
  }

  remember(sender: string, counter: number): void {
    const { lateMs, monotonicMs } = this.#late;
    const known = this.#senders.get(sender);
    const isHighest = !known || counter > known.highest;
    const { highest, atMs } = isHighest ? { highest: counter, atMs: monotonicMs() } : known;
    const heard = [...(known?.heard ?? []), counter].filter((each) => highest - each < lateMs);
    this.#senders.delete(sender);
    this.#senders.set(sender, { highest, atMs, heard: new Set(heard) });
    const [oldest] = this.#senders.keys();
    if (this.#senders.size > maxSenders && oldest !== undefined) this.#senders.delete(oldest);
  }
}

/** The action and the kwargs but for their signature, as JSON with sorted keys; undefined where JSON can not say them. */
function signedBytes(
  action: string,
  { signature: _signature, ...kwargs }: DatagramKwargs,
): Uint8Array | undefined {
  const text = canonicalJson(kwargs);
  return text === undefined ? undefined : Buffer.from(`${JSON.stringify(action)}\n${text}`, 'utf8');
}

function canonicalJson(value: unknown): string | undefined {
  if (Array.isArray(value)) return joined(value.map(canonicalJson), '[', ']');
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => {
        const text = canonicalJson(member);
        return text === undefined ? undefined : `${JSON.stringify(key)}:${text}`;
      });
    return joined(members, '{', '}');
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  const text: unknown = JSON.stringify(value);
  return typeof text === 'string' ? text : undefined;
}

function joined(parts: readonly (string | undefined)[], open: string, close: string): string | undefined {
  return parts.includes(undefined) ? undefined : `${open}${parts.join(',')}${close}`;
}
