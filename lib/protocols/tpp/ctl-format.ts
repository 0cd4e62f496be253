/** What `starling ctl` prints without `--json`, and its exit codes. Values in, lines out: knows no socket, no screen. */
import { CorruptFrameError } from '../../errors.js';
import type { OperationSpec } from '../../operations/operation.js';
import { printable } from '../../printable.js';
import type { TppJson } from './codec.js';
import type { ControlResult } from './control-protocol.js';
import { at, shown, table } from './ctl-text.js';
import { isTppObject } from './messages.js';

/** Exit codes of `starling ctl`. */
export const ctlExitCodes = { done: 0, failed: 1, wrongCall: 2, noServer: 3 } as const;

/**
 * 0 only when every drone did it; 1 when one did not, and when there was no drone at all, unless the command concerns none:
 * that was done when it was answered.
 */
export function exitCodeOf(
  results: readonly ControlResult[],
  target: OperationSpec['target'] = 'named',
): 0 | 1 {
  const isThere = results.length > 0 || target === 'none';
  return isThere && results.every(({ ok }) => ok) ? ctlExitCodes.done : ctlExitCodes.failed;
}

/**
 * The lines of a command's answer: what was done, then a line for each drone. `isStaged`: it leaves out drones, which did
 * not fail. @throws CorruptFrameError as `readResults`
 */
export function formatCommand(answer: TppJson, target: OperationSpec['target'], isStaged = false): string[] {
  const results = readResults(answer);
  const text = at(answer, 'text');
  const told = typeof text === 'string' && text !== '' ? [printable(text)] : [];
  if (results.length > 0) return [...told, ...formatResults(results, isStaged)];
  if (told.length > 0) return told;
  return target === 'none' ? ['done'] : formatResults(results);
}

/**
 * The results in the answer of a command.
 * @throws CorruptFrameError when there are none, or one is not a result.
 */
export function readResults(answer: TppJson): ControlResult[] {
  const results = isTppObject(answer) ? answer.results : undefined;
  if (!Array.isArray(results)) throw new CorruptFrameError('the answer of a command holds no results');
  return results.map((result: TppJson) => {
    if (!isTppObject(result) || typeof result.id !== 'string' || typeof result.ok !== 'boolean') {
      throw new CorruptFrameError('the answer of a command holds what is no result');
    }
    const { id, ok, code, message, output } = result;
    return {
      id,
      ok,
      ...(typeof code === 'string' && { code }),
      ...(typeof message === 'string' && { message }),
      ...(typeof output === 'string' && { output }),
    };
  });
}

/** One line a drone; "no drones" when there was none. Behind it what programs wrote, each line with its drone. */
export function formatResults(results: readonly ControlResult[], isStaged = false): string[] {
  if (results.length === 0) return ['no drones'];
  return [...tableOf(results, isStaged), ...results.flatMap(outputLines)];
}

function outputLines({ id, output = '' }: ControlResult): string[] {
  if (output === '') return [];
  const lines = output.replace(/\r?\n$/, '').split(/\r?\n/);
  return lines.map((line) => `${printable(id)}: ${printable(line.replaceAll('\t', ' '))}`);
}

function tableOf(results: readonly ControlResult[], isStaged: boolean): string[] {
  return table(
    results.map(({ id, ok, code, message = '' }) => {
      const mark = isStaged && !ok ? leftOutMarks.find((each) => message.startsWith(`${each}: `)) : undefined;
      const text = mark === undefined ? message : message.slice(mark.length + 2);
      const how = ok ? 'ok' : (mark ?? 'FAILED');
      return [id, how, [code, text].filter((part) => part !== undefined && part !== '').join(': ')];
    }),
  );
}

/** How the message of a drone begins that an update left out: it did not fail. */
const leftOutMarks = ['skipped', 'not begun'];

