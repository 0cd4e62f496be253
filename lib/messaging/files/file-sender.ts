/**
 * Sends files in chunks over one connection: asks where to begin, keeps within the budget, has the digest confirmed.
 * Knows the wire and the budget; no stream, no disk.
 */
import {
  CancelledError,
  DisconnectedError,
  errorCode,
  RefusedError,
  RemoteError,
  RequestTimeoutError,
} from '../../errors.js';
import type { Clock } from '../../time/clock.js';
import { every } from '../../time/clock.js';
import type { Kwargs } from '../message.js';
import type { BulkBudget, BulkPlace } from './bulk-budget.js';
import { digestOf } from './digest.js';
import type { FilePeer } from './file-peer.js';
import {
  abortAction,
  closeName,
  createChunkHead,
  type FileOffer,
  openName,
  readOpenAnswer,
} from './file-wire.js';
import { OutgoingTransfer } from './outgoing-transfer.js';

/** A receiver that acknowledges nothing for this long is given up, ms. */
const stallMs = 20_000;

export type FileSenderOptions = {
  readonly peer: FilePeer;
  readonly clock: Clock;
  readonly budget: BulkBudget;
  /** Never the same twice on one connection. */
  readonly createId: () => string;
};

export type SendChunksOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Told with each acknowledgement how many bytes the receiver holds, and how many there are. */
  readonly onProgress?: ((sentBytes: number, sizeBytes: number) => void) | undefined;
  /** SHA-256 of the content in hex, where it is known already. */
  readonly sha256?: string | undefined;
  /** Id under which the receiver expects it. */
  readonly transfer?: string | undefined;
};

/** A file that the receiver holds, and has verified. */
export type SentFile = {
  readonly bytes: number;
  readonly sha256: string;
  /** So much of it the receiver had already. */
  readonly resumedFromBytes: number;
  /** The receiver had this very file in its place: nothing was sent. */
  readonly isUnchanged: boolean;
};

type Job = { readonly offer: FileOffer; readonly content: Uint8Array; readonly options: SendChunksOptions };

type UnderWay = { readonly transfer: string; readonly place: BulkPlace; readonly running: Running };

type NextChunk = { readonly transfer: string; readonly state: OutgoingTransfer; readonly maxBytes: number };

/** A transfer from before its receiver is asked until it is over. */
type Running = {
  readonly filepath: string;
  /** Before the first chunk there is nothing to acknowledge. */
  acknowledge: (offset: unknown) => void;
  /** Rejects `ended`. */
  readonly fail: (error: Error) => void;
  /** Never resolves; rejects when the receiver gives up or the link is lost, also while it is still being asked. */
  readonly ended: Promise<never>;
};

export class FileSender {
  readonly #options: FileSenderOptions;
  readonly #running = new Map<string, Running>();

  constructor(options: FileSenderOptions) {
    this.#options = options;
  }

  /**
   * Sends a file; resolves when the receiver has verified it and put it in its place. The content is borrowed until then.
   * @throws DisconnectedError, CancelledError, RequestTimeoutError (nothing acknowledged for long), RemoteError with
   * the receiver's code, or RefusedError `busy` while a file is on its way to that path.
   */
  async send(filepath: string, content: Uint8Array, options: SendChunksOptions = {}): Promise<SentFile> {
    const sha256 = options.sha256 ?? (await digestOf(content));
    const job = { offer: { filepath, size: content.length, sha256 }, content, options };
    const progress = { resumedFromBytes: 0 };
    try {
      return await this.#attempt(job, progress);
    } catch (error) {
      // What the receiver had kept of an earlier attempt was not what it seemed: once more, from the beginning.
      if (errorCode(error) !== 'digest_differs' || progress.resumedFromBytes === 0) throw error;
      return this.#attempt(job, progress);
    }
  }

  /** An acknowledgement came. */
  acknowledged({ transfer, offset }: Kwargs): void {
    if (typeof transfer === 'string') this.#running.get(transfer)?.acknowledge(offset);
  }

  /** The receiver gave up. */
  aborted({ transfer, code, message }: Kwargs): void {
    if (typeof transfer !== 'string') return;
    const text = typeof message === 'string' ? message : 'the receiver gave no reason';
    this.#running
      .get(transfer)
      ?.fail(new RemoteError(openName, typeof code === 'string' ? code : 'unknown', text));
  }

