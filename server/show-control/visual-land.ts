/**
 * Finds one misbehaving drone by halving: half of those that may be it are lit green, half red, the others are dark, and
 * somebody who sees it names its colour. Pure: knows names and colours; no drone, no connection, no time.
 */
import { RefusedError } from '../../lib/errors.js';

export type LitColor = 'green' | 'red';

/** One that can not be told by its colour any more, and why. */
export type OutOfSearch = { readonly id: string; readonly why: string };

/**
 * Every drone that takes part is in exactly one of `green`, `red` and `dark`, or it is `out`. With one drone left that is
 * in `red`.
 */
export type VisualLand = {
  readonly green: readonly string[];
  readonly red: readonly string[];
  /** Ruled out by an answer. */
  readonly dark: readonly string[];
  readonly out: readonly OutOfSearch[];
  /** As it was before the last answer; undefined before the first. */
  readonly before: VisualLand | undefined;
};

/** What an input leads to; `search` undefined: it is over. */
export type VisualLandMove = {
  readonly search: VisualLand | undefined;
  /** What each drone is to show now; one that lands or is disarmed is not in it. */
  readonly lights: ReadonlyMap<string, LitColor | 'off'>;
  /** To be commanded before anything is lit. */
  readonly command: { readonly what: 'land' | 'disarm'; readonly ids: readonly string[] } | undefined;
};

/** `ids` in the order in which they joined the table. @throws RefusedError without any. */
export function beginVisualLand(ids: readonly string[]): VisualLandMove {
  const candidates = [...new Set(ids)];
  if (candidates.length === 0)
    throw new RefusedError('refused', 'visual land: no drone to search among: select some with lights');
  return lit(split(candidates, { dark: [], out: [], before: undefined }));
}

/**
 * It shows this colour. With one left either colour lands it.
 * @throws RefusedError when nobody shows it.
 */
export function answerVisualLand(search: VisualLand, color: LitColor): VisualLandMove {
  if (remainingOf(search) === 1) return endVisualLand(search, 'land');
  const chosen = search[color];
  if (chosen.length === 0)
    throw new RefusedError('refused', `visual land: no drone shows ${color}: name the other colour, or undo`);
  const ruledOut = color === 'green' ? search.red : search.green;
  const dark = [...search.dark, ...ruledOut];
  return lit(split(chosen, { dark, out: search.out, before: search }));
}

/** Takes the last answer back. @throws RefusedError when there was none. */
export function undoVisualLand(search: VisualLand): VisualLandMove {
  const { before } = search;
  if (!before) throw new RefusedError('refused', 'visual land: no answer was given yet');
  // Drones that have dropped out meanwhile may have left one colour to all the others.
  const isTold = before.green.length > 0 && before.red.length > 0;
  return lit(isTold ? before : split(litOf(before), before));
}

/** These can not be told by their colour any more. The others keep theirs, but the last one left is lit red. */
export function dropFromVisualLand(search: VisualLand, gone: readonly OutOfSearch[]): VisualLandMove {
  const isKnown = new Set([...search.green, ...search.red, ...search.dark]);
  const news = gone.filter(({ id }) => isKnown.delete(id));
  return lit(without(search, news));
}

/** Ends the search: those that are lit are landed or disarmed. @throws RefusedError when none is. */
export function endVisualLand(search: VisualLand, what: 'land' | 'disarm'): VisualLandMove {
  const ids = litOf(search);
  if (ids.length === 0)
    throw new RefusedError('refused', 'visual land: no drone is lit any more: undo, or close the search');
  const others = [...search.dark, ...search.out.map(({ id }) => id)];
  return { search: undefined, lights: new Map(others.map((id) => [id, 'off'])), command: { what, ids } };
}

/** Ends the search, all lights off. */
export function closeVisualLand(search: VisualLand): VisualLandMove {
  const ids = [...litOf(search), ...search.dark, ...search.out.map(({ id }) => id)];
  return { search: undefined, lights: new Map(ids.map((id) => [id, 'off'])), command: undefined };
}

/** Those that are lit, in their order: one of them is the one. */
export function litOf({ green, red }: VisualLand): string[] {
  return [...green, ...red];
}

/** How many it may still be. */
export function remainingOf({ green, red }: VisualLand): number {
  return green.length + red.length;
}

/** So many answers at most until one is left. */
export function answersLeftOf({ green, red }: VisualLand): number {
  if (green.length + red.length <= 1) return 0;
  return 1 + halvings(Math.max(green.length, red.length));
}

/** The count of answers that were given and not taken back. */
export function answersGivenTo(search: VisualLand): number {
  let count = 0;
  for (let { before } = search; before; { before } = before) count++;
  return count;
}

/** ⌈log2 count⌉ for a count of at least 1. */
function halvings(count: number): number {
  return 32 - Math.clz32(count - 1);
}

function split(
  ids: readonly string[],
  { dark, out, before }: Pick<VisualLand, 'dark' | 'out' | 'before'>,
): VisualLand {
  const half = Math.floor(ids.length / 2);
  return { green: ids.slice(0, half), red: ids.slice(half), dark, out, before };
}

/** Also in what an undo would bring back. */
function without(search: VisualLand, gone: readonly OutOfSearch[]): VisualLand {
  if (gone.length === 0) return search;
  const isGone = new Set(gone.map(({ id }) => id));
  const left = (ids: readonly string[]) => ids.filter((id) => !isGone.has(id));
  const [green, red] = [left(search.green), left(search.red)];
  const isLast = green.length + red.length === 1;
  return {
    ...(isLast ? { green: [], red: [...green, ...red] } : { green, red }),
    dark: left(search.dark),
    out: [...search.out, ...gone],
    before: search.before && without(search.before, gone),
  };
}

function lit(search: VisualLand): VisualLandMove {
  const { green, red, dark } = search;
  const lights = new Map<string, LitColor | 'off'>();
  for (const id of green) lights.set(id, 'green');
  for (const id of red) lights.set(id, 'red');
  for (const id of dark) lights.set(id, 'off');
  return { search, lights, command: undefined };
}