/** The table of `list`: a heading, and a line a drone; "no drones" without any. */
export function formatList(answer: TppJson): string[] {
  const drones = Array.isArray(answer) ? answer.filter(isTppObject) : [];
  if (drones.length === 0) return ['no drones'];
  const heading = [
    'ID',
    'LINK',
    'READY',
    'SLOT',
    'SHOW',
    'BATTERY',
    'MODE',
    'STATE',
    'LATENCY',
    'OFFSET',
    'TO MEND',
  ];
  return table([heading, ...drones.map(listRow)]);
}

/** The file's own lines. */
export function formatSettings(answer: TppJson): string[] {
  const text = at(answer, 'text');
  return typeof text === 'string' ? text.trimEnd().split('\n').map(printable) : [];
}

/** A line for each group. */
export function formatGroups(answer: TppJson): string[] {
  const groups = Array.isArray(answer) ? answer.filter(isTppObject) : [];
  if (groups.length === 0) return ['no groups'];
  return table(
    groups.map(({ name = null, ids }) => [shown(name), Array.isArray(ids) ? ids.map(shown).join(' ') : '']),
  );
}

/** The gateways that are open, and a line for each visitor. */
export function formatVisitors(answer: TppJson): string[] {
  const items = (key: string): TppJson[] => {
    const value = at(answer, key);
    return Array.isArray(value) ? value.filter(isTppObject) : [];
  };
  const gateways = items('gateways').map((each) => `${shown(at(each, 'name'))}:${shown(at(each, 'port'))}`);
  if (gateways.length === 0) return ['no gateway is open'];
  const visitors = items('visitors').map((each) => {
    const rooms = at(each, 'rooms');
    return [
      ...[at(each, 'id'), at(each, 'name'), at(each, 'role'), at(each, 'gateway'), at(each, 'address')].map(
        shown,
      ),
      Array.isArray(rooms) ? rooms.map(shown).join(' ') : '',
    ];
  });
  const heading = ['ID', 'NAME', 'ROLE', 'GATEWAY', 'ADDRESS', 'ROOMS'];
  const lines = visitors.length === 0 ? ['no visitors'] : table([heading, ...visitors]);
  return [`gateways ${gateways.join(' ')}`, ...lines];
}

/** The lines of `status`. */
export function formatStatus(answer: TppJson): string[] {
  const show = at(answer, 'show');
  const count = (key: string) => shown(at(at(answer, 'counts'), key));
  const startAt = at(answer, 'startAt');
  const mode = shown(at(answer, 'mode'));
  return table([
    ...showRows(show),
    ['may start', authorizationText(at(answer, 'authorization'))],
    ['phase', `${shown(at(answer, 'phase'))}${typeof startAt === 'string' ? `, start ${startAt}` : ''}`],
    [
      'drones',
      `${count('total')}: ${count('connected')} connected, ${count('ready')} ready, ${count('armed')} armed`,
    ],
    ...transferRows(at(answer, 'transfers')),
    ...updateRows(at(answer, 'update')),
    ['address', shown(at(answer, 'address'))],
    ['mode', mode === 'open' ? 'OPEN: drones are not authenticated' : mode],
    ['version', shown(at(answer, 'version'))],
  ]);
}

function transferRows(transfers: TppJson): string[][] {
  if (!isTppObject(transfers)) return [];
  const { sentBytes, totalBytes, bytesPerS, leftS } = transfers;
  const megabytes = (bytes: TppJson | undefined) =>
    typeof bytes === 'number' ? (bytes / 1e6).toFixed(1) : '?';
  const parts = [
    `${megabytes(sentBytes)} of ${megabytes(totalBytes)} MB to ${shown(at(transfers, 'active'))} drones`,
    `${shown(at(transfers, 'waiting'))} wait`,
    ...(typeof bytesPerS === 'number' ? [`${megabytes(bytesPerS)} MB/s`] : []),
    ...(typeof leftS === 'number' ? [`${Math.ceil(leftS)} s left`] : []),
  ];
  return [['files', parts.join(', ')]];
}

