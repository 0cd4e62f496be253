/** Events of drones for one reader: what each drone says, what it is to the server, how its commands ended. Pure. */
import type { PushedEvent } from '../../../lib/protocols/tpp/control-protocol.js';
import type { Outcome } from '../../fleet/drone-record.js';
import type { DroneView, ServerSnapshot } from '../../snapshot.js';
import type { EventBody, EventReader, EventSource } from './event-feed.js';

/** What is told of a drone when that has changed. */
type Told = {
  /** Told again when it is another; undefined: there is nothing to tell yet. */
  readonly keyOf: (view: DroneView) => unknown;
  readonly bodyOf: (view: DroneView) => EventBody;
};

/** The newest of each drone; begins with what is known. */
class NewestOfDrones implements EventSource {
  readonly #reader: EventReader;
  readonly #what: Told;
  readonly #told = new Map<string, unknown>();
  #begin = 0;

  constructor(reader: EventReader, what: Told) {
    this.#reader = reader;
    this.#what = what;
  }

  *news({ drones }: ServerSnapshot): Generator<EventBody> {
    forgetAllBut(drones, this.#told);
    // Where a slow reader had to stop: the drones behind that have waited longer than those before it.
    const begin = this.#begin < drones.length ? this.#begin : 0;
    for (const [index, view] of [...drones.slice(begin), ...drones.slice(0, begin)].entries()) {
      const { id } = view.record;
      const key = this.#what.keyOf(view);
      if (key === undefined || this.#told.get(id) === key || !this.#reader.wants(id)) continue;
      this.#told.set(id, key);
      this.#begin = begin + index + 1;
      yield this.#what.bodyOf(view);
    }
    this.#begin = 0;
  }

  close(): void {
    this.#told.clear();
  }
}

/** `bodyOf` differs with the action that was asked for. */
export function telemetryOf(bodyOf: Told['bodyOf']): (reader: EventReader) => EventSource {
  const keyOf = ({ record }: DroneView) =>
    record.telemetryAtMs === undefined ? undefined : record.telemetry;
  return (reader) => new NewestOfDrones(reader, { keyOf, bodyOf });
}

export function openDrones(reader: EventReader): EventSource {
  const bodyOf = ({ record, isReady, isArmed, slot, proof }: DroneView): PushedEvent => ({
    ...{ event_type: 'drone', id: record.id, connected: record.isConnected, ready: isReady, armed: isArmed },
    ...{ slot: slot ?? null, proof },
  });
  return new NewestOfDrones(reader, { bodyOf, keyOf: (view) => JSON.stringify(bodyOf(view)) });
}

/** The commands that have ended since the reader came; of those that ended long ago no more is known. */
class NewResults implements EventSource {
  readonly #reader: EventReader;
  readonly #told = new Map<string, Outcome | undefined>();

  constructor(reader: EventReader) {
    this.#reader = reader;
    for (const { record } of reader.first.drones) this.#told.set(record.id, outcomesOf(record).at(-1));
  }

  *news({ drones, utcMs, monotonicMs }: ServerSnapshot): Generator<EventBody> {
    forgetAllBut(drones, this.#told);
    for (const { record } of drones) {
      const { id } = record;
      if (!this.#reader.wants(id)) continue;
      const outcomes = outcomesOf(record);
      const told = this.#told.get(id);
      for (const outcome of outcomes.slice(told ? outcomes.lastIndexOf(told) + 1 : 0)) {
        this.#told.set(id, outcome);
        const { ok, code, message } = outcome.result;
        const at = new Date(utcMs - (monotonicMs - outcome.atMs)).toISOString();
        yield {
          ...{ event_type: 'result', id, at, action: outcome.action, ok },
          ...(code !== undefined && { code }),
          ...(message !== undefined && { message }),
        } satisfies PushedEvent;
      }
    }
  }

  close(): void {
    this.#told.clear();
  }
}

export function openResults(reader: EventReader): EventSource {
  return new NewResults(reader);
}

function outcomesOf({ lastOutcome, recentOutcomes }: DroneView['record']): readonly Outcome[] {
  return recentOutcomes ?? (lastOutcome ? [lastOutcome] : []);
}

/** Of a drone that comes back all is news. */
function forgetAllBut(drones: readonly DroneView[], told: Map<string, unknown>): void {
  if (told.size === 0) return;
  const present = new Set(drones.map(({ record }) => record.id));
  for (const id of told.keys()) if (!present.has(id)) told.delete(id);
}
