/** Shows progress on stderr: a table that is drawn anew on a terminal, a line a step elsewhere. Knows no step. */
import { type HostProgress, progressTable, stateText } from '../progress.js';

const redrawMs = 100;

export class ProgressDisplay {
  readonly #all: () => readonly HostProgress[];
  readonly #isTable = process.stderr.isTTY;
  #drawnLines = 0;
  #isPaused = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(all: () => readonly HostProgress[]) {
    this.#all = all;
  }

  /** Somebody is at another step, or farther in it. */
  changed(one: HostProgress): void {
    if (this.#isTable) {
      this.#timer ??= setTimeout(() => this.#draw(), redrawMs);
    } else if (one.detail === undefined || !one.detail.endsWith('%')) {
      process.stderr.write(`${one.host.settings.id} (${one.host.target.address}): ${stateText(one)}\n`);
    }
  }

  /** Leaves the terminal to somebody who asks a question. */
  async pausedFor<Value>(ask: () => Promise<Value>): Promise<Value> {
    this.#isPaused = true;
    try {
      return await ask();
    } finally {
      this.#isPaused = false;
      // The question stands where the table was.
      this.#drawnLines = 0;
    }
  }

  /** The last look of it stays. */
  close(): void {
    if (this.#isTable) this.#draw();
    clearTimeout(this.#timer);
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isPaused) return;
    const { columns = 80, rows = 24 } = process.stderr;
    const lines = progressTable(this.#all(), columns).slice(0, Math.max(1, rows - 1));
    const back = this.#drawnLines > 0 ? `\x1b[${this.#drawnLines}A` : '';
    process.stderr.write(`${back}${lines.map((line) => `\r\x1b[2K${line}\n`).join('')}`);
    this.#drawnLines = lines.length;
  }
}
