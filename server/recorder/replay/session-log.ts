/**
 * What a journal tells, line by line, as the server's own event log would, and the moments worth going to. What a line
 * of the event log says already is not said again. Pure: knows records; no file and no clock.
 */
import type { LogLine } from '../../snapshot.js';
import type { JournalRecord } from '../record.js';
import { fieldsOf, readState, textOf } from '../report/read-record.js';
import { wordsOf } from '../report/timeline.js';

/** `tMs`: since the session began. */
export type SessionLine = LogLine & {
  readonly tMs: number;
  /** As in the journal. */
  readonly kind: string;
};

/** What happened within this is one event, ms. */
const togetherMs = 1000;

/** A line of the event log that says the same is no further away, ms. */
const sameMs = 1000;

/** What alerts do to the show. */
const acts: ReadonlySet<string> = new Set(['hold_start', 'hold_fleet', 'hold', 'land']);

/** How a command ended is said when the last of its drones has answered, ms. */
const endMs = 150_000;

export type SessionStory = {
  /** In the order of the journal. */
  readonly lines: readonly SessionLine[];
  /** The moments worth going to: the first of what happened together. */
  readonly events: readonly SessionLine[];
};

export function storyOf(records: readonly JournalRecord[], startMs: number): SessionStory {
  const notes = new Notes(records);
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
    if (!notes.say(record, text)) lines.push(line);
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

/** An alert, an action, another phase, a drone that was lost. */
function isEvent(record: JournalRecord): boolean {
  if (record.kind === 'alert' || record.kind === 'action') return true;
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

type Note = { readonly atMs: number; readonly text: string };

/** The lines of the event log and what was commanded, to be asked what they say already. */
class Notes {
  readonly #notes: readonly Note[];
  /** Names of commands; `idle` when a show ended. */
  readonly #doings: readonly Note[];
  /** By what stands before the first colon: `land`, `land drone-3`. */
  readonly #byHead: ReadonlyMap<string, readonly Note[]>;

  constructor(records: readonly JournalRecord[]) {
    this.#notes = records.flatMap(({ kind, monotonicMs: atMs, body }) =>
      kind === 'note' ? [{ atMs, text: textOf(body.text) }] : [],
    );
    this.#doings = records.flatMap((record) => {
      const { kind, monotonicMs: atMs, body } = record;
      const state = readState(record);
      const isOver = state?.what === 'phase' && fieldsOf(state.value).phase === 'idle';
      return kind === 'action' || isOver ? [{ atMs, text: isOver ? 'idle' : textOf(body.name) }] : [];
    });
    const byHead = new Map<string, Note[]>();
    for (const note of this.#notes) {
      const head = note.text.slice(0, Math.max(0, note.text.indexOf(':')));
      const others = byHead.get(head);
      if (others) others.push(note);
      else byHead.set(head, [note]);
    }
    this.#byHead = byHead;
  }

  say(record: JournalRecord, text: string): boolean {
    const { kind, monotonicMs: atMs, body } = record;
    if (kind === 'note') return false;
    if (kind === 'outcome') return this.#sayEnd(atMs, body);
    if (kind === 'wish' && this.#isAsked(record)) return true;
    const parts = partsOf(record, text);
    return within(this.#notes, atMs - sameMs, atMs + sameMs).some((note) =>
      parts.every((part) => note.text.includes(part)),
    );
  }

  /** Whoever commands something wishes it; what is over is wished no more. */
  #isAsked({ monotonicMs: atMs, body }: JournalRecord): boolean {
    const near = within(this.#doings, atMs - sameMs, atMs + sameMs);
    return body.value === null ? near.length > 0 : near.some(({ text }) => text === body.wish);
  }

  #sayEnd(atMs: number, { action, result }: JournalRecord['body']): boolean {
    const heads = [textOf(action), `${textOf(action)} ${textOf(fieldsOf(result).id)}`];
    return heads.some((head) => within(this.#byHead.get(head) ?? [], atMs - sameMs, atMs + endMs).length > 0);
  }
}

/** What a line of the event log has in it that says the same. */
function partsOf(record: JournalRecord, text: string): readonly string[] {
  const state = readState(record);
  if (record.kind === 'alert') return [textOf(record.body.text)];
  if (state?.what === 'connected') return [state.id ?? '', state.value === true ? 'connected' : 'lost'];
  return [text];
}

function within(notes: readonly Note[], fromMs: number, untilMs: number): readonly Note[] {
  let [low, high] = [0, notes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((notes[middle]?.atMs ?? 0) < fromMs) low = middle + 1;
    else high = middle;
  }
  const found: Note[] = [];
  for (let at = low; at < notes.length; at++) {
    const note = notes[at];
    if (!note || note.atMs > untilMs) break;
    found.push(note);
  }
  return found;
}

/** Until when what was authorized last may be started, monotonic ms; undefined where no action tells. */
export function authorizationUntilMs(records: readonly JournalRecord[]): number | undefined {
  const given = records.findLast(({ kind, body }) => kind === 'action' && body.name === 'authorize');
  const { minutes } = fieldsOf(given?.body.arguments);
  return given && typeof minutes === 'number' ? given.monotonicMs + minutes * 60_000 : undefined;
}
