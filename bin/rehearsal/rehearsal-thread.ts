/** A thread that flies rehearsals, as whoever asks it sees it. Knows threads; no show. */
import { Worker } from 'node:worker_threads';
import { StarlingError } from '../../lib/errors.js';
import type { RehearsalAnswer, RehearsalWork } from './rehearsal-thread-entry.js';
import type { RunReport } from './rehearse-one.js';

/** Room for what lives shortly, MB: a rehearsal makes a lot of it, and clearing little room often costs a tenth of its time. */
const youngMb = 64;

type Waiting = { readonly resolve: (report: RunReport) => void; readonly reject: (error: Error) => void };

export class RehearsalThread {
  readonly #worker: Worker;
  #waiting: Waiting | undefined;

  constructor(work: RehearsalWork) {
    this.#worker = new Worker(new URL('./rehearsal-thread-entry.js', import.meta.url), {
      ...{ name: 'rehearsal', workerData: work },
      resourceLimits: { maxYoungGenerationSizeMb: youngMb },
    });
    this.#worker.on('message', (answer: RehearsalAnswer) => this.#take(answer));
    this.#worker.on('messageerror', (error) => this.#fail('thread_died', error.message));
    this.#worker.on('error', (error) => this.#fail('thread_died', error.message));
    this.#worker.on('exit', (code) => this.#fail('thread_died', `it ended with ${code}`));
  }

  /** One at a time. Rejects when the rehearsal can not be flown, or the thread dies. */
  readonly fly = (seed: number): Promise<RunReport> =>
    new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker.postMessage(seed);
    });

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(answer: RehearsalAnswer): void {
    if (answer.kind === 'failed') {
      this.#fail(answer.code, answer.message);
      return;
    }
    this.#waiting?.resolve(answer.report);
    this.#waiting = undefined;
  }

  #fail(code: string, message: string): void {
    this.#waiting?.reject(new StarlingError(code, `the rehearsal could not be flown: ${message}`));
    this.#waiting = undefined;
  }
}