function updateRows(update: TppJson): string[][] {
  if (!isTppObject(update)) return [];
  const part = (key: string) => shown(at(update, key));
  const stopped = at(update, 'stopped');
  const why = typeof stopped === 'string' ? `; no other begins: ${stopped}` : '';
  const stage = at(update, 'isOver') === true ? 'over' : `stage ${part('stage')} of ${part('stages')}`;
  return [['update', `to ${part('version')}, ${stage}: ${part('done')} of ${part('of')} drones done${why}`]];
}

/** The lines of `load`: the show, what its file says that could not be held, what its check found. */
export function formatLoad(answer: TppJson): string[] {
  const show = at(answer, 'show');
  const notes = at(show, 'notes');
  const noted = Array.isArray(notes) ? notes.map((note: TppJson) => ['note', shown(note)]) : [];
  return table([...showRows(show), ['digest', shown(at(show, 'digest'))], ...noted]);
}

function showRows(show: TppJson): string[][] {
  if (!isTppObject(show)) return [['show', 'none']];
  const slots = at(show, 'slots');
  const count = Array.isArray(slots) ? slots.length : '?';
  const name = `${shown(at(show, 'name'))} (${count} drones, ${rounded(at(show, 'durationS'))} s)`;
  return [['show', name], ...violationRows(show)];
}

function violationRows(show: TppJson): string[][] {
  const violations = at(show, 'violations');
  if (!Array.isArray(violations)) return [];
  return violations.map((violation) => [
    'violation',
    `${shown(at(violation, 'kind'))} at ${rounded(at(violation, 't'))} s: ${rounded(at(violation, 'value'))} (limit ${rounded(at(violation, 'limit'))}), ${dronesOf(violation)}`,
  ]);
}

function dronesOf(violation: TppJson): string {
  const drones = at(violation, 'drones');
  return Array.isArray(drones) && drones.length > 0 ? drones.map(shown).join(' and ') : 'all';
}

/** To hundredths, for people. */
function rounded(value: TppJson): string {
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : shown(value);
}

function authorizationText(authorization: TppJson): string {
  if (!isTppObject(authorization)) return 'nothing: not authorized';
  const left = at(authorization, 'leftS');
  const reason = at(authorization, 'override');
  const override = typeof reason === 'string' ? `, OVERRIDE: ${reason}` : '';
  return `${shown(at(authorization, 'scope'))}, for ${typeof left === 'number' ? Math.round(left) : '?'} s${override}`;
}

/** One pushed telemetry as a line: the drone, and its values as JSON. */
export function formatTelemetry(pushed: TppJson): string {
  return printable(`${shown(at(pushed, 'id'))}  ${JSON.stringify(at(pushed, 'telemetry'))}`);
}

function listRow(drone: { readonly [key: string]: TppJson }): string[] {
  const telemetry = drone.telemetry ?? null;
  const charge = at(at(telemetry, 'battery'), 1);
  const blockers = drone.blockers ?? null;
  return [
    shown(drone.id ?? null),
    drone.connected === true ? 'connected' : 'LOST',
    drone.ready === true ? 'ready' : 'no',
    shown(drone.slot ?? null),
    shown(drone.proof ?? null),
    typeof charge === 'number' ? `${Math.round(charge * 100)} %` : '-',
    shown(at(telemetry, 'mode')),
    at(telemetry, 'armed') === true ? 'ARMED' : shown(at(telemetry, 'fcu_status')),
    milliseconds(drone.latencyMs ?? null),
    milliseconds(drone.offsetMs ?? null),
    Array.isArray(blockers) ? blockers.map((blocker: TppJson) => shown(at(blocker, 'text'))).join('; ') : '',
  ];
}

function milliseconds(value: TppJson): string {
  return typeof value === 'number' ? `${value.toFixed(1)} ms` : '-';
}
