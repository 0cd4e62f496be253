/** What happened, on the server and on the drones, as one line of time. Pure: knows records and logs; no file. */
import type { LogLine } from '../../snapshot.js';
import type { JournalRecord } from '../record.js';
import type { FlightLog } from './flight-log.js';
import { fieldsOf, idsOf, levelOf, optionalText, readState, textOf } from './read-record.js';

export type TimelineEntry = {
  /** Of the server's clock. */
  readonly utcMs: number;
  /** How exact that is, ± ms; 0 for what the server saw itself, undefined where a drone did not know its clock. */
  readonly uncertaintyMs: number | undefined;
  /** The drone that says it; undefined: the server. */
  readonly by: string | undefined;
  /** The drone that it is about; undefined: several, or none. */
  readonly id: string | undefined;
  /** As in the journal; `log`: of a drone's own log. */
  readonly kind: string;
  readonly level: LogLine['level'];
  readonly text: string;
};

/** By their time; what came at the same moment stays in its order, the server's first. */
export function timelineOf(records: readonly JournalRecord[], logs: readonly FlightLog[]): TimelineEntry[] {
  const server = records.flatMap((record, place): TimelineEntry[] => {
    const said = isEcho(record, records[place - 1]) ? undefined : wordsOf(record);
    const { utcMs, kind } = record;
    return said ? [{ utcMs, uncertaintyMs: 0, by: undefined, kind, id: undefined, ...said }] : [];
  });
  const drones = logs.flatMap(({ droneId, notes, uncertaintyMs }) =>
    notes.map((note): TimelineEntry => ({ ...note, uncertaintyMs, by: droneId, id: droneId, kind: 'log' })),
  );
  return [...server, ...drones].sort((a, b) => a.utcMs - b.utcMs);
}

type Words = { readonly level: LogLine['level']; readonly text: string; readonly id?: string | undefined };

/** So soon after a state the event log tells of it, ms. */
const echoMs = 20;

/** Names that are told in full; of more the first are, and how many there are. */
const maxNamed = 4;

/** Connections come and go in the event log too: the same moment need not be told twice. */
function isEcho({ kind, utcMs, body }: JournalRecord, before: JournalRecord | undefined): boolean {
  const state = before && readState(before);
  if (kind !== 'note' || !before || state?.what !== 'connected' || state.id === undefined) return false;
  return utcMs - before.utcMs <= echoMs && textOf(body.text).startsWith(`${state.id} `);
}

/** A record as a line for people; undefined for one that says nothing to them. */
export function wordsOf(record: JournalRecord): Words | undefined {
  const { kind, body } = record;
  switch (kind) {
    case 'action':
      return { level: 'info', text: `${textOf(body.by)}: ${textOf(body.name)}${names(idsOf(body.ids))}` };
    case 'wish': {
      const what = body.value === null ? 'withdrawn' : 'wished';
      return { level: 'info', text: `${textOf(body.wish)} ${what}${names(idsOf(body.ids))}` };
    }
    case 'outcome':
      return outcomeWords(body);
    case 'alert':
      return { level: levelOf(body.level), text: alertText(body), id: optionalText(body.id) };
    case 'state':
      return stateWords(record);
    case 'note':
      return { level: levelOf(body.level), text: textOf(body.text) };
    case 'gap':
      return { level: 'error', text: `what came before was not recorded: ${textOf(body.why)}` };
    default:
      return undefined;
  }
}

/** Nothing was done but to tell of it. */
const toldOnly: ReadonlySet<string> = new Set(['alert', 'cleared', 'accepted', 'continue']);

/** With what was done about it. */
function alertText({ text, action }: JournalRecord['body']): string {
  const done = optionalText(action);
  if (done === undefined || toldOnly.has(done)) return textOf(text);
  return `${textOf(text)} → ${done.replaceAll('_', ' ')}`;
}

function outcomeWords({ action, result }: JournalRecord['body']): Words {
  const { id, ok, code, message } = fieldsOf(result);
  const why = optionalText(message) ?? optionalText(code);
  const end = ok === true ? 'done' : 'failed';
  return {
    level: ok === true ? 'info' : 'warning',
    text: `${textOf(action)} ${end}${why === undefined ? '' : `: ${why}`}`,
    id: optionalText(id),
  };
}

function stateWords(record: JournalRecord): Words | undefined {
  const state = readState(record);
  if (!state) return undefined;
  const { what, value, id } = state;
  const because = state.text === undefined ? '' : `: ${state.text}`;
  if (what === 'connected' && value === false)
    return { level: 'warning', text: `connection lost${because}`, id };
  if (what === 'connected') return { level: 'info', text: `connected${because}`, id };
  if (what === 'phase') return { level: 'info', text: `show: ${textOf(fieldsOf(value).phase)}${because}` };
  if (what === 'show') return { level: 'info', text: `show "${textOf(fieldsOf(value).name)}" loaded` };
  if (what === 'flight') return { level: 'info', text: `flight: ${textOf(fieldsOf(value).result)}`, id };
  if (what === 'checklist') return { level: 'info', text: checklistText(fieldsOf(value)) };
  if (what === 'battery_plan') return { level: 'info', text: batteryText(fieldsOf(value)) };
  const plain = typeof value === 'string' || typeof value === 'number' ? `: ${value}` : '';
  return { level: 'info', text: `${what}${plain}${because}`, id };
}

function checklistText({ section, text, isTicked, by }: { readonly [name: string]: unknown }): string {
  const where = textOf(section) === '' ? '' : `${textOf(section)}: `;
  return `checklist ${isTicked === true ? 'ticked' : 'open again'} by ${textOf(by)}: ${where}${textOf(text)}`;
}

function batteryText({ reserve }: { readonly [name: string]: unknown }): string {
  const left = typeof reserve === 'number' ? `${Math.round(reserve * 100)} %` : 'unknown';
  return `battery plan: ${left} are to be left at touch-down`;
}

function names(ids: readonly string[]): string {
  if (ids.length === 0) return '';
  const rest = ids.length > maxNamed ? ` and ${ids.length - maxNamed} more` : '';
  return ` (${ids.slice(0, maxNamed).join(', ')}${rest})`;
}
