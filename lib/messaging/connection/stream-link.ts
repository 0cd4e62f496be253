/**
 * One connected stream as messages in and frames out, until it is lost, which is told exactly once.
 * Knows streams; no handlers, nothing of other links.
 */
import type { Duplex } from 'node:stream';
import { errorText } from '../../errors.js';
import type { Clock } from '../../time/clock.js';
import type { FrameLimits } from '../frame-decoder.js';
import type { Message } from '../message.js';
import { MessageManager } from '../message-manager.js';
import type { OutgoingFrame, OutgoingLanes } from './outgoing-lanes.js';
import { StreamWriter } from './stream-writer.js';

export type StreamLinkOptions = {
  readonly clock: Clock;
  readonly lanes: OutgoingLanes;
  readonly limits: FrameLimits;
  readonly maxStreamBytes: number;
  /** Bytes came, perhaps not a whole message. */
  readonly onBytes: () => void;
  readonly onMessage: (message: Message) => void;
  /** The link is of no more use; not called after `end` or `destroy`. */
  readonly onLost: (reason: string, error?: Error) => void;
};

/** What one peer sent at once may take so long before the others are looked at, ms. */
const busyMs = 1;

export class StreamLink {
  readonly #stream: Duplex;
  readonly #options: StreamLinkOptions;
  readonly #incoming: MessageManager;
  readonly #writer: StreamWriter;
  #error: Error | undefined;
  #isOver = false;

  constructor(stream: Duplex, options: StreamLinkOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#incoming = new MessageManager(options.limits);
    this.#writer = new StreamWriter(stream, options.lanes, options.maxStreamBytes);
  }

  /** Begins: `first` is the first frame out, before all that waits in the lanes. */
  start(first?: Uint8Array): void {
    const stream = this.#stream;
    stream.on('error', (error) => {
      this.#error ??= error;
    });
    stream.on('data', (chunk: Uint8Array) => this.#receive(chunk));
    stream.on('end', () => this.#lose(this.#endReason()));
    stream.on('close', () => this.#lose(this.#error ? errorText(this.#error) : 'the connection was closed'));
    if (stream.destroyed) this.#lose('the connection was closed already');
    else if (first) stream.write(first);
  }

  set limits(limits: FrameLimits) {
    this.#incoming.limits = limits;
  }

  /** Frames wait in the lanes. */
  wake(): void {
    this.#writer.wake();
  }

  /** Hands over at once what the stream takes now. */
  flush(): void {
    this.#writer.flush();
  }

  /**
   * Sends what the stream takes at once, then ends it in order; `onClosed` is told when it is gone.
   * Gives back the frame that was cut, if one was.
   */
  end(onClosed: () => void): OutgoingFrame | undefined {
    this.#isOver = true;
    this.#stream.once('close', onClosed);
    this.#writer.flush();
    const cut = this.#writer.stop();
    this.#stream.end();
    // What the peer still sends is read and dropped: unread bytes would turn the orderly end into a reset.
    this.#stream.resume();
    return cut;
  }

  /** Drops the stream. Gives back the frame that was cut, if one was. */
  destroy(): OutgoingFrame | undefined {
    this.#isOver = true;
    const cut = this.#writer.stop();
    this.#stream.destroy();
    this.#writer.abandon();
    return cut;
  }

  #receive(chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#options.onBytes();
    this.#incoming.push(chunk);
    const { clock, onMessage } = this.#options;
    const fromMs = clock.monotonicMs();
    for (let message = this.#next(); message; message = this.#next()) onMessage(message);
    if (clock.monotonicMs() - fromMs > busyMs) this.#takeTurns();
  }

  /** A peer that keeps us busy waits until everybody else had their turn. */
  #takeTurns(): void {
    const stream = this.#stream;
    if (this.#isOver) return;
    stream.pause();
    const { clock } = this.#options;
    clock.at(clock.monotonicMs(), () => !this.#isOver && stream.resume());
  }

  #next(): Message | undefined {
    if (this.#isOver) return undefined;
    try {
      return this.#incoming.next();
    } catch (error) {
      this.#lose(
        `corrupt frame: ${errorText(error)}`,
        error instanceof Error ? error : new Error(errorText(error)),
      );
      return undefined;
    }
  }

  #endReason(): string {
    return this.#incoming.isMidFrame
      ? 'the peer closed the connection in the middle of a frame'
      : 'the peer closed the connection';
  }

  #lose(reason: string, error = this.#error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onLost(reason, error);
  }
}
