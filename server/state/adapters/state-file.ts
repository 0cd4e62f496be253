/**
 * The file that a server's state is kept in: read once, replaced whole after changes. A disk that fails costs the state
 * and one warning; nobody waits for it. Knows no meaning of the state.
 */
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../lib/config/adapters/atomic-file.js';
import { errorCode, errorText, ShowError } from '../../../lib/errors.js';
import type { Cancel, Clock } from '../../../lib/time/clock.js';
import type { LogLine } from '../../snapshot.js';
import { decodeState, encodeState, type ServerState, type Urgency } from '../server-state.js';

export type StateFileOptions = {
  readonly clock: Clock;
  readonly folder: string;
  readonly log: (level: LogLine['level'], text: string) => void;
};

const soonMs = 1000;

/** Between two writings, so that a start of many drones is not one for each, ms. */
const paceMs = 100;

/** After one that failed, ms. */
const retryMs = 10_000;

/** The last writing at the end may take so long, ms. */
const closeTimeoutMs = 2000;

const maxBytes = 8 * 1024 * 1024;

export class StateFile {
  readonly path: string;
  readonly #options: StateFileOptions;
  #collect: (() => ServerState) | undefined;
  #dueMs = Number.POSITIVE_INFINITY;
  #earliestMs = 0;
  #cancel: Cancel = () => undefined;
  #writing: Promise<void> | undefined;
  #isFailing = false;
  #isSwept = false;
  #isClosed = false;

  constructor(options: StateFileOptions) {
    this.#options = options;
    this.path = join(options.folder, 'state.json');
  }

  /** What was kept; undefined when nothing was. What can not be read is put aside. Never rejects. */
  async read(): Promise<ServerState | undefined> {
    try {
      const { size } = await stat(this.path);
      if (size > maxBytes) throw new ShowError(`it has ${size} bytes, more than any state`);
      return decodeState(await readFile(this.path, 'utf8'));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      await this.#putAside(errorText(error));
      return undefined;
    }
  }

  /** From now on changes are kept. `collect`: the state of the moment, asked when it is written. */
  begin(collect: () => ServerState): void {
    this.#collect = collect;
    this.changed('soon');
  }

  /** Something has changed; returns at once. */
  changed(urgency: Urgency): void {
    const nowMs = this.#options.clock.monotonicMs();
    this.#want(urgency === 'now' ? nowMs : nowMs + soonMs);
  }

  /** Writes what is still to be written. Never rejects, and gives up on a disk that hangs. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancel();
    const { clock } = this.#options;
    const isDue = Number.isFinite(this.#dueMs) && this.#collect !== undefined;
    const last = (this.#writing ?? Promise.resolve()).then(() => (isDue ? this.#write() : undefined));
    let giveUp: Cancel = () => undefined;
    const late = new Promise<void>((resolve) => {
      giveUp = clock.after(closeTimeoutMs, resolve);
    });
    await Promise.race([last, late]).finally(() => giveUp());
  }

  #want(atMs: number): void {
    this.#dueMs = Math.min(this.#dueMs, atMs);
    if (!this.#isClosed && !this.#writing && this.#collect) this.#schedule();
  }

  #schedule(): void {
    const { clock } = this.#options;
    const atMs = Math.max(this.#dueMs, this.#earliestMs);
    this.#cancel();
    if (!Number.isFinite(atMs)) return;
    this.#cancel = clock.after(Math.max(0, atMs - clock.monotonicMs()), () => {
      this.#writing = this.#write().then(() => {
        this.#writing = undefined;
        if (!this.#isClosed) this.#schedule();
      });
    });
  }

  async #write(): Promise<void> {
    const { clock, log } = this.#options;
    this.#dueMs = Number.POSITIVE_INFINITY;
    try {
      await this.#sweep();
      if (this.#collect) await writeFileAtomic(this.path, encodeState(this.#collect()), { mode: 0o600 });
      if (this.#isFailing) log('info', `${this.path}: the state is kept again`);
      this.#isFailing = false;
      this.#earliestMs = clock.monotonicMs() + paceMs;
    } catch (error) {
      if (!this.#isFailing)
        log('warning', `${this.path}: the state is not kept, a crash would lose it: ${errorText(error)}`);
      this.#isFailing = true;
      this.#earliestMs = clock.monotonicMs() + retryMs;
      this.#dueMs = this.#earliestMs;
    }
  }

  /** A server that was killed while it wrote leaves a piece behind. */
  async #sweep(): Promise<void> {
    if (this.#isSwept) return;
    const pieces = (await readdir(this.#options.folder)).filter((name) =>
      /^\.state\.json\..*\.tmp$/.test(name),
    );
    for (const name of pieces) await rm(join(this.#options.folder, name), { force: true });
    this.#isSwept = true;
  }

  async #putAside(why: string): Promise<void> {
    const { clock, log } = this.#options;
    const aside = `${this.path}.broken-${new Date(clock.utcMs()).toISOString().replaceAll(':', '')}`;
    const moved = await rename(this.path, aside).then(
      () => `it is ${aside} now`,
      (error: unknown) => `and it can not be put aside: ${errorText(error)}`,
    );
    log('warning', `${this.path} can not be used, the server begins without it: ${why}; ${moved}`);
  }
}
