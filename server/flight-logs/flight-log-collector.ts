/**
 * Fetches the flight logs of each drone once it stands: one drone at a time, stopping at once when it arms, and again
 * later what failed. Knows drones by id through functions that it is given; no screen, no disk and no format.
 */
import { CancelledError, errorCode, errorText } from '../../lib/errors.js';
import type { BulkBudget } from '../../lib/messaging/index.js';
import { type Cancel, type Clock, every } from '../../lib/time/clock.js';
import { failure, type Outcome } from '../show-control/send-command.js';
import type { LogLine } from '../snapshot.js';
import { type FlightLogPeer, fetchLogs } from './fetch-logs.js';
import type { FlightLogStore } from './flight-log-store.js';
import type { RemoteLog } from './remote-logs.js';
import type { FlightLogsSettings } from './settings.js';

/** How often the drones are looked at, ms. */
const lookMs = 500;

/** The pause after a failure, ms: doubled each time up to the longest. */
const firstPauseMs = 5000;
const longestPauseMs = 300_000;

export type FlightLogCollectorOptions = {
  readonly clock: Clock;
  readonly store: FlightLogStore;
  /** What files and logs share. */
  readonly budget: BulkBudget;
  readonly settings: () => FlightLogsSettings;
  /** Every drone that is connected. */
  readonly ids: () => Iterable<string>;
  /** The connection of a drone that is connected; another object for every new one. */
  readonly connection: (id: string) => FlightLogPeer | undefined;
  /** Armed, by its last word. */
  readonly isArmed: (id: string) => boolean;
  /** The network belongs to something else, such as a show that runs: nothing is fetched meanwhile. */
  readonly isBusy?: () => boolean;
  readonly log: (level: LogLine['level'], text: string) => void;
};

/** What is remembered of one connection of one drone. */
type Watched = {
  readonly peer: FlightLogPeer;
  /** Since when it stands, monotonic ms. */
  quietMs: number;
  /** Nothing is left to fetch before it has flown again. */
  isDone: boolean;
  notBeforeMs: number;
  failures: number;
  /** What was said of it last, so that it is not said again and again. */
  said: string | undefined;
};

/** How the fetching from one drone ended. */
type Ended = { readonly fetched: number; readonly leftWhy?: string | undefined; readonly error?: unknown };

type Run = { readonly signal: AbortSignal; readonly onEnded: (ended: Ended) => void };

type Running = { readonly abort: AbortController; readonly done: Promise<void> };

export class FlightLogCollector {
  readonly #options: FlightLogCollectorOptions;
  readonly #watched = new Map<string, Watched>();
  #running: Running | undefined;
  #stopLooking: Cancel | undefined;
  #isClosed = false;

  constructor(options: FlightLogCollectorOptions) {
    this.#options = options;
  }

  /** Begins to look; without effect where the configuration says no. */
  start(): void {
    const { clock, settings } = this.#options;
    if (this.#stopLooking || !settings().isFetching) return;
    this.#stopLooking = every(clock, lookMs, () => this.#look());
  }

  /** Stops; resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#stopLooking?.();
    this.#stopLooking = undefined;
    this.#isClosed = true;
    this.#running?.abort.abort();
    await this.#running?.done;
  }

  /**
   * Fetches what one drone has and the archive has not, as soon as nothing else is being fetched, also where the
   * configuration says no. Never rejects.
   */
  async fetchNow(id: string): Promise<Outcome> {
    while (this.#running) await this.#running.done;
    if (this.#isClosed) return { ok: false, code: 'unreachable', message: 'the server ends' };
    const { isBusy, connection } = this.#options;
    if (isBusy?.() === true)
      return { ok: false, code: 'refused', message: 'a show is on: its network is not shared' };
    this.#watch(id);
    const watched = this.#watched.get(id);
    if (!watched) return { ok: false, code: 'unreachable', message: 'not connected' };
    if (connection(id)?.hasFeature('errors') !== true) return noLogs;
    const outcome: { value: Outcome } = { value: noLogs };
    await this.#begin(id, watched, (ended) => {
      outcome.value = outcomeOf(ended);
    });
    return outcome.value;
  }

  /** Resolves when what is being fetched now has ended; at once when nothing is. */
  async settled(): Promise<void> {
    await this.#running?.done;
  }

  #look(): void {
    const { ids, isBusy } = this.#options;
    const present = new Set(ids());
    for (const id of this.#watched.keys()) if (!present.has(id)) this.#watched.delete(id);
    for (const id of present) this.#watch(id);
    if (!this.#running && isBusy?.() !== true) this.#runNext();
  }

  /** Whether what is being fetched from a drone must wait: it arms, or the network is needed. */
  #mustStop(id: string, { peer }: Watched): boolean {
    const { isArmed, isBusy, connection } = this.#options;
    return isArmed(id) || isBusy?.() === true || connection(id) !== peer;
  }

  #watch(id: string): void {
    const { connection, clock, isArmed } = this.#options;
    const peer = connection(id);
    const nowMs = clock.monotonicMs();
    const known = this.#watched.get(id);
    if (!peer) this.#watched.delete(id);
    else if (known?.peer !== peer) {
      const fresh = { isDone: false, notBeforeMs: nowMs, failures: 0, said: known?.said };
      this.#watched.set(id, { ...fresh, peer, quietMs: nowMs });
    } else if (isArmed(id)) {
      known.quietMs = nowMs;
      known.isDone = false;
    }
  }

