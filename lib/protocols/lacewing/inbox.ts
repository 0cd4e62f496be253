/** What has come for a Lacewing client's user and was not taken yet. Knows no stream. */
import { CancelledError, RequestTimeoutError } from '../../errors.js';
import type { Cancel, Clock } from '../../time/clock.js';
import type { LacewingClientEvent } from './client-events.js';

type EventType = LacewingClientEvent['type'];
export type EventOf<Type extends EventType> = Extract<LacewingClientEvent, { readonly type: Type }>;

export type ReceiveOptions<Type extends EventType> = {
  /** Absent: waits as long as the connection lasts. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Takes only those for which this is true. */
  readonly where?: (event: EventOf<Type>) => boolean;
};

type Waiting = {
  readonly matches: (event: LacewingClientEvent) => boolean;
  readonly resolve: (event: LacewingClientEvent) => void;
  readonly reject: (error: Error) => void;
};

/** The most that is kept for a user who takes nothing. */
const maxKept = 1024;
const maxKeptBytes = 16 * 1024 * 1024;

/** An event goes to the listeners of its type; without one, to whoever receives, or is kept until then. */
export class Inbox {
  readonly #clock: Clock;
  readonly #listeners = new Map<EventType, Set<(event: LacewingClientEvent) => void>>();
  readonly #waiting = new Set<Waiting>();
  readonly #kept = new Set<LacewingClientEvent>();
  #keptBytes = 0;
  #missed = 0;
  #end: Error | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many events were let go, the oldest first, because nobody took them. */
  get missed(): number {
    return this.#missed;
  }

  put(event: LacewingClientEvent): void {
    const listeners = this.#listeners.get(event.type);
    for (const listener of [...(listeners ?? [])]) listener(event);
    const taker = [...this.#waiting].find((waiting) => waiting.matches(event));
    if (taker) taker.resolve(event);
    else if (!listeners?.size) this.#keep(event);
  }

  on<Type extends EventType>(type: Type, listener: (event: EventOf<Type>) => void): Cancel {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    const entry = (event: LacewingClientEvent) => listener(event as EventOf<Type>);
    listeners.add(entry);
    return () => {
      listeners.delete(entry);
    };
  }

  /** The oldest event of that type that is kept, or the next. Rejects as `LacewingClient.receive` says. */
  async receive<Type extends EventType>(
    type: Type,
    { timeoutMs, signal, where }: ReceiveOptions<Type> = {},
  ): Promise<EventOf<Type>> {
    if (signal?.aborted) throw new CancelledError(`receive ${type}`);
    const matches = (event: LacewingClientEvent): event is EventOf<Type> =>
      event.type === type && (!where || where(event as EventOf<Type>));
    const kept = [...this.#kept].find(matches);
    if (kept) return this.#takeOut(kept);
    if (this.#end) throw this.#end;
    const options = { ...(timeoutMs !== undefined && { timeoutMs }), ...(signal && { signal }) };
    return (await this.#wait(`receive ${type}`, matches, options)) as EventOf<Type>;
  }

  /** Nothing comes any more: who waits is told `error`, and whoever receives later, once what is kept is taken. */
  end(error: Error): void {
    this.#end = error;
    for (const waiting of this.#waiting) waiting.reject(error);
  }

  #wait(
    what: string,
    matches: Waiting['matches'],
    { timeoutMs, signal }: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<LacewingClientEvent> {
    return new Promise((resolve, reject) => {
      const finish = () => {
        cancelTimeout();
        signal?.removeEventListener('abort', onAbort);
        this.#waiting.delete(waiting);
      };
      const waiting: Waiting = {
        matches,
        resolve: (event) => {
          finish();
          resolve(event);
        },
        reject: (error) => {
          finish();
          reject(error);
        },
      };
      const onAbort = () => waiting.reject(new CancelledError(what));
      const cancelTimeout =
        timeoutMs === undefined
          ? () => undefined
          : this.#clock.after(timeoutMs, () => waiting.reject(new RequestTimeoutError(what, timeoutMs)));
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(waiting);
    });
  }

  #keep(event: LacewingClientEvent): void {
    this.#kept.add(event);
    this.#keptBytes += bytesOf(event);
    for (const oldest of this.#kept) {
      if (this.#kept.size <= maxKept && this.#keptBytes <= maxKeptBytes) return;
      this.#takeOut(oldest);
      this.#missed++;
    }
  }

  #takeOut<Event extends LacewingClientEvent>(event: Event): Event {
    this.#kept.delete(event);
    this.#keptBytes -= bytesOf(event);
    return event;
  }
}

function bytesOf(event: LacewingClientEvent): number {
  return 'content' in event ? event.content.data.length : 0;
}
