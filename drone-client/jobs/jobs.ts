/**
 * Asks root's helper for jobs and waits for what became of them. Knows the port to the helper's files and a clock; no
 * disk, no drone, and not what a job does.
 */
import { RefusedError } from '../../lib/errors.js';
import type { Cancel, Clock } from '../../lib/time/clock.js';
import type { UpdateReport } from '../../lib/update/drone-software.js';
import type { JobName } from './job.js';
import type { JobFolder } from './job-folder.js';

/** How often the helper's files are looked at, ms. */
const lookMs = 200;

/** What is looked at while an update runs takes a minute or more, ms. */
const slowLookMs = 1000;

/** A helper that has not taken a request in hand by then is not there, ms: its Node has to start on a Pi. */
const takenMs = 20_000;

/** How long a job may take in all, ms: servers wait for 70 s. */
const endedMs = 60_000;

/** A job that was asked for. */
export type AskedJob = {
  /**
   * Resolves when it is done.
   * @throws RefusedError `job_failed` with the helper's words, `timeout`, or `cancelled` when the client ends.
   */
  ended(): Promise<void>;
};

export type JobsOptions = { readonly clock: Clock; readonly folder: JobFolder };

export class Jobs {
  readonly #clock: Clock;
  readonly #folder: JobFolder;
  readonly #wakes = new Set<() => void>();
  #isClosed = false;

  constructor({ clock, folder }: JobsOptions) {
    this.#clock = clock;
    this.#folder = folder;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get architecture(): string | undefined {
    return this.#folder.architecture;
  }

  /** Why nothing can be asked for; undefined when the helper is there. */
  obstacle(): Promise<string | undefined> {
    return this.#folder.obstacle();
  }

  /** Why no update can be installed; undefined when nothing is known against it. */
  async updateObstacle(): Promise<string | undefined> {
    return (await this.#folder.obstacle()) ?? (await this.#folder.trustObstacle());
  }

  updateReport(): Promise<UpdateReport | undefined> {
    return this.#folder.updateReport();
  }

  /** Asks for a job other than an update. @throws RefusedError `not_supported`, `busy`. */
  async ask(job: Exclude<JobName, 'update'>): Promise<AskedJob> {
    const before = (await this.#folder.result(job))?.run;
    await this.#put(job);
    const result = async () => {
      const found = await this.#folder.result(job);
      return found?.run === before ? undefined : found;
    };
    return {
      ended: async () => {
        const { ok, text } = await this.#await(job, result);
        if (!ok) throw new RefusedError('job_failed', `${job}: ${text}`);
      },
    };
  }

  /**
   * Asks for the update that lies in the data folder; gives the helper's first word on it.
   * @throws RefusedError `not_supported`, `busy`, `refused` with the helper's words, `timeout`, `cancelled`.
   */
  async update(sha256: string): Promise<UpdateReport> {
    const before = JSON.stringify(await this.#folder.updateReport());
    await this.#put('update');
    return this.#await('update', async () => {
      const report = await this.#folder.updateReport();
      if (!report || JSON.stringify(report) === before) return undefined;
      if (report.sha256 === sha256) return report;
      // Of files in which it found no package at all.
      if (report.outcome === 'refused') throw new RefusedError('refused', `update: ${report.text}`);
      return undefined;
    });
  }

  /** The end of the update that is under way; undefined when none is, or it was not over after `limitMs`. */
  async updateEnded(limitMs: number): Promise<UpdateReport | undefined> {
    const untilMs = this.#clock.monotonicMs() + limitMs;
    for (;;) {
      const report = await this.#folder.updateReport();
      if (report?.outcome !== 'running') return report;
      if (this.#isClosed || this.#clock.monotonicMs() >= untilMs) return undefined;
      await this.#pause(slowLookMs);
    }
  }

  /**
   * Asks no longer for what a client before this one asked for and nobody took in hand: it would be done at a moment for
   * which nobody holds the drone. Gives its names.
   */
  async forgetOld(): Promise<readonly JobName[]> {
    if ((await this.#folder.obstacle()) !== undefined) return [];
    const old = await this.#folder.waiting();
    for (const job of old) await this.#folder.withdraw(job);
    return old;
  }

  /** Waits for so long, or until the client ends. */
  rest(forMs: number): Promise<void> {
    return this.#pause(forMs);
  }

  /** Waits for nothing any more. What was asked for is the helper's. */
  close(): void {
    this.#isClosed = true;
    for (const wake of [...this.#wakes]) wake();
  }

  async #put(job: JobName): Promise<void> {
    const obstacle = await this.#folder.obstacle();
    if (obstacle !== undefined) throw new RefusedError('not_supported', `${job}: ${obstacle}`);
    const [waiting] = await this.#folder.waiting();
    if (waiting === undefined && (await this.#folder.put(job))) return;
    throw new RefusedError(
      'busy',
      `${job}: the helper is asked for "${waiting ?? job}" already: wait; if that lasts, look on the drone: journalctl -u starling-drone-helper`,
    );
  }

  /** @throws RefusedError `timeout`; what was not taken in hand by then is not asked for any more. */
  async #await<T>(job: JobName, look: () => Promise<T | undefined>): Promise<T> {
    const sinceMs = this.#clock.monotonicMs();
    let isTaken = false;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (this.#isClosed) throw new RefusedError('cancelled', `${job}: the client ends`);
      const waitedMs = this.#clock.monotonicMs() - sinceMs;
      isTaken ||= !(await this.#folder.waiting()).includes(job);
      if (!isTaken && waitedMs >= takenMs) isTaken = await this.#giveUp(job);
      if (waitedMs >= endedMs) throw notEnded(job);
      await this.#pause(lookMs);
    }
  }

  /** True when it was taken in hand at the last moment. @throws RefusedError `timeout`. */
  async #giveUp(job: JobName): Promise<boolean> {
    if (!(await this.#folder.withdraw(job))) return true;
    throw new RefusedError(
      'timeout',
      `${job}: the helper did not come within ${takenMs / 1000} s, nothing was done; look on the drone: systemctl status starling-drone-helper.path`,
    );
  }

  #pause(forMs: number): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      let cancel: Cancel | undefined;
      const wake = () => {
        cancel?.();
        this.#wakes.delete(wake);
        resolve();
      };
      this.#wakes.add(wake);
      cancel = this.#clock.after(forMs, wake);
    });
  }
}

function notEnded(job: JobName): RefusedError {
  return new RefusedError(
    'timeout',
    `${job}: the helper has not ended it after ${endedMs / 1000} s; look on the drone: journalctl -u starling-drone-helper`,
  );
}