  /** The drone that has stood longest, of those whose time has come. */
  #runNext(): void {
    const { clock, settings } = this.#options;
    const nowMs = clock.monotonicMs();
    const { settleMs } = settings();
    const [next] = [...this.#watched]
      .filter(([, { peer, isDone, quietMs, notBeforeMs }]) => {
        return !isDone && peer.hasFeature('errors') && nowMs >= Math.max(quietMs + settleMs, notBeforeMs);
      })
      .sort(([, a], [, b]) => a.notBeforeMs - b.notBeforeMs || a.quietMs - b.quietMs);
    if (!next) return;
    const [id, watched] = next;
    void this.#begin(id, watched, () => undefined);
  }

  #begin(id: string, watched: Watched, onEnded: (ended: Ended) => void): Promise<void> {
    const abort = new AbortController();
    const done = this.#run(id, watched, { signal: abort.signal, onEnded }).finally(() => {
      this.#running = undefined;
    });
    this.#running = { abort, done };
    return done;
  }

  /** Never rejects. */
  async #run(id: string, watched: Watched, { signal, onEnded }: Run): Promise<void> {
    const { store, settings, budget } = this.#options;
    let fetched = 0;
    try {
      const { isOpenLeft, leftWhy } = await fetchLogs({
        ...{ droneId: id, peer: watched.peer, store, budget, limits: settings(), signal },
        shouldStop: () => this.#mustStop(id, watched),
        onFetched: (log) => {
          fetched += 1;
          this.#tellFetched(id, log);
        },
      });
      watched.failures = 0;
      watched.isDone = !isOpenLeft;
      this.#pause(watched, firstPauseMs);
      this.#say(watched, leftWhy === undefined ? undefined : `${id}: flight log ${leftWhy}`);
      onEnded({ fetched, leftWhy });
    } catch (error) {
      onEnded({ fetched, error });
      this.#onFailed(id, watched, error);
    }
  }

  #onFailed(id: string, watched: Watched, error: unknown): void {
    if (error instanceof CancelledError || errorCode(error) === 'armed') {
      this.#pause(watched, this.#options.settings().settleMs);
      return;
    }
    if (errorCode(error) === 'unknown_request') {
      watched.isDone = true;
      return;
    }
    this.#pause(watched, Math.min(longestPauseMs, firstPauseMs * 2 ** watched.failures));
    watched.failures += 1;
    if (errorCode(error) === 'disconnected') return;
    this.#say(watched, `${id}: flight logs could not be fetched, tried again later: ${errorText(error)}`);
  }

  #pause(watched: Watched, pauseMs: number): void {
    watched.notBeforeMs = this.#options.clock.monotonicMs() + pauseMs;
  }

  #tellFetched(id: string, { name, bytes, isComplete }: RemoteLog): void {
    const end = isComplete ? '' : '; it was cut off, and is readable up to its last second';
    this.#options.log('info', `${id}: flight log ${name} fetched (${(bytes / 1e6).toFixed(1)} MB)${end}`);
  }

  #say(watched: Watched, text: string | undefined): void {
    if (text !== undefined && text !== watched.said) this.#options.log('warning', text);
    watched.said = text;
  }
}

const noLogs: Outcome = { ok: false, code: 'not_supported', message: 'it keeps no flight logs' };

function outcomeOf({ fetched, leftWhy, error }: Ended): Outcome {
  const had = fetched === 1 ? '1 flight log fetched' : `${fetched} flight logs fetched`;
  if (error instanceof CancelledError) {
    const message = `${had}, then it was armed, or a show began: the rest comes later`;
    return { ok: false, code: 'armed', message };
  }
  if (error !== undefined) {
    if (errorCode(error) === 'unknown_request') return noLogs;
    const outcome = failure(error);
    return { ...outcome, message: `${had}, then: ${outcome.message ?? errorText(error)}` };
  }
  if (leftWhy !== undefined) return { ok: false, code: 'no_room', message: `${had}; ${leftWhy}` };
  if (fetched === 0) return { ok: true, code: 'unchanged', message: 'all of its flight logs are here' };
  return { ok: true, message: had };
}
