/**
 * The place of the session that is being recorded among the others: its name, its parts, and who has to go for it.
 * Knows sessions by name and size; nothing of what is in them.
 */
import { errorCode, RefusedError } from '../../lib/errors.js';
import type { Clock } from '../../lib/time/clock.js';
import { formatPartName, formatSessionName, type PartName } from './names.js';
import type { PartSink, RecorderFiles } from './recorder-files.js';
import { nextSessionNumber, type RetentionLimits, sessionsToRemove } from './retention.js';

/** How often another number is tried when a session of that name has appeared meanwhile. */
const maxAttempts = 5;

/** Room is looked for so often at most, ms. */
const lookMs = 1000;

export type SessionFolderOptions = {
  readonly clock: Clock;
  readonly files: RecorderFiles;
  /** When the session began, though the disk may take it later. */
  readonly startUtcMs: number;
  readonly limits: RetentionLimits;
  /** What is left to the rest of the machine. */
  readonly minFreeBytes: number;
  /** Old sessions could not be removed: it goes on without. */
  readonly onTrouble: (error: unknown) => void;
};

export class SessionFolder {
  readonly #options: SessionFolderOptions;
  #name: string | undefined;
  /** When there was room. */
  #lookedMs = Number.NEGATIVE_INFINITY;
  #beginning: Promise<string> | undefined;
  #isRemoving = false;

  constructor(options: SessionFolderOptions) {
    this.#options = options;
  }

  /** Undefined until the disk has taken it. */
  get name(): string | undefined {
    return this.#name;
  }

  /** Begins a part, and the session with the first. Rejects with the file system's error. */
  async createPart(part: PartName): Promise<PartSink> {
    const session = await this.#begun();
    void this.#removeOld();
    const { files } = this.#options;
    const create = () => files.createPart(session, formatPartName(part));
    return create().catch(async (error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error;
      await this.#beginAnew(session);
      return create();
    });
  }

  /** Somebody has removed it, or its disk is another. Both streams may find that out at the same time. */
  async #beginAnew(session: string): Promise<void> {
    try {
      await this.#options.files.begin(session);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }

  /**
   * Before anything is written. Others have to write as well: a show's state, for one.
   * @throws RefusedError `no_room`, or the file system's error.
   */
  async expectRoom(): Promise<void> {
    const { files, clock, minFreeBytes } = this.#options;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#lookedMs < lookMs) return;
    const freeBytes = await files.freeBytes();
    if (freeBytes !== undefined && freeBytes < minFreeBytes) {
      void this.#removeOld();
      throw new RefusedError(
        'no_room',
        `the disk has ${Math.floor(freeBytes / 1e6)} MB left: free some of it`,
      );
    }
    this.#lookedMs = nowMs;
  }

  async removePart(part: PartName): Promise<void> {
    if (this.#name !== undefined) await this.#options.files.removePart(this.#name, formatPartName(part));
  }

  /** Both streams ask at the same time; what failed is tried again by the next that asks. */
  async #begun(): Promise<string> {
    if (this.#name !== undefined) return this.#name;
    this.#beginning ??= this.#begin().finally(() => {
      this.#beginning = undefined;
    });
    return this.#beginning;
  }

  async #begin(): Promise<string> {
    const { files, startUtcMs: utcMs } = this.#options;
    let number = nextSessionNumber(await files.sessions());
    for (let attempt = 1; ; attempt++, number++) {
      const name = formatSessionName({ number, utcMs });
      try {
        await files.begin(name);
        this.#name = name;
        return name;
      } catch (error) {
        if (errorCode(error) !== 'EEXIST' || attempt === maxAttempts) throw error;
      }
    }
  }

  /** Beside the record, which thousands of them would hold up. Never rejects. */
  async #removeOld(): Promise<void> {
    const { files, clock, limits, onTrouble } = this.#options;
    if (this.#isRemoving) return;
    this.#isRemoving = true;
    try {
      const stored = await files.sessions();
      // Not sooner: the session may have begun meanwhile.
      const moment = { utcMs: clock.utcMs(), current: this.#name };
      for (const name of sessionsToRemove(stored, limits, moment)) await files.remove(name);
    } catch (error) {
      onTrouble(error);
    } finally {
      this.#isRemoving = false;
    }
  }
}
