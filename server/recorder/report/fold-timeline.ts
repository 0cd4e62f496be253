/** A line of time that people can read: what many drones said at once is one line, and there are not too many. Pure. */
import type { TimelineEntry } from './timeline.js';

/** What was said in the same words, by or of these drones, within a few seconds. */
export type FoldedEntry = Omit<TimelineEntry, 'by' | 'id'> & {
  /** The drones themselves say it; else the server does. */
  readonly isByDrones: boolean;
  /** Each once, in the order in which it was said; the first of them. */
  readonly ids: readonly string[];
  /** How many drones, and how often it was said in all. */
  readonly drones: number;
  readonly times: number;
  /** When it was said last. */
  readonly untilUtcMs: number;
};

export type FoldedTimeline = {
  readonly entries: readonly FoldedEntry[];
  /** Kind → how many lines were left out. */
  readonly leftOut: ReadonlyMap<string, number>;
};

export type FoldOptions = {
  readonly maxEntries: number;
  /** The same words within this are one line, ms. */
  readonly windowMs: number;
  /** Drones of a line that are named. */
  readonly maxIds: number;
};

const defaults: FoldOptions = { maxEntries: 2000, windowMs: 3000, maxIds: 1000 };

type Group = Omit<FoldedEntry, 'ids' | 'drones' | 'times' | 'untilUtcMs' | 'uncertaintyMs'> & {
  readonly ids: Set<string>;
  uncertaintyMs: number | undefined;
  times: number;
  untilUtcMs: number;
};

/** `entries` by their time. What matters least is left out first, of that what is oldest last. */
export function foldTimeline(
  entries: readonly TimelineEntry[],
  options: Partial<FoldOptions> = {},
): FoldedTimeline {
  const { maxEntries, windowMs, maxIds } = { ...defaults, ...options };
  const open = new Map<string, Group>();
  const groups: Group[] = [];
  const known = new Set(entries.flatMap(({ id }) => id ?? []));
  for (const entry of entries.map((each) => withDrone(each, known))) {
    const key = JSON.stringify([entry.kind, entry.level, entry.text]);
    const group = open.get(key);
    if (group && entry.utcMs - group.utcMs <= windowMs) add(group, entry);
    else {
      const fresh = groupOf(entry);
      open.set(key, fresh);
      groups.push(fresh);
    }
  }
  const kept = chosen(groups, maxEntries);
  const leftOut = new Map<string, number>();
  for (const group of groups)
    if (!kept.has(group)) leftOut.set(group.kind, (leftOut.get(group.kind) ?? 0) + 1);
  return {
    entries: groups.filter((group) => kept.has(group)).map((group) => folded(group, maxIds)),
    leftOut,
  };
}

/** The event log names the drone first: then the same words of many are the same. */
function withDrone(entry: TimelineEntry, known: ReadonlySet<string>): TimelineEntry {
  const end = entry.kind === 'note' && entry.id === undefined ? entry.text.indexOf(': ') : -1;
  const id = entry.text.slice(0, Math.max(0, end));
  return known.has(id) ? { ...entry, id, text: entry.text.slice(end + 2) } : entry;
}

function groupOf(entry: TimelineEntry): Group {
  const { utcMs, uncertaintyMs, by, id, kind, level, text } = entry;
  const ids = new Set(id === undefined ? [] : [id]);
  return {
    ...{ utcMs, uncertaintyMs, kind, level, text, ids, isByDrones: by !== undefined },
    ...{ times: 1, untilUtcMs: utcMs },
  };
}

function add(group: Group, { utcMs, uncertaintyMs, id }: TimelineEntry): void {
  if (id !== undefined) group.ids.add(id);
  group.times += 1;
  group.untilUtcMs = utcMs;
  group.uncertaintyMs =
    uncertaintyMs === undefined || group.uncertaintyMs === undefined
      ? undefined
      : Math.max(uncertaintyMs, group.uncertaintyMs);
}

function folded({ ids, ...group }: Group, maxIds: number): FoldedEntry {
  return { ...group, ids: [...ids].slice(0, maxIds), drones: ids.size };
}

/** The most important ones, and of those that matter alike the first. */
function chosen(groups: readonly Group[], most: number): ReadonlySet<Group> {
  if (groups.length <= most) return new Set(groups);
  return new Set([...groups].sort((a, b) => rank(a) - rank(b)).slice(0, most));
}

function rank({ kind, level }: Group): number {
  if (kind === 'action' || kind === 'gap' || kind === 'alert' || level === 'error') return 0;
  if (level === 'warning' || kind === 'wish') return 1;
  return kind === 'log' ? 3 : 2;
}
