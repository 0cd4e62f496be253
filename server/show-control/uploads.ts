/** Which drones files are on their way to, and how far each has come. Pure; knows ids and bytes, no connection. */

/** How far a file has come: what the drone holds of it, bytes. */
export type UploadProgress = { readonly sentBytes: number; readonly sizeBytes: number };

/** Told of each step of each drone's file; undefined when nothing is on its way to it any more. */
export type OnUploadProgress = (id: string, progress: UploadProgress | undefined) => void;

export class Uploads {
  readonly #onProgress: OnUploadProgress | undefined;
  /** How many files are on their way, and how far the one that was told of last is. */
  readonly #byId = new Map<string, { count: number; progress: UploadProgress | undefined }>();

  constructor(onProgress: OnUploadProgress | undefined) {
    this.#onProgress = onProgress;
  }

  isReceiving(id: string): boolean {
    return this.#byId.has(id);
  }

  /** How far the file of a drone is; undefined when none is on its way, or nothing is known of it. */
  progressOf(id: string): UploadProgress | undefined {
    return this.#byId.get(id)?.progress;
  }

  /** Counts a file in for as long as the work takes. */
  async during<T>(
    id: string,
    work: (onProgress: (sentBytes: number, sizeBytes: number) => void) => Promise<T>,
  ): Promise<T> {
    const entry = this.#byId.get(id) ?? { count: 0, progress: undefined };
    entry.count += 1;
    this.#byId.set(id, entry);
    try {
      return await work((sentBytes, sizeBytes) => {
        entry.progress = { sentBytes, sizeBytes };
        this.#onProgress?.(id, entry.progress);
      });
    } finally {
      entry.count -= 1;
      if (entry.count === 0) {
        this.#byId.delete(id);
        this.#onProgress?.(id, undefined);
      }
    }
  }
}

/** `drone-1 37 %`, for people. */
export function progressText(id: string, { sentBytes, sizeBytes }: UploadProgress): string {
  return `${id} ${sizeBytes === 0 ? 100 : Math.floor((100 * sentBytes) / sizeBytes)} %`;
}
