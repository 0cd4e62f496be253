/** Writes whole frames to a line at its pace, one write at a time and the newest first to stay. Knows no MAVLink. */
import { errorText } from '../../../lib/errors.js';
import type { Cancel, Clock } from '../../../lib/time/clock.js';
import { type BacklogLimits, OutgoingBacklog } from './outgoing-backlog.js';

/** An open way for bytes. */
export interface Line {
  /** Resolves when the system took them; rejects when the line is broken. Called for one write at a time. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves soon, whatever state the line is in. */
  close(): Promise<void>;
}

export type LineWriterOptions = {
  readonly line: Line;
  readonly clock: Clock;
  readonly limits: BacklogLimits;
  /** Called once, with why: no write will succeed any more. */
  readonly onBroken: (reason: string) => void;
  /** Called for each frame that old ones had to go for. */
  readonly onDropped: () => void;
};

/** A line that takes no bytes for this long is as good as broken: what waits in it is too old to be sent. */
const writeLimitMs = 1000;

export class LineWriter {
  readonly #options: LineWriterOptions;
  readonly #backlog: OutgoingBacklog;
  #isWriting = false;
  #isStopped = false;
  #cancelLimit: Cancel = () => undefined;
  #cancelPump: Cancel | undefined;

  constructor(options: LineWriterOptions) {
    this.#options = options;
    this.#backlog = new OutgoingBacklog(options.limits);
  }

  /** `frame` is borrowed for the call. */
  send(frame: Uint8Array): void {
    if (this.#isStopped) return;
    if (this.#backlog.push(frame) > 0) this.#options.onDropped();
    this.#pump();
  }

  /** Throws away what waits; a write under way is left to the line, which is about to be closed. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelLimit();
    this.#cancelPump?.();
  }

  #pump(): void {
    if (this.#isStopped || this.#isWriting) return;
    const { clock } = this.#options;
    const bytes = this.#backlog.take(clock.monotonicMs());
    if (bytes) {
      void this.#write(bytes);
      return;
    }
    const waitMs = this.#backlog.waitMs(clock.monotonicMs());
    if (waitMs === undefined) return;
    this.#cancelPump ??= clock.after(waitMs, () => {
      this.#cancelPump = undefined;
      this.#pump();
    });
  }

  /** Never rejects. */
  async #write(bytes: Uint8Array): Promise<void> {
    const { line, clock } = this.#options;
    this.#isWriting = true;
    this.#cancelLimit = clock.after(writeLimitMs, () =>
      this.#break(`took no bytes for ${writeLimitMs / 1000} s: the other end does not read`),
    );
    try {
      await line.write(bytes);
    } catch (error) {
      this.#break(errorText(error));
    }
    this.#cancelLimit();
    this.#isWriting = false;
    this.#pump();
  }

  #break(reason: string): void {
    if (this.#isStopped) return;
    this.stop();
    this.#options.onBroken(reason);
  }
}
