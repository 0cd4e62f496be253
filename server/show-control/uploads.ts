/** Which drones files are on their way to, and how far each has come. Pure; knows ids and bytes, no connection. */

/** Told of a drone's file in steps: the share that the drone holds, 0 to 1; undefined when none is on its way any more. */
export type OnUploadProgress = (id: string, share: number | undefined) => void;

/** Smaller steps are told to nobody. */
const stepShare = 0.05;

export class Uploads {
  readonly #onProgress: OnUploadProgress;
  /** How many files are on their way, and the share that was told last. */
  readonly #byId = new Map<string, { count: number; told: number }>();

  constructor(onProgress: OnUploadProgress) {
    this.#onProgress = onProgress;
  }

  isReceiving(id: string): boolean {
    return this.#byId.has(id);
  }

  /** Counts a file in for as long as the work takes. */
  async during<T>(
    id: string,
    work: (onProgress: (sentBytes: number, sizeBytes: number) => void) => Promise<T>,
  ): Promise<T> {
    const entry = this.#byId.get(id) ?? { count: 0, told: 0 };
    entry.count += 1;
    this.#byId.set(id, entry);
    try {
      return await work((sentBytes, sizeBytes) => {
        const share = sizeBytes === 0 ? 1 : sentBytes / sizeBytes;
        if (Math.abs(share - entry.told) < stepShare) return;
        entry.told = share;
        this.#onProgress(id, share);
      });
    } finally {
      entry.count -= 1;
      if (entry.count === 0) {
        this.#byId.delete(id);
        this.#onProgress(id, undefined);
      }
    }
  }
}
