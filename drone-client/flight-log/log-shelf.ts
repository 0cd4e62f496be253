/**
 * The folder of flight logs as a shelf: names new ones, throws the oldest away when there is no room, says what is there.
 * Knows names and sizes; nothing of flights, and of the format only how a finished file ends.
 */
import { MCAP_MAGIC } from '@mcap/core';
import { errorCode, RefusedError } from '../../lib/errors.js';
import type { FlightLogFiles, LogSink, StoredLog } from './flight-log-files.js';
import { formatLogName, parseLogName } from './log-name.js';

export type ShelfLimits = {
  readonly maxFileBytes: number;
  readonly maxTotalBytes: number;
  readonly minFreeBytes: number;
};

export type OpenLog = { readonly name: string; readonly sink: LogSink };

/** A log as peers are told of it. `utcMs`: of its first entry, by the drone's clock of that time. */
export type LogEntry = StoredLog & {
  /** It was ended in order; false: it is being written, or was cut off, and is readable up to its last second. */
  readonly isComplete: boolean;
  /** It is being written now. */
  readonly isOpen: boolean;
  readonly utcMs: number;
};

type NumberedLog = StoredLog & { readonly number: number; readonly utcMs: number };

/** How often another number is tried when a file of that name has appeared meanwhile. */
const maxAttempts = 5;

/** Logs that are told at a time. */
const maxListed = 1000;

export class LogShelf {
  readonly #files: FlightLogFiles;
  readonly #limits: () => ShelfLimits;
  readonly #open = new Set<string>();
  /** The beginning of the newest log; never rejects. */
  #creating: Promise<unknown> = Promise.resolve();

  constructor(files: FlightLogFiles, limits: () => ShelfLimits) {
    this.#files = files;
    this.#limits = limits;
  }

  /**
   * Begins a log under the next number, after room was made for a whole one; one after the other, in the order asked.
   * @throws RefusedError `no_room`, or the file system's error.
   */
  create(utcMs: number): Promise<OpenLog> {
    const created = this.#creating.then(() => this.#create(utcMs));
    this.#creating = created.catch(() => undefined);
    return created;
  }

  /** A log that `create` gave is written no more. */
  closed(name: string): void {
    this.#open.delete(name);
  }

  /** The same, and nothing in it is worth keeping. @throws the file system's error. */
  async discard(name: string): Promise<void> {
    this.closed(name);
    await this.#files.remove(name);
  }

  /**
   * Removes the oldest logs until `neededBytes` fit under the limit of all and above the floor of the disk.
   * @throws RefusedError `no_room` when even that would leave the disk below its floor; none is removed then.
   */
  async makeRoom(neededBytes: number): Promise<void> {
    const { maxTotalBytes, minFreeBytes } = this.#limits();
    const stored = await this.#sorted();
    const removable = stored.filter(({ name }) => !this.#open.has(name));
    let totalBytes = sumOf(stored);
    let freeBytes = (await this.#files.freeBytes()) ?? Number.POSITIVE_INFINITY;
    if (freeBytes + sumOf(removable) < minFreeBytes)
      throw new RefusedError('no_room', `the disk has ${megabytes(freeBytes)} left: free some of it`);
    for (const { name, bytes } of removable) {
      if (totalBytes + neededBytes <= maxTotalBytes && freeBytes >= minFreeBytes + neededBytes) return;
      await this.#files.remove(name);
      totalBytes -= bytes;
      freeBytes += bytes;
    }
  }

  /** The newest logs, a thousand at most, the oldest of them first. */
  async list(): Promise<LogEntry[]> {
    const entries: LogEntry[] = [];
    for (const { name, bytes, utcMs } of (await this.#sorted()).slice(-maxListed)) {
      const isOpen = this.#open.has(name);
      entries.push({ name, bytes, utcMs, isOpen, isComplete: !isOpen && (await this.#isEnded(name, bytes)) });
    }
    return entries;
  }

  /** Bytes of one log. @throws RefusedError `no_file` when there is none of that name. */
  async read(name: string, place: { readonly offset: number; readonly length: number }): Promise<Uint8Array> {
    try {
      return await this.#files.read(name, place);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      throw new RefusedError('no_file', `there is no flight log ${name}`, { cause: error });
    }
  }

  async #create(utcMs: number): Promise<OpenLog> {
    await this.makeRoom(this.#limits().maxFileBytes);
    let number = ((await this.#sorted()).at(-1)?.number ?? 0) + 1;
    for (let attempt = 1; ; attempt++, number++) {
      const name = formatLogName({ number, utcMs });
      try {
        const sink = await this.#files.create(name);
        this.#open.add(name);
        return { name, sink };
      } catch (error) {
        if (errorCode(error) !== 'EEXIST' || attempt === maxAttempts) throw error;
      }
    }
  }

  async #isEnded(name: string, bytes: number): Promise<boolean> {
    const { length } = MCAP_MAGIC;
    if (bytes < 2 * length) return false;
    const end = await this.#files.read(name, { offset: bytes - length, length });
    return MCAP_MAGIC.every((byte, place) => end[place] === byte);
  }

  async #sorted(): Promise<NumberedLog[]> {
    const numbered = (await this.#files.list()).flatMap((log): NumberedLog[] => {
      const name = parseLogName(log.name);
      return name ? [{ ...log, ...name }] : [];
    });
    return numbered.sort((a, b) => a.number - b.number || a.utcMs - b.utcMs);
  }
}

function sumOf(logs: readonly StoredLog[]): number {
  return logs.reduce((sum, { bytes }) => sum + bytes, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
