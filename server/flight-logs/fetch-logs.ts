/**
 * Brings the flight logs of one drone over that the archive does not have. Knows a peer and a store; not when it is time
 * for it, and nothing of what is in a log but how it begins and ends.
 */
import { MCAP_MAGIC } from '@mcap/core';
import { RefusedError } from '../../lib/errors.js';
import type { BulkBudget, Json, RequestOptions } from '../../lib/messaging/index.js';
import { fetchParts } from './fetch-parts.js';
import type { FlightLogStore, IncomingLog } from './flight-log-store.js';
import { type RemoteLog, readRemoteLogs, secondName } from './remote-logs.js';
import type { ArchiveLimits } from './settings.js';

/** A connection, as far as it is needed here. */
export interface FlightLogPeer {
  hasFeature(feature: string): boolean;
  getResponse(name: string, options: RequestOptions): Promise<Json>;
  /** Asks for something that is answered by bytes. */
  getBytes(name: string, options: RequestOptions): Promise<Uint8Array>;
}

/** How long one answer may take, ms: over a bad link a part takes seconds. */
const partTimeoutMs = 15_000;

export type FetchJob = {
  readonly droneId: string;
  readonly peer: FlightLogPeer;
  readonly store: FlightLogStore;
  readonly limits: ArchiveLimits;
  /** All that is on its way to and from drones: parts are asked for as there is room among the files. */
  readonly budget: BulkBudget;
  /** Asked before each part: true ends the fetching, and no answer is left unheard. */
  readonly shouldStop: () => boolean;
  /** Ends it in the middle of a part. */
  readonly signal: AbortSignal;
  readonly onFetched: (log: RemoteLog) => void;
};

export type FetchOutcome = {
  /** A log is still being written: it is worth asking again. */
  readonly isOpenLeft: boolean;
  /** Why logs stayed on the drone, for people; undefined when none did. */
  readonly leftWhy: string | undefined;
};

/**
 * Fetches one log after the other, the newest first.
 * @throws CancelledError when it is told to stop; the peer's and the store's errors; RefusedError `bad_answer` for a
 * drone that gives other bytes than it promised.
 */
export async function fetchLogs(job: FetchJob): Promise<FetchOutcome> {
  const { peer, store, droneId, signal } = job;
  const answer = await peer.getResponse('flight_logs', { lane: 'bulk', signal, timeoutMs: partTimeoutMs });
  const logs = readRemoteLogs(answer);
  const held = new Map(await store.list(droneId));
  const room = new Room(job.limits, held, await store.totalBytes());
  for (const log of logs) {
    if (log.isOpen || log.bytes === 0 || isHeld(held, log) || !room.takes(log)) continue;
    const name = held.has(log.name) ? secondName(log) : log.name;
    await fetchLog(job, log, name);
    held.set(name, log.bytes);
    job.onFetched(log);
  }
  return { isOpenLeft: logs.some(({ isOpen }) => isOpen), leftWhy: room.leftWhy };
}

function isHeld(held: ReadonlyMap<string, number>, log: RemoteLog): boolean {
  return held.get(log.name) === log.bytes || held.has(secondName(log));
}

async function fetchLog(job: FetchJob, log: RemoteLog, name: string): Promise<void> {
  const incoming = await job.store.begin(job.droneId, name);
  try {
    await receive(job, log, incoming);
    await incoming.commit();
  } finally {
    await incoming.abandon();
  }
}

async function receive(job: FetchJob, log: RemoteLog, incoming: IncomingLog): Promise<void> {
  const { peer, signal, shouldStop, budget } = job;
  const { name, bytes, isComplete } = log;
  let last: Uint8Array = new Uint8Array(0);
  await fetchParts({
    ...{ bytes, budget, signal, shouldStop },
    ask: (part, partSignal) =>
      peer.getBytes('flight_log_part', {
        ...{ kwargs: { name, ...part }, signal: partSignal, timeoutMs: partTimeoutMs, lane: 'bulk' },
      }),
    async take(part, { offset, length }) {
      if (part.length !== length) throw bad(log, `of ${length} bytes at ${offset} it gave ${part.length}`);
      if (offset === 0 && !isMagic(part.subarray(0, MCAP_MAGIC.length))) throw bad(log, 'it is no MCAP file');
      await incoming.append(part);
      last = part.length >= MCAP_MAGIC.length ? part : joined(last, part);
    },
  });
  if (isComplete && !isMagic(last.subarray(-MCAP_MAGIC.length)))
    throw bad(log, 'it is said to be complete, and its end is missing');
}

function isMagic(bytes: Uint8Array): boolean {
  return bytes.length === MCAP_MAGIC.length && MCAP_MAGIC.every((byte, place) => bytes[place] === byte);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

function bad({ name }: RemoteLog, why: string): RefusedError {
  return new RefusedError('bad_answer', `flight log ${name}: ${why}`);
}

/** How much still fits under the limits. */
class Room {
  readonly #limits: ArchiveLimits;
  #droneBytes: number;
  #totalBytes: number;
  #leftWhy: string | undefined;

  constructor(limits: ArchiveLimits, held: ReadonlyMap<string, number>, totalBytes: number) {
    this.#limits = limits;
    this.#droneBytes = [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.#totalBytes = totalBytes;
  }

  get leftWhy(): string | undefined {
    return this.#leftWhy;
  }

  /** Counts a log in, unless a limit says no. */
  takes({ name, bytes }: RemoteLog): boolean {
    const limit = this.#limitAgainst(bytes);
    if (limit !== undefined) {
      this.#leftWhy ??= `${name} (${(bytes / 1e6).toFixed(1)} MB) stays on the drone: ${limit}`;
      return false;
    }
    this.#droneBytes += bytes;
    this.#totalBytes += bytes;
    return true;
  }

  #limitAgainst(bytes: number): string | undefined {
    const { maxFileBytes, maxDroneBytes, maxTotalBytes } = this.#limits;
    const away = 'move old logs away, or raise';
    if (bytes > maxFileBytes) return 'larger than [FLIGHT LOGS] max_file';
    if (this.#droneBytes + bytes > maxDroneBytes) return `${away} [FLIGHT LOGS] max_drone`;
    if (this.#totalBytes + bytes > maxTotalBytes) return `${away} [FLIGHT LOGS] max_total`;
    return undefined;
  }
}
