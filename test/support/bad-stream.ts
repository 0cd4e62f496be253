/** One direction of a TCP proxy over a bad path: what is read from one socket is written to another, later. */
import type { Socket } from 'node:net';
import type { BadPath } from './bad-path.js';

/** More than this under way in one direction stops the reading, bytes. */
const maxUnderWayBytes = 256 * 1024;

type Chunk = { readonly bytes: Uint8Array; readonly dueMs: number };

/** One direction of a stream: each piece arrives late, none before the one that was sent before it. */
export class BadStream {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #path: BadPath;
  readonly #queue: Chunk[] = [];
  #underWayBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #isDown = false;

  constructor(from: Socket, to: Socket, path: BadPath) {
    this.#from = from;
    this.#to = to;
    this.#path = path;
    from.on('data', (bytes: Uint8Array) => this.#push(bytes));
  }

  set isDown(isDown: boolean) {
    this.#isDown = isDown;
    this.#wait();
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#queue.length = 0;
    this.#from.destroy();
  }

  #push(bytes: Uint8Array): void {
    const earliestMs = this.#queue.at(-1)?.dueMs ?? 0;
    this.#queue.push({ bytes, dueMs: Math.max(earliestMs, performance.now() + this.#path.delayMs()) });
    this.#underWayBytes += bytes.length;
    if (this.#underWayBytes > maxUnderWayBytes) this.#from.pause();
    this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const next = this.#queue[0];
    if (!next || this.#isDown) return;
    this.#timer = setTimeout(() => this.#deliver(), Math.max(0, next.dueMs - performance.now()));
  }

  #deliver(): void {
    // Timers are whole milliseconds: one that fires a little early is on time.
    const nowMs = performance.now() + 1;
    for (let next = this.#queue[0]; next && next.dueMs <= nowMs; next = this.#queue[0]) {
      this.#queue.shift();
      this.#underWayBytes -= next.bytes.length;
      if (this.#to.writable) this.#to.write(next.bytes);
    }
    if (this.#underWayBytes <= maxUnderWayBytes) this.#from.resume();
    this.#wait();
  }
}
