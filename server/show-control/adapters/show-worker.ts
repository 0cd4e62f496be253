/** Opens a show in a thread of its own, so that the server goes on meanwhile. Knows threads; what a show is, others know. */
import { Worker } from 'node:worker_threads';
import { ConfigError, ShowError, StarlingError, UsageError } from '../../../lib/errors.js';
import type { StoredShow } from '../show-store.js';
import type { ShowAnswer, ShowRequest, ShowWork } from './show-worker-entry.js';

/** A show that a thread keeps. */
export type OpenedShow = {
  readonly show: StoredShow;
  /** Ends the thread: no animation can be had from then on. */
  close(): Promise<void>;
};

/**
 * The show at a path, judged, with its parts. Its thread stays until it is closed; a process need not wait for it to end.
 * @throws ShowError, ConfigError, UsageError as `openShow` and `readLimits`; ShowError when the thread dies, of too
 * little memory for instance.
 */
export async function openShowInWorker(work: ShowWork): Promise<OpenedShow> {
  const thread = new ShowThread(work.path);
  try {
    const answer = await thread.ask((id) => ({ id, kind: 'open', work }));
    if (answer.kind !== 'opened') throw new Error(`the thread of shows answered ${answer.kind}`);
    return {
      show: { ...answer.judged, animation: (slot) => animationFrom(thread, slot) },
      close: () => thread.close(),
    };
  } catch (error) {
    await thread.close();
    throw error;
  }
}

async function animationFrom(thread: ShowThread, slot: string): Promise<Uint8Array | undefined> {
  const answer = await thread.ask((id) => ({ id, kind: 'animation', slot }));
  return answer.kind === 'animation' ? answer.file : undefined;
}

type Waiting = { readonly resolve: (answer: ShowAnswer) => void; readonly reject: (error: Error) => void };

/** Every question is answered once: by the thread, or by its end. */
class ShowThread {
  readonly #worker: Worker;
  readonly #path: string;
  readonly #waiting = new Map<number, Waiting>();
  #requests = 0;
  #end: ShowError | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#worker = new Worker(new URL('./show-worker-entry.js', import.meta.url), { name: 'show' });
    this.#worker.on('message', (answer: ShowAnswer) => this.#take(answer));
    this.#worker.on('messageerror', (error) => this.#ended(error.message));
    this.#worker.on('error', (error) => this.#ended(error.message));
    this.#worker.on('exit', (code) => this.#ended(`it ended with ${code}`));
  }

  ask(make: (id: number) => ShowRequest): Promise<ShowAnswer> {
    const id = ++this.#requests;
    return new Promise((resolve, reject) => {
      if (this.#end) {
        reject(this.#end);
        return;
      }
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(make(id));
    });
  }

  async close(): Promise<void> {
    this.#ended('it was closed');
    await this.#worker.terminate();
  }

  #take(answer: ShowAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (answer.kind === 'failed') waiting?.reject(errorOf(answer));
    else waiting?.resolve(answer);
  }

  #ended(why: string): void {
    this.#end ??= new ShowError(
      `${this.#path}: the thread that holds the show has failed (${why}): load it again`,
    );
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
  }
}

/** Errors cross as data; the classes by which callers tell them are given back here. */
function errorOf({ code, message, stack }: Extract<ShowAnswer, { kind: 'failed' }>): Error {
  if (code === 'bad_show') return new ShowError(message);
  if (code === 'bad_config') return new ConfigError(message);
  if (code === 'usage') return new UsageError(message);
  const error = code === 'internal' ? new Error(message) : new StarlingError(code, message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
