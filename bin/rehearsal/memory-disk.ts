/** The disk of a drone in a rehearsal: its files and flight logs, in memory. Knows names and bytes; no drone. */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { DroneFiles, UnfinishedFile, WrittenFile } from '../../drone-client/client/drone-files.js';
import type { FilePlace, JailRoots } from '../../drone-client/client/file-jail.js';
import type { FlightLogFiles, LogSink, StoredLog } from '../../drone-client/flight-log/flight-log-files.js';
import { RefusedError } from '../../lib/errors.js';
import type { FileOffer } from '../../lib/messaging/index.js';

type Stored = { readonly content: Uint8Array; readonly version: number };

/** Outlives the client that writes to it, as a disk does. */
export class MemoryDisk implements DroneFiles {
  readonly roots: JailRoots = { data: '/rehearsal', payload: '/rehearsal/payload' };
  readonly logs = new MemoryLogs();
  readonly #files = new Map<string, Stored>();
  readonly #incoming = new Set<string>();
  readonly #partials = new Map<string, Uint8Array[]>();
  #versions = 0;

  async writeBeside(place: FilePlace, content: Uint8Array): Promise<WrittenFile> {
    const bytes = Uint8Array.from(content);
    return { commit: async () => this.#put(place, bytes), discard: async () => undefined };
  }

  async receive(place: FilePlace, offer: FileOffer): Promise<UnfinishedFile | undefined> {
    const key = keyOf(place);
    const present = this.#files.get(key);
    if (present && digestOf([present.content]) === offer.sha256) return undefined;
    if (this.#incoming.has(key)) throw new RefusedError('busy', `${place.path} is being written`);
    this.#incoming.add(key);
    const partKey = `${key} ${offer.sha256}`;
    const pieces = this.#partials.get(partKey) ?? [];
    const end = (kept: boolean) => {
      this.#incoming.delete(key);
      if (kept) this.#partials.set(partKey, pieces);
      else this.#partials.delete(partKey);
    };
    return {
      offset: pieces.reduce((sum, { length }) => sum + length, 0),
      append: async (more) => void pieces.push(...more.map((piece) => Uint8Array.from(piece))),
      verify: async () => {
        if (digestOf(pieces) === offer.sha256) return;
        end(false);
        throw new RefusedError('digest_differs', `${place.path}: what arrived is not what was sent`);
      },
      commit: async () => {
        this.#put(place, Buffer.concat(pieces));
        end(false);
      },
      suspend: async () => end(true),
    };
  }

  async read(place: FilePlace): Promise<Uint8Array> {
    const stored = this.#files.get(keyOf(place));
    if (!stored) throw new RefusedError('no_file', `${place.path} can not be read (ENOENT)`);
    return Uint8Array.from(stored.content);
  }

  async remove(place: FilePlace): Promise<void> {
    this.#files.delete(keyOf(place));
  }

  async digest(place: FilePlace): Promise<{ readonly bytes: number; readonly sha256: string }> {
    const content = await this.read(place);
    return { bytes: content.length, sha256: digestOf([content]) };
  }

  async freeBytes(): Promise<number | undefined> {
    return undefined;
  }

  async stamp(place: FilePlace): Promise<string | undefined> {
    const stored = this.#files.get(keyOf(place));
    return stored && String(stored.version);
  }

  #put(place: FilePlace, content: Uint8Array): void {
    this.#versions += 1;
    this.#files.set(keyOf(place), { content, version: this.#versions });
  }
}

class MemoryLogs implements FlightLogFiles {
  readonly #logs = new Map<string, Uint8Array[]>();

  /** Every log, by its name. */
  get all(): ReadonlyMap<string, Uint8Array> {
    return new Map([...this.#logs].map(([name, pieces]) => [name, Buffer.concat(pieces)]));
  }

  async list(): Promise<readonly StoredLog[]> {
    return [...this.#logs].map(([name, pieces]) => ({ name, bytes: Buffer.concat(pieces).length }));
  }

  async create(name: string): Promise<LogSink> {
    if (this.#logs.has(name)) throw Object.assign(new Error(`${name} is there already`), { code: 'EEXIST' });
    const pieces: Uint8Array[] = [];
    this.#logs.set(name, pieces);
    return {
      append: async (bytes) => void pieces.push(Uint8Array.from(bytes)),
      close: async () => undefined,
    };
  }

  async remove(name: string): Promise<void> {
    this.#logs.delete(name);
  }

  async read(name: string, { offset, length }: { readonly offset: number; readonly length: number }) {
    const pieces = this.#logs.get(name);
    if (!pieces) throw Object.assign(new Error(`there is no ${name}`), { code: 'ENOENT' });
    return Buffer.concat(pieces).subarray(offset, offset + length);
  }

  async freeBytes(): Promise<number | undefined> {
    return undefined;
  }
}

function keyOf({ root, path }: FilePlace): string {
  return `${root}/${path}`;
}

function digestOf(pieces: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
