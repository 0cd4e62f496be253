/** Timers in order of their moment, then of their making: a heap. Knows moments and functions; no clock. */

type Timer = { readonly atMs: number; readonly order: number; fn: (() => void) | undefined };

/** Cancelled timers that may lie in the heap before it is swept, beside as many as still wait. */
const sweepAbove = 1024;

export class TimerQueue {
  #heap: Timer[] = [];
  #order = 0;
  #cancelled = 0;

  /** How many wait. */
  get size(): number {
    return this.#heap.length - this.#cancelled;
  }

  /** The returned function takes it out again; without effect once it was taken. */
  add(atMs: number, fn: () => void): () => void {
    const timer: Timer = { atMs, order: this.#order, fn };
    this.#order += 1;
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1);
    return () => this.#cancel(timer);
  }

  /** When the first falls due; undefined when none waits. */
  get nextMs(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.atMs;
  }

  /** Takes the first out. */
  take(): (() => void) | undefined {
    this.#dropCancelled();
    const first = this.#removeFirst();
    const fn = first?.fn;
    if (first) first.fn = undefined;
    return fn;
  }

  #cancel(timer: Timer): void {
    if (!timer.fn) return;
    timer.fn = undefined;
    this.#cancelled += 1;
    if (this.#cancelled > sweepAbove && this.#cancelled * 2 > this.#heap.length) this.#sweep();
  }

  /** Sorted by what the heap is ordered by, an array is a heap. */
  #sweep(): void {
    this.#heap = this.#heap.filter(({ fn }) => fn).sort((a, b) => (isBefore(a, b) ? -1 : 1));
    this.#cancelled = 0;
  }

  #dropCancelled(): void {
    while (this.#heap[0] && !this.#heap[0].fn) {
      this.#removeFirst();
      this.#cancelled -= 1;
    }
  }

  #removeFirst(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last && heap.length > 0) {
      heap[0] = last;
      this.#sink(last);
    }
    return first;
  }

  #rise(from: number): void {
    const heap = this.#heap;
    const timer = heap[from];
    let at = from;
    while (timer && at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (!parent || isBefore(parent, timer)) break;
      heap[at] = parent;
      at = above;
    }
    if (timer) heap[at] = timer;
  }

  #sink(timer: Timer): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      if (!a) break;
      const [child, below] = b && isBefore(b, a) ? [b, left + 1] : [a, left];
      if (isBefore(timer, child)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = timer;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
