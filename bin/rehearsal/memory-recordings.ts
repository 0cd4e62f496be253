/** The disk of a server's black box in a rehearsal: sessions and their parts, in memory. Knows names and bytes; no record. */
import { Buffer } from 'node:buffer';
import type { PartSink, RecorderFiles, StoredSession } from '../../server/recorder/recorder-files.js';

export class MemoryRecordings implements RecorderFiles {
  readonly #sessions = new Map<string, Map<string, Uint8Array[]>>();

  /** Every part that was written, by `SESSION/PART`. */
  get parts(): ReadonlyMap<string, Uint8Array> {
    const parts = new Map<string, Uint8Array>();
    for (const [session, stored] of this.#sessions)
      for (const [part, pieces] of stored) parts.set(`${session}/${part}`, Buffer.concat(pieces));
    return parts;
  }

  async sessions(): Promise<readonly StoredSession[]> {
    const bytesOf = (stored: ReadonlyMap<string, readonly Uint8Array[]>) =>
      [...stored.values()].flat().reduce((sum, { length }) => sum + length, 0);
    return [...this.#sessions].map(([name, stored]) => ({ name, bytes: bytesOf(stored) }));
  }

  async begin(session: string): Promise<void> {
    if (this.#sessions.has(session)) throw taken(session);
    this.#sessions.set(session, new Map());
  }

  async createPart(session: string, part: string): Promise<PartSink> {
    const stored = this.#sessions.get(session);
    if (!stored) throw Object.assign(new Error(`there is no session ${session}`), { code: 'ENOENT' });
    if (stored.has(part)) throw taken(part);
    const pieces: Uint8Array[] = [];
    stored.set(part, pieces);
    return {
      append: async (bytes) => void pieces.push(Uint8Array.from(bytes)),
      sync: async () => undefined,
      close: async () => undefined,
    };
  }

  async removePart(session: string, part: string): Promise<void> {
    this.#sessions.get(session)?.delete(part);
  }

  async remove(session: string): Promise<void> {
    this.#sessions.delete(session);
  }

  async freeBytes(): Promise<number | undefined> {
    return undefined;
  }
}

function taken(name: string): Error {
  return Object.assign(new Error(`there is a ${name} already`), { code: 'EEXIST' });
}
