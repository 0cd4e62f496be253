/**
 * Signatures of MAVLink 2 frames, made and checked with one shared key. Knows no link, no messages, and of time only
 * what it is given.
 * Source: MAVLink 2, message signing.
 */
import { Buffer } from 'node:buffer';
import { createHash, timingSafeEqual } from 'node:crypto';

export type MavlinkSignerOptions = {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** Of all links that share the key, which one this is: 0…255. */
  readonly linkId: number;
  /** ms since 1970 UTC; may step, and may be years behind. */
  readonly utcMs: () => number;
};

/** Link id, 48-bit timestamp, and 48 bits of the hash. */
export const signatureBytes = 13;
export const signingKeyBytes = 32;
const timestampAt = 1;
const hashAt = 7;
const hashBytes = 6;
/** Timestamps count 10 µs since 2015-01-01 UTC. */
const epochUtcMs = Date.UTC(2015, 0, 1);
const ticksPerMs = 100;
const maxTimestamp = 2 ** 48 - 1;
/** A stream not heard before may be this far behind us. */
const newStreamTicks = 60_000 * ticksPerMs;
/** Where a frame names its sender: system id, component id. */
const senderAt = 5;

/**
 * One for everything that is signed with a key, in both directions: no two frames leave with the same timestamp, and
 * what was received moves it on (a computer without a clock battery learns the time from the autopilot's frames).
 */
export class MavlinkSigner {
  readonly #key: Uint8Array;
  readonly #linkId: number;
  readonly #utcMs: () => number;
  /** The newest timestamp of each stream (link, system, component). */
  readonly #newest = new Map<number, number>();
  #last = 0;

  /** @throws RangeError when the key has not 32 bytes, or the link id does not fit a byte. */
  constructor({ key, linkId, utcMs }: MavlinkSignerOptions) {
    if (key.length !== signingKeyBytes)
      throw new RangeError(`a signing key has ${signingKeyBytes} bytes, not ${key.length}`);
    if (!Number.isInteger(linkId) || linkId < 0 || linkId > 255)
      throw new RangeError(`a signing link id is 0 to 255, not ${linkId}`);
    this.#key = Uint8Array.from(key);
    this.#linkId = linkId;
    this.#utcMs = utcMs;
  }

  /** `frame` ends with its checksum and has the flag of a signed one; the result is that frame and its signature. */
  sign(frame: Uint8Array): Uint8Array {
    const signed = Buffer.alloc(frame.length + signatureBytes);
    signed.set(frame);
    signed.writeUInt8(this.#linkId, frame.length);
    signed.writeUIntLE(this.#nextTimestamp(), frame.length + timestampAt, 6);
    this.#hashOf(signed).copy(signed, frame.length + hashAt);
    return signed;
  }

  /**
   * Whether a whole signed frame, as received, is by somebody with our key, and new: each stream's timestamps rise,
   * and one not heard before is at most a minute behind ours.
   */
  verify(signed: Uint8Array): boolean {
    const at = signed.length - signatureBytes;
    if (at < senderAt + 2) return false;
    const bytes = Buffer.from(signed.buffer, signed.byteOffset, signed.byteLength);
    if (!timingSafeEqual(this.#hashOf(bytes), bytes.subarray(at + hashAt))) return false;
    const timestamp = bytes.readUIntLE(at + timestampAt, 6);
    const stream = (bytes.readUInt8(at) << 16) | bytes.readUInt16LE(senderAt);
    const oldest = this.#newest.get(stream) ?? this.#now() - newStreamTicks;
    if (timestamp <= oldest) return false;
    this.#newest.set(stream, timestamp);
    this.#last = Math.max(this.#last, timestamp);
    return true;
  }

  /** Of all but the hash itself. */
  #hashOf(signed: Buffer): Buffer {
    const content = signed.subarray(0, signed.length - hashBytes);
    return createHash('sha256').update(this.#key).update(content).digest().subarray(0, hashBytes);
  }

  /** Never the same twice, and never back, whatever the clock does. */
  #nextTimestamp(): number {
    this.#last = Math.min(maxTimestamp, Math.max(this.#last + 1, this.#now()));
    return this.#last;
  }

  #now(): number {
    return Math.max(this.#last, Math.floor((this.#utcMs() - epochUtcMs) * ticksPerMs));
  }
}