  /** The link is lost: everything under way fails. */
  disconnected(reason: string): void {
    for (const { fail } of [...this.#running.values()])
      fail(new DisconnectedError(`the file has not arrived whole: ${reason}`));
  }

  async #attempt(job: Job, progress: { resumedFromBytes: number }): Promise<SentFile> {
    const { peer, budget, createId } = this.#options;
    const { offer, options } = job;
    const { signal, transfer = createId() } = options;
    const place = await budget.enter(signal);
    try {
      const running = this.#begin(transfer, offer.filepath);
      try {
        return await this.#run(job, progress, { transfer, place, running });
      } catch (error) {
        const given = { transfer, by: 'sender', code: errorCode(error), message: 'the sender gave up' };
        peer.act(abortAction, given);
        throw error;
      } finally {
        this.#running.delete(transfer);
      }
    } finally {
      place.leave();
    }
  }

  /** From now on it is known what is sent where: nobody asks for the same a second time. @throws RefusedError `busy`. */
  #begin(transfer: string, filepath: string): Running {
    const isTaken =
      this.#running.has(transfer) ||
      (filepath !== '' && [...this.#running.values()].some((other) => other.filepath === filepath));
    if (isTaken) throw new RefusedError('busy', `${filepath || transfer} is being sent already`);
    const { promise: ended, reject: fail } = settleable<never>();
    // It may fail before anybody waits for it.
    ended.catch(() => undefined);
    const running: Running = { filepath, acknowledge: () => undefined, fail, ended };
    this.#running.set(transfer, running);
    return running;
  }

  async #run(job: Job, progress: { resumedFromBytes: number }, under: UnderWay): Promise<SentFile> {
    const { peer } = this.#options;
    const { offer, options } = job;
    const { transfer, running } = under;
    const ask = (name: string, kwargs: Kwargs) =>
      Promise.race([peer.ask(name, kwargs, { signal: options.signal }), running.ended]);
    const { offset, isDone } = readOpenAnswer(await ask(openName, { ...offer, transfer }), offer.size);
    progress.resumedFromBytes = offset;
    const sent = { bytes: offer.size, sha256: offer.sha256, resumedFromBytes: offset };
    if (isDone) return { ...sent, isUnchanged: true };
    await this.#stream(job, offset, under);
    await ask(closeName, { transfer });
    return { ...sent, isUnchanged: false };
  }

  /** Resolves when all chunks are acknowledged. */
  #stream(job: Job, offset: number, { transfer, place, running }: UnderWay): Promise<void> {
    const { offer, options } = job;
    const { signal, onProgress } = options;
    const state = new OutgoingTransfer(offer.size, offset);
    const { promise, resolve, reject } = settleable<void>();
    const watch = watchProgress(this.#options.clock, () =>
      reject(new RequestTimeoutError('filechunk', stallMs)),
    );
    const onAbort = () => reject(new CancelledError(`sending ${offer.filepath}`));
    running.acknowledge = (acked) => {
      const added = state.acknowledge(acked);
      if (added === undefined) return;
      // Saying the same again is no progress.
      if (added > 0) watch.progressed();
      place.acknowledge(added);
      onProgress?.(state.ackedBytes, offer.size);
      if (state.isComplete) resolve();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    else if (state.isComplete) resolve();
    else place.start((maxBytes) => this.#sendNext(job, { transfer, state, maxBytes }));
    return Promise.race([promise, running.ended]).finally(() => {
      watch.stop();
      signal?.removeEventListener('abort', onAbort);
    });
  }

  /** Queues the next chunk; its size, 0 when all are on their way. */
  #sendNext({ content }: Job, { transfer, state, maxBytes }: NextChunk): number {
    const piece = state.next(maxBytes);
    if (!piece) return 0;
    const { offset, bytes } = piece;
    const head = createChunkHead(transfer, offset, bytes);
    const body = content.subarray(offset, offset + bytes);
    this.#options.peer.send({ head, body, lane: 'bulk', isOfLink: true });
    return bytes;
  }
}

function settleable<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onDone, onFailed) => {
    resolve = onDone;
    reject = onFailed;
  });
  return { promise, resolve, reject };
}

/** Calls `onStalled` once nothing has happened for `stallMs`. */
function watchProgress(clock: Clock, onStalled: () => void): { progressed(): void; stop(): void } {
  let lastMs = clock.monotonicMs();
  const stop = every(clock, stallMs / 10, () => {
    if (clock.monotonicMs() - lastMs >= stallMs) onStalled();
  });
  return {
    stop,
    progressed() {
      lastMs = clock.monotonicMs();
    },
  };
}
