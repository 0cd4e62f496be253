/**
 * Carries the bytes of one log to the disk, one piece after the other, without making anybody wait. After the first
 * failure it writes no more. Knows sinks; no format and no flight.
 */
import { errorText } from '../../lib/errors.js';
import type { OpenLog } from './log-shelf.js';

type Piece = { readonly bytes: Uint8Array; readonly samples: number };

export type PartWriterOptions = {
  readonly open: () => Promise<OpenLog>;
  /** It is written no more, and no failure of that is left to tell; `pieces` reached the disk whole. */
  readonly onClosed: (name: string, pieces: number) => void;
  /** Told once: the disk said no; `lostSamples` were on their way. */
  readonly onFailed: (reason: string, lostSamples: number) => void;
};

export class PartWriter {
  readonly #options: PartWriterOptions;
  readonly #queue: Piece[] = [];
  #queuedBytes = 0;
  #pieces = 0;
  #isEnding = false;
  #isFailed = false;
  #wake: () => void = () => undefined;
  /** Resolves when the log is closed, well or badly; never rejects. */
  readonly done: Promise<void>;

  constructor(options: PartWriterOptions) {
    this.#options = options;
    this.done = this.#run();
  }

  /** Bytes that wait for the disk, those on their way included. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Queues bytes that hold so many samples. Owned from now on. */
  write(bytes: Uint8Array, samples = 0): void {
    if (this.#isFailed || this.#isEnding) return;
    this.#queue.push({ bytes, samples });
    this.#queuedBytes += bytes.length;
    this.#wake();
  }

  /** No more will come: the log is closed once all is written. */
  end(): void {
    this.#isEnding = true;
    this.#wake();
  }

  async #run(): Promise<void> {
    let log: OpenLog | undefined;
    try {
      const opened = await Promise.resolve().then(this.#options.open);
      log = opened;
      await this.#writeAll(opened);
    } catch (error) {
      this.#fail(errorText(error));
    }
    if (log) await this.#close(log);
  }

  async #writeAll(log: OpenLog): Promise<void> {
    while (!this.#isEnding || this.#queue.length > 0) {
      const [piece] = this.#queue;
      if (!piece) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      await log.sink.append(piece.bytes);
      this.#queue.shift();
      this.#pieces += 1;
      this.#queuedBytes -= piece.bytes.length;
    }
  }

  async #close({ name, sink }: OpenLog): Promise<void> {
    try {
      await sink.close();
    } catch (error) {
      this.#fail(errorText(error));
    }
    this.#options.onClosed(name, this.#pieces);
  }

  #fail(reason: string): void {
    if (this.#isFailed) return;
    this.#isFailed = true;
    const lostSamples = this.#queue.splice(0).reduce((sum, { samples }) => sum + samples, 0);
    this.#queuedBytes = 0;
    this.#options.onFailed(reason, lostSamples);
  }
}
