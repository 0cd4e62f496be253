/** Loads one show after the other, each with its thread and its music. Knows the order of things; no format, no drone. */
import { RefusedError } from '../../../lib/errors.js';
import type { LoadedShow } from '../../snapshot.js';
import type { ShowOutline, StoredShow } from '../show-store.js';
import type { OpenedShow } from './show-worker.js';

export type ShowLoaderOptions = {
  readonly open: (path: string) => Promise<OpenedShow>;
  /** Hands the show to the server. @throws RefusedError while one is on. */
  readonly take: (show: StoredShow) => void;
  /** Why no show may be loaded now; undefined when one may. */
  readonly refusal: () => string | undefined;
  /** Never rejects. */
  readonly startMusic: (show: ShowOutline) => Promise<{ close(): Promise<void> }>;
};

/** A show takes the place of the one before as a whole, or not at all. */
export class ShowLoader {
  readonly #options: ShowLoaderOptions;
  /** What the loaded show keeps open: its thread first, then its music. */
  #closers: (() => Promise<void>)[] = [];
  #loading: string | undefined;
  #isClosed = false;

  constructor(options: ShowLoaderOptions) {
    this.#options = options;
  }

  /**
   * Opens the show at a path beside whatever goes on, and loads it.
   * @throws RefusedError while a show is on or another is loaded; ShowError, ConfigError for one that is wrong: the one
   * before stays.
   */
  async load(path: string): Promise<LoadedShow> {
    const refusal = this.#options.refusal();
    if (refusal !== undefined) throw new RefusedError('refused', refusal);
    if (this.#loading !== undefined)
      throw new RefusedError('refused', `${this.#loading} is being loaded: wait for it`);
    this.#loading = path;
    try {
      return await this.use(await this.#options.open(path));
    } finally {
      this.#loading = undefined;
    }
  }

  /** Loads a show that is open; it is closed with the loader, or at once when it is refused. @throws RefusedError */
  async use(opened: OpenedShow): Promise<LoadedShow> {
    const { take, startMusic } = this.#options;
    try {
      if (this.#isClosed) throw new RefusedError('refused', 'the server ends');
      take(opened.show);
    } catch (error) {
      await opened.close();
      throw error;
    }
    const before = this.#closers;
    const closers = [() => opened.close()];
    this.#closers = closers;
    await closeAll(before);
    const music = await startMusic(opened.show.show);
    closers.push(() => music.close());
    if (this.#isClosed) await music.close();
    return opened.show.loaded;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await closeAll(this.#closers);
  }
}

async function closeAll(closers: readonly (() => Promise<void>)[]): Promise<void> {
  for (const close of [...closers].reverse()) await close();
}
