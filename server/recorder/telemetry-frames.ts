/**
 * Makes frames of what the fleet is at each moment: only what has changed and, every few seconds, all of it, a share of
 * the drones with each frame, so that a large fleet costs no frame much. Pure: knows no file; time is an argument.
 */
import type { DroneRecord } from '../fleet/drone-record.js';
import { type KeptFields, keptFields, plainFields, type RecordedState, stateOf } from './drone-state.js';
import { changesBetween, type FieldChanges, type FrameBody } from './frame.js';

/** What is looked at for one frame. Records are immutable: the same object is the same record. */
export type Observed = {
  readonly drones: readonly DroneRecord[];
  /** Of the server: phase, show, authorization, … Plain data, small. */
  readonly server: RecordedState;
};

/** Where the frame will lie. */
export type FramePlace = { readonly part: number; readonly bytes: number };

export type FrameLimits = {
  /** From one beginning of a snapshot to the next, ms. */
  readonly snapshotMs: number;
  /** Drones that are written whole with one frame, at least. */
  readonly leastWhole: number;
  /** All of them in so many frames, at most. */
  readonly snapshotFrames: number;
};

/** Longest line, characters, but for one drone more. */
const maxLineLength = 300_000;

type Known = {
  readonly record: DroneRecord;
  readonly fields: KeptFields;
  /** Of all of it as JSON. */
  readonly length: number;
};

export class TelemetryFrames {
  readonly #limits: FrameLimits;
  readonly #known = new Map<string, Known>();
  #serverFields: KeptFields = new Map();
  #part: number | undefined;
  /** Where the last snapshot began that is complete, and the one that is being written. */
  #from = 0;
  #begun = 0;
  #begunMs = 0;
  /** Drones that the present snapshot still has to tell; empty: it is complete. */
  #left: string[] = [];

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /** Where reading is to begin for what comes next. */
  get from(): number {
    return this.#from;
  }

  /** What to write now, one line each; none when there is nothing to say. In a new part everything is said anew. */
  next(observed: Observed, place: FramePlace, nowMs: number): FrameBody[] {
    const isFresh = place.part !== this.#part;
    const isBegin = isFresh || (this.#left.length === 0 && nowMs - this.#begunMs >= this.#limits.snapshotMs);
    if (isFresh) this.#forget();
    const gone = this.#goneOf(observed.drones);
    const drones = this.#look(observed.drones, isFresh);
    // Of drones that are not known yet all is a change: a part begins with a snapshot anyway.
    if (isBegin) this.#begin(isFresh ? [] : observed.drones.map(({ id }) => id), place, nowMs);
    if (isFresh) this.#from = place.bytes;
    const whole = this.#left.splice(0, this.#shareOf(observed.drones.length));
    for (const id of whole) drones.delete(id);
    const server = this.#serverChanges(observed.server, isBegin);
    this.#part = place.part;
    const said = { ...(gone.length > 0 && { gone }), ...(server && { server }) };
    const bodies = this.#bodies(said, drones, whole);
    if (isBegin && bodies.length === 0) bodies.push({ from: this.#from });
    // Only what comes after it may begin at a snapshot that is complete with this frame.
    if (this.#left.length === 0) this.#from = this.#begun;
    return bodies;
  }

  /** As many lines as it takes that none is too long. */
  #bodies(
    said: Partial<FrameBody>,
    drones: ReadonlyMap<string, FieldChanges>,
    whole: readonly string[],
  ): FrameBody[] {
    const from = this.#from;
    const all = [
      ...[...drones].map(([id, fields]) => ({ id, fields, isWhole: false })),
      ...whole.map((id) => ({
        id,
        fields: stateOf(this.#known.get(id)?.fields ?? new Map()),
        isWhole: true,
      })),
    ];
    const bodies: FrameBody[] = Object.keys(said).length > 0 && all.length === 0 ? [{ from, ...said }] : [];
    for (const group of this.#grouped(all)) {
      const [changed, complete] = [
        group.filter(({ isWhole }) => !isWhole),
        group.filter(({ isWhole }) => isWhole),
      ];
      bodies.push({
        from,
        ...(bodies.length === 0 && said),
        ...(changed.length > 0 && { drones: fieldsById(changed) }),
        ...(complete.length > 0 && { whole: fieldsById(complete) }),
      });
    }
    return bodies;
  }

  #grouped<Said extends { readonly id: string }>(all: readonly Said[]): Said[][] {
    const groups: Said[][] = [];
    let length = Number.POSITIVE_INFINITY;
    for (const said of all) {
      const more = this.#known.get(said.id)?.length ?? 0;
      if (length + more > maxLineLength) {
        groups.push([]);
        length = 0;
      }
      groups.at(-1)?.push(said);
      length += more;
    }
    return groups;
  }

  /** What drones are made of stays: to look at all of them again at once would hold up everything else. */
  #forget(): void {
    this.#serverFields = new Map();
    this.#left = [];
  }

  #begin(ids: readonly string[], place: FramePlace, nowMs: number): void {
    this.#left = [...ids];
    this.#begun = place.bytes;
    this.#begunMs = nowMs;
  }

  #goneOf(records: readonly DroneRecord[]): string[] {
    const present = new Set(records.map(({ id }) => id));
    const gone = [...this.#known.keys()].filter((id) => !present.has(id));
    for (const id of gone) this.#known.delete(id);
    if (gone.length > 0) this.#left = this.#left.filter((id) => present.has(id));
    return gone;
  }

  #look(records: readonly DroneRecord[], isFresh: boolean): Map<string, FieldChanges> {
    const drones = new Map<string, FieldChanges>();
    for (const record of records) {
      const known = this.#known.get(record.id);
      if (known?.record === record) {
        if (isFresh) drones.set(record.id, stateOf(known.fields));
        continue;
      }
      const fields = keptFields(record);
      const changes = isFresh ? stateOf(fields) : changesBetween(known?.fields ?? new Map(), fields);
      this.#known.set(record.id, { record, fields, length: lengthOf(fields) });
      if (changes) drones.set(record.id, changes);
    }
    return drones;
  }

  #shareOf(count: number): number {
    const { leastWhole, snapshotFrames } = this.#limits;
    return Math.max(leastWhole, Math.ceil(count / snapshotFrames));
  }

  #serverChanges(server: RecordedState, isWhole: boolean): FieldChanges | undefined {
    const fields = plainFields(server);
    const changes = changesBetween(this.#serverFields, fields);
    this.#serverFields = fields;
    // What has gone has to be said as well: a reader may have begun earlier.
    return isWhole ? { ...server, ...changes } : changes;
  }
}

function lengthOf(fields: KeptFields): number {
  let length = 0;
  for (const [field, { text }] of fields) length += field.length + text.length;
  return length;
}

function fieldsById(said: readonly { readonly id: string; readonly fields: RecordedState }[]): {
  [id: string]: RecordedState;
} {
  return Object.fromEntries(said.map(({ id, fields }) => [id, fields]));
}
