/** What a drone has still to do, in order of time, then priority. Knows no clock: moments are arguments (monotonic ms). */

/** `priority`: of two tasks of one moment the lower number runs first. */
export type Task = {
  readonly atMs: number;
  readonly priority: number;
  readonly name: string;
  readonly run: () => void;
};

/** Can be held from a moment on and shifted when it goes on. */
export class TaskQueue {
  #tasks: Task[] = [];
  #heldSinceMs: number | undefined;

  /** The task that runs next; undefined when there is none. */
  get next(): Task | undefined {
    return this.#tasks[0];
  }

  /** From when on tasks are held; undefined while the queue runs. */
  get heldSinceMs(): number | undefined {
    return this.#heldSinceMs;
  }

  add(task: Task): void {
    const index = this.#tasks.findIndex((other) => isBefore(task, other));
    this.#tasks.splice(index < 0 ? this.#tasks.length : index, 0, task);
  }

  /** Removes and gives the next task whose moment has come; held tasks do not fall due. */
  takeDue(nowMs: number): Task | undefined {
    const { next } = this;
    if (!next || next.atMs > nowMs) return undefined;
    if (this.#heldSinceMs !== undefined && next.atMs >= this.#heldSinceMs) return undefined;
    this.#tasks.shift();
    return next;
  }

  /** Holds every task from `atMs` on; a queue that is held already keeps its moment. */
  pause(atMs: number): void {
    this.#heldSinceMs ??= atMs;
  }

  /**
   * Goes on so that the next task runs at `atMs`; a moment before the task's own changes nothing.
   * Gives by how much everything moved, ms.
   */
  resume(atMs: number): number {
    return this.#goOn(this.next ? atMs - this.next.atMs : 0);
  }

  /** Goes on at `atMs` as if no time had passed since the queue was held. Gives by how much everything moved, ms. */
  continueAt(atMs: number): number {
    return this.#goOn(this.#heldSinceMs === undefined ? 0 : atMs - this.#heldSinceMs);
  }

  /** Forgets every task, and that the queue was held. */
  clear(): void {
    this.#tasks = [];
    this.#heldSinceMs = undefined;
  }

  #goOn(byMs: number): number {
    const shiftMs = this.#heldSinceMs === undefined ? 0 : Math.max(0, byMs);
    this.#heldSinceMs = undefined;
    this.#tasks = this.#tasks.map((task) => ({ ...task, atMs: task.atMs + shiftMs }));
    return shiftMs;
  }
}

function isBefore(a: Task, b: Task): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.priority < b.priority);
}
