/** All parameters of one autopilot at one time, and what differs between two sets. Knows no files and no link. */
import { isSameEntry, type ParameterEntry } from './parameter-line.js';
import type { Parameter } from './parameter-value.js';

export type ParameterSnapshot = {
  /** Name of the autopilot's software: "PX4", "ArduPilot". */
  readonly autopilot: string;
  /** When it was taken, ms since 1970 UTC. */
  readonly atUtcMs: number;
  /** Sorted by id. */
  readonly parameters: readonly Parameter[];
};

export type ParameterDifference = {
  /** Only in the second set. */
  readonly added: readonly ParameterEntry[];
  /** Only in the first. */
  readonly removed: readonly ParameterEntry[];
  readonly changed: readonly {
    readonly id: string;
    readonly before: ParameterEntry;
    readonly after: ParameterEntry;
  }[];
};

/** `parameters` as `listParameters` gives them. */
export function snapshot(
  parameters: ReadonlyMap<string, Parameter>,
  about: Pick<ParameterSnapshot, 'autopilot' | 'atUtcMs'>,
): ParameterSnapshot {
  return { autopilot: about.autopilot, atUtcMs: about.atUtcMs, parameters: sorted(parameters.values()) };
}

/** What has to be done to `a` to become `b`; each part sorted by id. Reals are the same when their 32-bit floats are. */
export function diffParameters(
  a: Iterable<ParameterEntry>,
  b: Iterable<ParameterEntry>,
): ParameterDifference {
  const before = new Map(sorted(a).map((entry) => [entry.id, entry]));
  const after = new Map(sorted(b).map((entry) => [entry.id, entry]));
  const changed = [...before.values()].flatMap((entry) => {
    const other = after.get(entry.id);
    return other && !isSameEntry(entry, other) ? [{ id: entry.id, before: entry, after: other }] : [];
  });
  return {
    added: [...after.values()].filter(({ id }) => !before.has(id)),
    removed: [...before.values()].filter(({ id }) => !after.has(id)),
    changed,
  };
}

function sorted<T extends ParameterEntry>(entries: Iterable<T>): T[] {
  return [...entries].sort((a, b) => (a.id < b.id ? -1 : 1));
}
