/**
 * Which drones files are on their way to or wait for them, how far each has come, and calling them off. Knows ids and
 * bytes; no connection.
 */
import { FlowRate } from './flow-rate.js';

/** Told of a drone's file in steps: the share that the drone holds, 0 to 1; undefined when none is on its way any more. */
export type OnUploadProgress = (id: string, share: number | undefined) => void;

/**
 * Told how many bytes of its files a drone holds, and how many there are; `hadBytes`: so many of those that were added
 * it had before, undefined when that is not known.
 */
export type Progress = (sentBytes: number, sizeBytes: number, hadBytes?: number) => void;

export type UploadWork<T> = (onProgress: Progress, signal: AbortSignal) => Promise<T>;

/** All files that are on their way now, and those that ended since any were. */
export type TransferView = {
  /** Drones that files are on their way to. */
  readonly active: number;
  /** Drones that wait for their turn. */
  readonly waiting: number;
  readonly sentBytes: number;
  /** For those that wait, as much as the others have on average. */
  readonly totalBytes: number;
  /** Undefined until something has arrived. */
  readonly bytesPerS: number | undefined;
  readonly leftS: number | undefined;
  /** Those that files are on their way to. */
  readonly byDrone: ReadonlyMap<string, { readonly sentBytes: number; readonly totalBytes: number }>;
};

/** Smaller steps are told to nobody. */
const stepShare = 0.05;

/** A file of which more than this is there at once is one that is gone on with. */
const mostAtOnceBytes = 64 * 1024;

/** The files of one command to one drone. */
type Job = {
  readonly id: string;
  readonly abort: AbortController;
  isUnderWay: boolean;
  told: number;
  sentBytes: number;
  /** Undefined until it is known. */
  sizeBytes: number | undefined;
};

/** The files of one command. Once for each of its drones: one of both. */
export type Batch = {
  /** Does it, and counts the drone's files in for as long as that takes. */
  readonly during: <T>(id: string, work: UploadWork<T>) => Promise<T>;
  /** It is sent nothing after all. */
  readonly skip: (id: string) => void;
};

export class Uploads {
  readonly #onProgress: OnUploadProgress;
  readonly #nowMs: () => number;
  readonly #jobs = new Set<Job>();
  readonly #rate = new FlowRate();
  /** What ended since nothing was under way. */
  #ended = { jobs: 0, bytes: 0 };

  constructor(onProgress: OnUploadProgress, nowMs: () => number = () => 0) {
    this.#onProgress = onProgress;
    this.#nowMs = nowMs;
  }

  isReceiving(id: string): boolean {
    return this.#of(id).some(({ isUnderWay }) => isUnderWay);
  }

  /** Undefined while nothing is on its way. */
  get view(): TransferView | undefined {
    if (this.#jobs.size === 0) return undefined;
    const active = [...this.#jobs].filter(({ isUnderWay }) => isUnderWay);
    const waiting = this.#jobs.size - active.length;
    const known = active.filter(({ sizeBytes }) => sizeBytes !== undefined);
    const sum = (bytes: (job: Job) => number) => known.reduce((all, job) => all + bytes(job), 0);
    const sentBytes = this.#ended.bytes + sum((job) => job.sentBytes);
    const knownBytes = this.#ended.bytes + sum((job) => job.sizeBytes ?? 0);
    const counted = this.#ended.jobs + known.length;
    const unknown = this.#jobs.size - known.length;
    const totalBytes = knownBytes + (counted === 0 ? 0 : Math.round((knownBytes / counted) * unknown));
    const bytesPerS = this.#rate.at(this.#nowMs());
    const leftS = bytesPerS === undefined ? undefined : (totalBytes - sentBytes) / bytesPerS;
    const byDrone = new Map(
      known.map((job) => [job.id, { sentBytes: job.sentBytes, totalBytes: job.sizeBytes ?? 0 }]),
    );
    return { active: active.length, waiting, sentBytes, totalBytes, bytesPerS, leftS, byDrone };
  }

  /** Counts a drone's files in for as long as the work takes. */
  during<T>(id: string, work: UploadWork<T>): Promise<T> {
    return this.batch([id], ({ during }) => during(id, work));
  }

  /** Files for many drones, which wait for their turn meanwhile: also one that waits can be called off. */
  async batch<R>(ids: readonly string[], all: (batch: Batch) => Promise<R>): Promise<R> {
    const jobs = new Map(ids.map((id) => [id, newJob(id)]));
    for (const job of jobs.values()) this.#jobs.add(job);
    try {
      return await all({
        during: (id, work) => this.#run(jobs.get(id) ?? newJob(id), work),
        skip: (id) => {
          const job = jobs.get(id);
          if (job) this.#jobs.delete(job);
        },
      });
    } finally {
      for (const job of jobs.values()) this.#jobs.delete(job);
      this.#forget();
    }
  }

  /** Calls off what is on its way to a drone, or waits; false when nothing is. */
  cancel(id: string): boolean {
    const jobs = this.#of(id);
    for (const { abort } of jobs) abort.abort();
    return jobs.length > 0;
  }

  async #run<T>(job: Job, work: UploadWork<T>): Promise<T> {
    this.#jobs.add(job);
    job.isUnderWay = true;
    try {
      return await work(
        (sentBytes, sizeBytes, hadBytes) => this.#progressed(job, { sentBytes, sizeBytes, hadBytes }),
        job.abort.signal,
      );
    } finally {
      this.#jobs.delete(job);
      if (job.sizeBytes !== undefined)
        this.#ended = { jobs: this.#ended.jobs + 1, bytes: this.#ended.bytes + job.sentBytes };
      if (!this.isReceiving(job.id)) this.#onProgress(job.id, undefined);
      this.#forget();
    }
  }

  #progressed(job: Job, { sentBytes, sizeBytes, hadBytes }: Progressed): void {
    const addedBytes = sentBytes - job.sentBytes;
    const isGoneOnWith = job.sentBytes === 0 && addedBytes > mostAtOnceBytes;
    // What it had from before was not sent now.
    const arrivedBytes = addedBytes - (hadBytes ?? (isGoneOnWith ? addedBytes : 0));
    this.#rate.arrived(Math.max(0, arrivedBytes), this.#nowMs());
    job.sentBytes = sentBytes;
    job.sizeBytes = sizeBytes;
    const share = sizeBytes === 0 ? 1 : sentBytes / sizeBytes;
    if (Math.abs(share - job.told) < stepShare) return;
    job.told = share;
    this.#onProgress(job.id, share);
  }

  #of(id: string): Job[] {
    return [...this.#jobs].filter((job) => job.id === id);
  }

  #forget(): void {
    if (this.#jobs.size > 0) return;
    this.#ended = { jobs: 0, bytes: 0 };
    this.#rate.clear();
  }
}

type Progressed = {
  readonly sentBytes: number;
  readonly sizeBytes: number;
  readonly hadBytes: number | undefined;
};

function newJob(id: string): Job {
  return {
    ...{ id, abort: new AbortController(), isUnderWay: false, told: 0 },
    ...{ sentBytes: 0, sizeBytes: undefined },
  };
}
