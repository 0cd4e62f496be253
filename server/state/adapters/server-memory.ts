/**
 * What a server remembers over its own end: reads what was kept, hands it to the server, and keeps what changes. Knows
 * the state's file and the paths of shows; no drone, no connection.
 */
import { resolve } from 'node:path';
import { errorText } from '../../../lib/errors.js';
import type { LoadedShow } from '../../snapshot.js';
import { planRestore, type RestorePlan, showOfRun } from '../restore-plan.js';
import type { ServerState, Urgency } from '../server-state.js';
import { machineMoment } from './machine-moment.js';
import { StateFile, type StateFileOptions } from './state-file.js';

/** What is remembered of a running server. */
export interface Remembered {
  readonly loadedShow: LoadedShow | undefined;
  kept(): Omit<ServerState, 'show' | 'at'>;
  restore(plan: RestorePlan): void;
}

type Opened = { readonly show: { readonly loaded: LoadedShow } };

export class ServerMemory {
  readonly #options: StateFileOptions;
  readonly #file: StateFile;
  readonly #before: ServerState | undefined;
  /** By digest, where each show was read from. */
  readonly #paths = new Map<string, string>();

  private constructor(options: StateFileOptions, file: StateFile, before: ServerState | undefined) {
    this.#options = options;
    this.#file = file;
    this.#before = before;
  }

  /** Never rejects: a state that can not be read is put aside. */
  static async open(options: StateFileOptions): Promise<ServerMemory> {
    const file = new StateFile(options);
    return new ServerMemory(options, file, await file.read());
  }

  /**
   * The show that is asked for; without one that of a run which was on when the server before this one ended, if it can
   * still be read. Rejects as `open` does for a show that is asked for.
   */
  async openShow<T extends Opened>(
    asked: string | undefined,
    open: (path: string) => Promise<T>,
  ): Promise<T | undefined> {
    if (asked !== undefined) return this.opened(asked, open);
    const { clock, log } = this.#options;
    const path = showOfRun(this.#before, clock.utcMs());
    if (path === undefined) return undefined;
    try {
      return await this.opened(path, open);
    } catch (error) {
      log('warning', `the show that was on can not be read again: ${errorText(error)}`);
      return undefined;
    }
  }

  /** A show was on when the server before this one ended, and may be still. */
  get wasShowOn(): boolean {
    return showOfRun(this.#before, this.#options.clock.utcMs()) !== undefined;
  }

  /** Opens a show, and remembers where it lies. */
  async opened<T extends Opened>(path: string, open: (path: string) => Promise<T>): Promise<T> {
    const opened = await open(path);
    this.#paths.set(opened.show.loaded.digest, resolve(path));
    return opened;
  }

  /** Hands over what still holds. To be called before a drone comes in. */
  restore(server: Remembered): void {
    if (!this.#before) return;
    const now = { utcMs: this.#options.clock.utcMs(), at: machineMoment() };
    server.restore(planRestore(this.#before, server.loadedShow, now));
  }

  /** Keeps what changes from now on. To be called when no other server can be at work in this folder. */
  keep(server: Remembered): void {
    this.#file.begin(() => ({
      at: machineMoment(),
      ...server.kept(),
      show: this.#showOf(server.loadedShow),
    }));
  }

  changed(urgency: Urgency): void {
    this.#file.changed(urgency);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #showOf(loaded: LoadedShow | undefined): ServerState['show'] {
    const path = loaded && this.#paths.get(loaded.digest);
    return loaded && path !== undefined
      ? { path, digest: loaded.digest, durationS: loaded.durationS }
      : undefined;
  }
}
