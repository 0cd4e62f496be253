/**
 * Fetches the flight logs of each drone once it stands: one drone at a time, stopping at once when it arms, and again
 * later what failed. Knows drones by id through functions that it is given; no screen, no disk and no format.
 */
import { CancelledError, errorCode, errorText } from '../../lib/errors.js';
import { type Cancel, type Clock, every } from '../../lib/time/clock.js';
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

type Running = { readonly abort: AbortController; readonly done: Promise<void> };

export class FlightLogCollector {
  readonly #options: FlightLogCollectorOptions;
  readonly #watched = new Map<string, Watched>();
  #running: Running | undefined;
  #stopLooking: Cancel | undefined;

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
    this.#running?.abort.abort();
    await this.#running?.done;
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
    const abort = new AbortController();
    const done = this.#run(id, watched, abort.signal).finally(() => {
      this.#running = undefined;
    });
    this.#running = { abort, done };
  }

  /** Never rejects. */
  async #run(id: string, watched: Watched, signal: AbortSignal): Promise<void> {
    const { store, settings } = this.#options;
    try {
      const { isOpenLeft, leftWhy } = await fetchLogs({
        ...{ droneId: id, peer: watched.peer, store, limits: settings(), signal },
        shouldStop: () => this.#mustStop(id, watched),
        onFetched: (log) => this.#tellFetched(id, log),
      });
      watched.failures = 0;
      watched.isDone = !isOpenLeft;
      this.#pause(watched, firstPauseMs);
      this.#say(watched, leftWhy === undefined ? undefined : `${id}: flight log ${leftWhy}`);
    } catch (error) {
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
