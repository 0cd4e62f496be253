/**
 * What a journal tells, line by line, as the server's own event log would, and the moments worth going to. What a line
 * of the event log says already is not said again. Pure: knows records; no file and no clock.
 */
import type { LogLine } from '../../snapshot.js';
import type { JournalRecord } from '../record.js';
import { fieldsOf, readState, textOf } from '../report/read-record.js';
import { wordsOf } from '../report/timeline.js';
import { SaidAlready } from './said-already.js';

/** `tMs`: since the session began. */
export type SessionLine = LogLine & {
  readonly tMs: number;
  /** As in the journal. */
  readonly kind: string;
};

/** What happened within this is one event, ms. */
const togetherMs = 1000;

/** What alerts do to the show. */
const acts: ReadonlySet<string> = new Set(['hold_start', 'hold_fleet', 'hold', 'land']);

export type SessionStory = {
  /** In the order of the journal. */
  readonly lines: readonly SessionLine[];
  /** The moments worth going to: the first of what happened together. */
  readonly events: readonly SessionLine[];
};

export function storyOf(records: readonly JournalRecord[], startMs: number): SessionStory {
  const said = new SaidAlready(records);
  const news = new News();
  const lines: SessionLine[] = [];
  const events: SessionLine[] = [];
  for (const record of records) {
    const words = lineOf(record);
    if (!words || words.text === '' || !news.is(record, words.text)) continue;
    const { kind, utcMs: atUtcMs, monotonicMs } = record;
    const { level, text, id } = words;
    const isNamed = id === undefined || kind === 'note' || text.includes(id);
    const tMs = Math.max(0, monotonicMs - startMs);
    const line = { atUtcMs, tMs, level, kind, text: isNamed ? text : `${id}: ${text}` };
    if (!said.has(record, text)) lines.push(line);
    const lastMs = events.at(-1)?.tMs ?? Number.NEGATIVE_INFINITY;
    if (isEvent(record) && tMs - lastMs > togetherMs) events.push(line);
  }
  return { lines, events };
}

/** An alert as the server's own event log tells it, and what was done about it by itself. */
function lineOf(record: JournalRecord): ReturnType<typeof wordsOf> {
  const words = wordsOf(record);
  if (!words || record.kind !== 'alert') return words;
  const action = textOf(record.body.action);
  const done = acts.has(action) ? `: ${action.replaceAll('_', ' ')}` : '';
  return { ...words, text: `${textOf(record.body.text)}${done}` };
}

/** An alert that is none to be glad of, an action, another phase, a drone that was lost. */
function isEvent(record: JournalRecord): boolean {
  if (record.kind === 'alert') return record.body.level !== 'info';
  if (record.kind === 'action') return true;
  const state = readState(record);
  return state?.what === 'phase' || (state?.what === 'connected' && state.value === false);
}

/** What a state has to say to people. */
class News {
  #phase: unknown = 'idle';

  is(record: JournalRecord, text: string): boolean {
    const state = readState(record);
    if (!state) return true;
    const { phase } = fieldsOf(state.value);
    if (state.what !== 'phase')
      return state.value !== null && state.what !== 'software' && text !== state.what;
    // How many drones hold a start changes all the time.
    const isOther = phase !== this.#phase;
    this.#phase = phase;
    return isOther;
  }
}

/** Until when what was authorized last may be started, monotonic ms; undefined where no action tells. */
export function authorizationUntilMs(records: readonly JournalRecord[]): number | undefined {
  const given = records.findLast(({ kind, body }) => kind === 'action' && body.name === 'authorize');
  const { minutes } = fieldsOf(given?.body.arguments);
  return given && typeof minutes === 'number' ? given.monotonicMs + minutes * 60_000 : undefined;
}
