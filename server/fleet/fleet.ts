/** The fleet's table: one record a drone, changed by events only. Knows no sockets, no time of its own, no screen. */
import type { CommandResult, DroneRecord } from './drone-record.js';
import { compareNatural } from './natural-order.js';
import { mergeTelemetry, type Telemetry } from './telemetry.js';

/** What happened to a drone; times are the server's `monotonicMs` unless the name says UTC. */
export type FleetEvent =
  | { readonly type: 'droneJoined'; readonly id: string; readonly address: string }
  /** Known to a server before this one, and not heard by this one yet. */
  | {
      readonly type: 'droneRestored';
      readonly id: string;
      readonly address: string;
      readonly isAnswering: boolean;
    }
  /** How far a file is on its way to a drone; `share` undefined: none is. */
  | { readonly type: 'uploadProgressed'; readonly id: string; readonly share: number | undefined }
  /** Nothing was heard of a connected drone for too long. */
  | { readonly type: 'droneSilent'; readonly id: string }
  | {
      readonly type: 'droneIntroduced';
      readonly id: string;
      readonly software: string | undefined;
      readonly isAnswering: boolean;
    }
  | {
      readonly type: 'telemetryReceived';
      readonly id: string;
      readonly value: unknown;
      readonly atMs: number;
      readonly utcMs: number;
    }
  | {
      readonly type: 'linkMeasured';
      readonly id: string;
      readonly latencyMs: number | undefined;
      readonly offsetMs: number | undefined;
    }
  | { readonly type: 'droneLost'; readonly id: string; readonly reason: string }
  | { readonly type: 'droneRemoved'; readonly id: string }
  | { readonly type: 'commandStarted'; readonly ids: readonly string[]; readonly action: string }
  | {
      readonly type: 'commandEnded';
      readonly action: string;
      readonly result: CommandResult;
      readonly atMs: number;
    };

/** Holds the records. `apply` is the only way to change one; records themselves are immutable. */
export class Fleet {
  readonly #records = new Map<string, DroneRecord>();
  /** Every id in natural order, until one comes or goes. */
  #order: readonly string[] | undefined;
  #nextJoinOrder = 0;

  get(id: string): DroneRecord | undefined {
    return this.#records.get(id);
  }

  get size(): number {
    return this.#records.size;
  }

  /** All records in natural order of their ids. */
  list(): DroneRecord[] {
    this.#order ??= [...this.#records.keys()].sort(compareNatural);
    return this.#order.flatMap((id) => this.#records.get(id) ?? []);
  }

  apply(event: FleetEvent): void {
    switch (event.type) {
      case 'droneJoined':
        this.#join(event.id, event.address);
        break;
      case 'droneRestored':
        this.#restore(event);
        break;
      case 'droneRemoved':
        this.#records.delete(event.id);
        this.#order = undefined;
        break;
      case 'commandStarted':
        for (const id of event.ids) this.#change(id, (record) => ({ ...record, busyWith: event.action }));
        break;
      case 'commandEnded':
        this.#change(event.result.id, (record) => withOutcome(record, event));
        break;
      default:
        this.#change(event.id, (record) => changed(record, event));
    }
  }

  #join(id: string, address: string): void {
    const known = this.#records.get(id);
    if (!known) this.#order = undefined;
    this.#records.set(id, {
      ...unheard,
      ...{ id, address, isConnected: true },
      joinOrder: known?.joinOrder ?? this.#nextJoinOrder++,
      telemetry: withoutProof(known?.telemetry ?? {}),
      lastOutcome: known?.lastOutcome,
      recentOutcomes: known?.recentOutcomes,
    });
  }

  #restore({ id, address, isAnswering }: FleetEvent & { type: 'droneRestored' }): void {
    if (this.#records.has(id)) return;
    this.#order = undefined;
    const joinOrder = this.#nextJoinOrder++;
    const lostReason = 'not seen since the server was started';
    this.#records.set(id, { ...unheard, id, address, isAnswering, joinOrder, lostReason });
  }

  #change(id: string, change: (record: DroneRecord) => DroneRecord): void {
    const record = this.#records.get(id);
    if (record) this.#records.set(id, change(record));
  }
}

/** A drone that has not said anything yet. */
const unheard = {
  isConnected: false,
  lostReason: undefined,
  isAnswering: false,
  software: undefined,
  telemetry: {},
  telemetryAtMs: undefined,
  isSilent: false,
  timeDeltaS: undefined,
  latencyMs: undefined,
  offsetMs: undefined,
  busyWith: undefined,
  lastOutcome: undefined,
} as const;

type RecordEvent = Extract<
  FleetEvent,
  {
    type:
      | 'droneIntroduced'
      | 'telemetryReceived'
      | 'linkMeasured'
      | 'droneSilent'
      | 'droneLost'
      | 'uploadProgressed';
  }
>;

function changed(record: DroneRecord, event: RecordEvent): DroneRecord {
  switch (event.type) {
    case 'droneIntroduced':
      return { ...record, software: event.software, isAnswering: event.isAnswering };
    case 'telemetryReceived':
      return withTelemetry(record, event);
    case 'linkMeasured':
      return { ...record, latencyMs: event.latencyMs, offsetMs: event.offsetMs };
    case 'uploadProgressed':
      return { ...record, uploadShare: event.share };
    case 'droneSilent':
      return { ...record, isSilent: record.isConnected };
    case 'droneLost':
      return {
        ...record,
        isConnected: false,
        isSilent: false,
        lostReason: event.reason,
        latencyMs: undefined,
      };
  }
}

/** What proves a show is of one connection only: another client under the same id may know nothing of it. */
function withoutProof({
  show_digest: _,
  authorization: __,
  animation_info: ___,
  start: ____,
  ...others
}: Telemetry): Telemetry {
  return others;
}

function withTelemetry(record: DroneRecord, event: FleetEvent & { type: 'telemetryReceived' }): DroneRecord {
  const telemetry = mergeTelemetry(record.telemetry, event.value);
  if (!telemetry) return record;
  const droneS = telemetry.time_delta;
  const timeDeltaS = typeof droneS === 'number' ? droneS - event.utcMs / 1000 : record.timeDeltaS;
  return { ...record, telemetry, telemetryAtMs: event.atMs, isSilent: false, timeDeltaS };
}

/** Commands of a drone whose ends are kept. */
const maxRecentOutcomes = 20;

function withOutcome(record: DroneRecord, event: FleetEvent & { type: 'commandEnded' }): DroneRecord {
  const isStillBusy = record.busyWith !== event.action;
  const outcome = { action: event.action, result: event.result, atMs: event.atMs };
  return {
    ...record,
    busyWith: isStillBusy ? record.busyWith : undefined,
    lastOutcome: outcome,
    recentOutcomes: [...(record.recentOutcomes ?? []), outcome].slice(-maxRecentOutcomes),
  };
}
