/** What the filter's text means: a choice of drones where it reads as one, else a text to be found. Pure; no drawing. */
import { UsageError } from '../../lib/errors.js';
import { type Selected, select } from '../fleet/selection.js';
import { parseSelection, type Selection } from '../fleet/selection-parser.js';
import type { DroneView, ServerSnapshot } from '../snapshot.js';
import type { Column } from './columns.js';

export type FilterContext = {
  readonly snapshot: Pick<ServerSnapshot, 'drones' | 'groups' | 'monotonicMs'>;
  readonly selected: ReadonlySet<string>;
  /** Columns in whose cells a text is looked for. */
  readonly columns: readonly Column[];
};

export type Matcher = {
  /** How the text was understood. */
  readonly means: 'all' | 'choice' | 'text';
  readonly isShown: (drone: DroneView) => boolean;
};

/** Every word of a text has to be found in the name or in a cell, in any case. */
export function matcherOf(filter: string, context: FilterContext): Matcher {
  const text = filter.trim();
  if (text === '') return { means: 'all', isShown: () => true };
  const chosen = choiceOf(text, context);
  if (chosen) return { means: 'choice', isShown: ({ record }) => chosen.has(record.id) };
  const words = text.toLowerCase().split(/\s+/);
  const { columns, snapshot } = context;
  return { means: 'text', isShown: (drone) => holds(drone, words, { columns, nowMs: snapshot.monotonicMs }) };
}

/** How the text is understood, without looking at each drone. */
export function meaningOf(filter: string, context: Omit<FilterContext, 'columns'>): Matcher['means'] {
  if (filter.trim() === '') return 'all';
  return choiceOf(filter.trim(), context) ? 'choice' : 'text';
}

/** Undefined for what can not be read as a choice, what names somebody who is not here, and for a mere name or number. */
function choiceOf(text: string, context: Omit<FilterContext, 'columns'>): ReadonlySet<string> | undefined {
  const selection = parsed(text);
  if (!selection || isPlain(selection)) return undefined;
  const { drones, groups } = context.snapshot;
  const found: Selected = select(selection, drones, groups, context.selected);
  return found.unknown.length > 0 ? undefined : new Set(found.ids);
}

function parsed(text: string): Selection | undefined {
  try {
    return parseSelection(text);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** Somebody who types a few letters looks for them anywhere. */
function isPlain(selection: Selection): boolean {
  return selection.kind === 'name' || (selection.kind === 'numbers' && selection.from === selection.to);
}

function holds(
  drone: DroneView,
  words: readonly string[],
  { columns, nowMs }: { readonly columns: readonly Column[]; readonly nowMs: number },
): boolean {
  const id = drone.record.id.toLowerCase();
  const left = words.filter((word) => !id.includes(word));
  if (left.length === 0) return true;
  const cells = columns.map(({ cell }) => cell(drone, nowMs).text.toLowerCase());
  return left.every((word) => cells.some((cell) => cell.includes(word)));
}
