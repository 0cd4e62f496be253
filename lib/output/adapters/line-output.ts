/**
 * Lines to a file, pipe or terminal that may be slow, full, or gone: writing never waits, and never fails whoever
 * writes. Knows no format.
 */
import { Buffer } from 'node:buffer';
import { write } from 'node:fs';

/** What may wait for a slow reader, characters; beyond that lines are left out. */
const maxWaiting = 1024 * 1024;

/** Between two tries at an output that another program has set to non-blocking, and that is full. */
const retryMs = 20;

/** One way out. What it still holds keeps the program alive until it is written. */
export class LineOutput {
  readonly #fd: number;
  #waiting = '';
  #isWriting = false;

  /** `fd` is open, and stays so: 1 is what a program says, 2 what it says of itself. */
  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Whole lines, with their ends. What the other side refuses is lost, and what comes later is tried anew. */
  write(text: string): void {
    if (this.#waiting.length + text.length > maxWaiting) return;
    this.#waiting += text;
    this.#writeNext();
  }

  #writeNext(): void {
    if (this.#isWriting || this.#waiting === '') return;
    this.#isWriting = true;
    const bytes = Buffer.from(this.#waiting);
    this.#waiting = '';
    this.#carry(bytes);
  }

  #carry(bytes: Buffer): void {
    write(this.#fd, bytes, 0, bytes.length, null, (error, written) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => this.#carry(bytes), retryMs);
        return;
      }
      if (!error && written < bytes.length) {
        this.#carry(bytes.subarray(written));
        return;
      }
      this.#isWriting = false;
      this.#writeNext();
    });
  }
}

/** A function that writes one line, without its end, as of that program. */
export function lineWriter(fd: number, program?: string): (line: string) => void {
  const output = new LineOutput(fd);
  const start = program === undefined ? '' : `${program}: `;
  return (line) => output.write(`${start}${line}\n`);
}
