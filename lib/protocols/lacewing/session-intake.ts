/** The stream of a Lacewing client from its first byte on, within what it may send. Knows no state of the client. */
import { CorruptFrameError } from '../../errors.js';
import { LacewingDecoder } from './frames.js';
import type { LacewingClientMessage } from './messages.js';
import { lacewingFirstByte, nextClientMessage } from './stream-messages.js';

/** Body of a message before Connect is granted, bytes: Connect has 11. */
const maxStrangerBytes = 256;

/** What may wait while an answer of ours is owed, beyond one whole message, bytes. */
const maxWaitingBytes = 64 * 1024;

export class SessionIntake {
  readonly #decoder = new LacewingDecoder({ maxMessageBytes: maxStrangerBytes });
  #isGreeted = false;

  /** The first byte has come: it is a Lacewing client. */
  get isGreeted(): boolean {
    return this.#isGreeted;
  }

  /** More waits than may wait, even for a slow answer of ours. */
  get isFlooded(): boolean {
    return this.#decoder.pendingBytes > this.#decoder.maxMessageBytes + maxWaitingBytes;
  }

  /** Connect was granted: messages may be as large as this from now on. */
  allow(maxMessageBytes: number): void {
    this.#decoder.maxMessageBytes = maxMessageBytes;
  }

  /** Bytes are copied. @throws CorruptFrameError for a first byte that is not 0. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (!this.#isGreeted && bytes[0] !== lacewingFirstByte)
      throw new CorruptFrameError('it does not speak Lacewing: the first byte is not 0');
    this.#decoder.push(this.#isGreeted ? bytes : bytes.subarray(1));
    this.#isGreeted = true;
  }

  /** The next whole message, undefined when there is none yet. @throws CorruptFrameError for what is none. */
  next(): LacewingClientMessage | undefined {
    return nextClientMessage(this.#decoder);
  }
}
