/** What of a journal is told by its notes, the lines of the event log, anyway. Pure: knows records; no file and no clock. */
import type { JournalRecord } from '../record.js';
import { fieldsOf, readState, textOf } from '../report/read-record.js';

/** A line of the event log that says the same is no further away, ms. */
const sameMs = 1000;

/** How a command ended is said when the last of its drones has answered, ms. */
const endMs = 150_000;

type Note = { readonly atMs: number; readonly text: string };

/** The lines of the event log and what was commanded, to be asked what they say already. */
export class SaidAlready {
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

  /** `text`: the record as a line. */
  has(record: JournalRecord, text: string): boolean {
    const { kind, monotonicMs: atMs, body } = record;
    if (kind === 'note') return false;
    if (kind === 'outcome') return this.#sayEnd(atMs, body);
    if (kind === 'wish' && this.#isAsked(record)) return true;
    const phrase = phraseOf(record, text);
    return within(this.#notes, atMs - sameMs, atMs + sameMs).some((note) => note.text.includes(phrase));
  }

  /** Whoever commands something wishes it; what is over is wished no more. */
  #isAsked({ monotonicMs: atMs, body }: JournalRecord): boolean {
    const near = within(this.#doings, atMs - sameMs, atMs + sameMs);
    return body.value === null ? near.length > 0 : near.some(({ text }) => text === body.wish);
  }

  #sayEnd(atMs: number, { action, result }: JournalRecord['body']): boolean {
    const { id, ok } = fieldsOf(result);
    const head = ok === true ? textOf(action) : `${textOf(action)} ${textOf(id)}`;
    return within(this.#byHead.get(head) ?? [], atMs - sameMs, atMs + endMs).length > 0;
  }
}

/** What a line of the event log has in it that says the same. */
function phraseOf(record: JournalRecord, text: string): string {
  const state = readState(record);
  if (record.kind === 'alert') return textOf(record.body.text);
  if (state?.what === 'connected') return `${state.id} ${state.value === true ? 'connected' : 'lost'}`;
  return text;
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
