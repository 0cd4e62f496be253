/**
 * Requests that wait for their answer. Each settles exactly once: by its answer, an error, time, its caller, or the link.
 * Knows names, ids and time; no stream, no frames.
 */
import { CancelledError, DisconnectedError, RemoteError, RequestTimeoutError } from '../../errors.js';
import type { Cancel, Clock } from '../../time/clock.js';
import type { ErrorResponseMessage, FileResponseMessage, ResponseMessage } from '../message.js';
import type { OutgoingFrame } from './outgoing-lanes.js';

/** Timers can not be set for longer than this, ms; a longer wait has no end. Source: Node, 32-bit signed ms. */
const longestTimerMs = 2 ** 31 - 1;

export type PendingRequest = {
  readonly id: string;
  readonly name: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Whether it waits on, and is sent again, when the link is lost and found. */
  readonly isKept: boolean;
  /** The frame, for sending it again. */
  readonly frame: OutgoingFrame;
  readonly resolve: (answer: ResponseMessage | FileResponseMessage) => void;
  readonly reject: (error: Error) => void;
};

type Entry = { readonly request: PendingRequest; readonly release: () => void };

export class PendingRequests {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many wait. */
  get size(): number {
    return this.#entries.size;
  }

  /** Takes a request up; its time runs from now. @throws CancelledError when its caller has withdrawn it already. */
  add(request: PendingRequest): void {
    const { id, name, timeoutMs, signal } = request;
    if (signal?.aborted) throw new CancelledError(name);
    const cancelTimer: Cancel | undefined =
      timeoutMs > longestTimerMs
        ? undefined
        : this.#clock.after(timeoutMs, () => this.#reject(id, new RequestTimeoutError(name, timeoutMs)));
    const onAbort = () => this.#reject(id, new CancelledError(name));
    signal?.addEventListener('abort', onAbort, { once: true });
    const release = () => {
      cancelTimer?.();
      signal?.removeEventListener('abort', onAbort);
    };
    this.#entries.set(id, { request, release });
  }

  /** Settles the request that this answers; otherwise says why it answers none. */
  answer(message: ResponseMessage | FileResponseMessage | ErrorResponseMessage): string | undefined {
    const { id, name } = message;
    const entry = this.#entries.get(id);
    if (!entry) return `an answer to "${name}" that nobody waits for (id ${id.slice(0, 40)})`;
    if (entry.request.name !== name)
      return `an answer to "${name}" where "${entry.request.name}" was asked (id ${id.slice(0, 40)})`;
    this.#remove(id, entry);
    if (message.type === 'errorResponse')
      entry.request.reject(new RemoteError(name, message.code, message.message));
    else entry.request.resolve(message);
    return undefined;
  }

  /** The link is lost: every request that is not kept fails. */
  disconnected(reason: string): void {
    for (const { request } of [...this.#entries.values()])
      if (!request.isKept) this.#reject(request.id, lost(request, reason));
  }

  /** The end: every request fails. */
  failAll(reason: string): void {
    for (const { request } of [...this.#entries.values()]) this.#reject(request.id, lost(request, reason));
  }

  /** The frames that must be sent again after a reconnect, oldest first. */
  unansweredFrames(): OutgoingFrame[] {
    return [...this.#entries.values()].map(({ request }) => request.frame);
  }

  #reject(id: string, error: Error): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#remove(id, entry);
    entry.request.reject(error);
  }

  #remove(id: string, entry: Entry): void {
    this.#entries.delete(id);
    entry.release();
  }
}

function lost(request: PendingRequest, reason: string): DisconnectedError {
  return new DisconnectedError(`no answer to "${request.name}": ${reason}`);
}
