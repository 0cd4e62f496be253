/**
 * The client's log on the disk of the drone: journald of a Raspberry Pi forgets at each power cut. Knows files, not what
 * the lines mean; writing never waits, and a disk that fails costs the log, never the flight.
 */
import { type FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, errorText } from '../../lib/errors.js';

/** What may wait for a slow card, characters; beyond that lines are left out. */
const maxWaiting = 256 * 1024;

const fileName = 'drone.log';

export type LogFilesOptions = {
  readonly folder: string;
  /** Told once while it can not be written. */
  readonly onTrouble: (text: string) => void;
  /** A file that would grow beyond this is put aside, bytes. */
  readonly maxBytes?: number;
  /** How many that were put aside are kept: `drone.log.1` is the newest. */
  readonly keptFiles?: number;
};

export class LogFiles {
  readonly #options: Required<LogFilesOptions>;
  readonly #path: string;
  #file: FileHandle | undefined;
  #bytes = 0;
  #waiting = '';
  #writing: Promise<void> | undefined;
  #isTroubled = false;

  constructor(options: LogFilesOptions) {
    this.#options = { maxBytes: 4 * 1024 * 1024, keptFiles: 4, ...options };
    this.#path = join(options.folder, fileName);
  }

  /** Whole lines, with their ends. */
  write(text: string): void {
    if (this.#waiting.length + text.length > maxWaiting) return;
    this.#waiting += text;
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when all that was given is written, or lost. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async close(): Promise<void> {
    await this.settled();
    await this.#leave();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting !== '') {
      const bytes = Buffer.from(this.#waiting);
      this.#waiting = '';
      try {
        await this.#append(bytes);
        this.#isTroubled = false;
      } catch (error) {
        await this.#leave();
        if (!this.#isTroubled)
          this.#options.onTrouble(`${this.#path}: the log has a gap: ${errorText(error)}: look at its disk`);
        this.#isTroubled = true;
      }
    }
    this.#writing = undefined;
  }

  async #append(bytes: Buffer): Promise<void> {
    let file = this.#file ?? (await this.#open());
    if (this.#bytes > 0 && this.#bytes + bytes.length > this.#options.maxBytes) {
      await this.#putAside();
      file = await this.#open();
    }
    await file.writeFile(bytes);
    this.#bytes += bytes.length;
  }

  async #open(): Promise<FileHandle> {
    const file = await open(this.#path, 'a', 0o640);
    this.#file = file;
    this.#bytes = (await file.stat()).size;
    return file;
  }

  /** The oldest is overwritten. */
  async #putAside(): Promise<void> {
    await this.#leave();
    for (let number = this.#options.keptFiles; number >= 1; number -= 1) {
      const from = number === 1 ? this.#path : `${this.#path}.${number - 1}`;
      await rename(from, `${this.#path}.${number}`).catch((error: unknown) => {
        if (errorCode(error) !== 'ENOENT') throw error;
      });
    }
  }

  async #leave(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    // What could not be written is told of already.
    await file?.close().catch(() => undefined);
  }
}
