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
  const server = records.flatMap((record): TimelineEntry[] => {
    const said = wordsOf(record);
    const { utcMs, kind } = record;
    return said ? [{ utcMs, uncertaintyMs: 0, by: undefined, kind, id: undefined, ...said }] : [];
  });
  const drones = logs.flatMap(({ droneId, notes, uncertaintyMs }) =>
    notes.map((note): TimelineEntry => ({ ...note, uncertaintyMs, by: droneId, id: droneId, kind: 'log' })),
  );
  return [...server, ...drones].sort((a, b) => a.utcMs - b.utcMs);
}

type Words = { readonly level: LogLine['level']; readonly text: string; readonly id?: string | undefined };

/** Names that are told in full; of more the first are, and how many there are. */
const maxNamed = 4;

function wordsOf(record: JournalRecord): Words | undefined {
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
      return { level: levelOf(body.level), text: textOf(body.text), id: optionalText(body.id) };
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
  return { level: 'info', text: `${what}${because}`, id };
}

function names(ids: readonly string[]): string {
  if (ids.length === 0) return '';
  const rest = ids.length > maxNamed ? ` and ${ids.length - maxNamed} more` : '';
  return ` (${ids.slice(0, maxNamed).join(', ')}${rest})`;
}
