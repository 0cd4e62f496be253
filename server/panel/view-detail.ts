/** The pane of the drone under the cursor: what keeps it from flying, the most important first. Knows no table. */
import { lastFailsafe, type TelemetryValue, textsOf } from '../fleet/telemetry.js';
import type { DroneView, ServerSnapshot } from '../snapshot.js';
import { flightFault, ledColor, plain, stateCell } from './cells.js';
import { allColumns } from './columns.js';
import { formatAge, formatUtc } from './format.js';
import { bold, fitLine, plainText, type Role, rule, type Span, type StyledLine, span } from './styled.js';
import { cleanText, fitText, wrapText } from './text.js';
import { logLine } from './view-log.js';

/** Exactly `lines` lines: a rule with the drone's name, then reasons. */
export function viewDetail(
  drone: DroneView | undefined,
  snapshot: ServerSnapshot,
  size: { columns: number; lines: number },
): StyledLine[] {
  const { columns, lines } = size;
  if (lines === 0) return [];
  const content = drone ? detailLines(drone, snapshot, size) : [];
  const title = drone
    ? [bold(cleanText(drone.record.id)), ...linkText(drone, snapshot)]
    : [span('no drone', 'muted')];
  const empty = Array.from({ length: lines }, () => []);
  return [rule(title, columns), ...content, ...empty].slice(0, lines);
}

function linkText({ record }: DroneView, { monotonicMs }: ServerSnapshot): Span[] {
  const latency = record.latencyMs === undefined ? '' : `, ${Math.round(record.latencyMs)} ms`;
  const heard =
    record.telemetryAtMs === undefined
      ? 'never heard'
      : `heard ${formatAge(monotonicMs - record.telemetryAtMs)} ago`;
  const kind = record.isAnswering ? (record.software ?? '') : 'old client: commands are not confirmed';
  return [span(cleanText(`  ${record.address}${latency}, ${heard}, ${kind}`), 'muted')];
}

/** The pane at the side of the table: reasons, all telemetry, last commands, its lines of the log, as far as they fit. */
export function viewSide(
  drone: DroneView | undefined,
  snapshot: ServerSnapshot,
  size: { columns: number; lines: number },
): StyledLine[] {
  const { columns, lines } = size;
  if (lines === 0) return [];
  const empty = Array.from({ length: lines }, () => []);
  if (!drone) return [rule([span('no drone', 'muted')], columns), ...empty].slice(0, lines);
  const title = rule([bold(cleanText(drone.record.id))], columns);
  return [title, ...droneFacts(drone, snapshot, columns), ...empty].slice(0, lines);
}

/** Reasons, wrapped, as far as they fit; the rest is counted. */
function detailLines(
  drone: DroneView,
  { monotonicMs }: ServerSnapshot,
  { columns, lines }: { columns: number; lines: number },
): StyledLine[] {
  const reasons = reasonLines(drone, monotonicMs, columns);
  const room = lines - 1;
  if (reasons.length <= room) return reasons;
  const hidden = reasons.length - room + 1;
  return [...reasons.slice(0, room - 1), [span(`   ${hidden} more: press Enter`, 'muted')]];
}

function reasonLines(drone: DroneView, nowMs: number, columns: number): StyledLine[] {
  return [
    ...stateLines(drone, nowMs),
    ...faultLines(drone, columns),
    ...watchLines(drone, columns),
    ...blockerLines(drone, columns),
    ...proofLines(drone, columns),
    ...outcomeLines(drone, columns),
    ...warningLines(drone, columns),
  ];
}

/** What its autopilot says in flight. What its own watchdog sees has its own lines. */
function faultLines(drone: DroneView, columns: number): StyledLine[] {
  const fault = flightFault(drone);
  if (fault === undefined || textsOf(drone.record.telemetry.failsafe).length > 0) return [];
  return marked('✗', `${fault}: land it`, { role: 'bad', columns });
}

function stateLines(drone: DroneView, nowMs: number): StyledLine[] {
  const { role, text } = stateCell(drone, nowMs);
  if (text === 'silent') return [[bold(' ✗ no telemetry any more: what is shown is old', role)]];
  if (text === 'LOST!')
    return [
      [
        bold(
          ' ✗ it was ARMED when the connection broke: it follows its own link-loss rule, look at it',
          'bad',
        ),
      ],
    ];
  if (text === 'ARMED') return [[bold(' ● motors are armed', 'accent')]];
  if (text === 'FLYING') return [[bold(' ● flying', 'accent')]];
  if (text === '✗ FAULT') return [[bold(' ✗ armed, and something is wrong:', 'bad')]];
  return drone.blockers.length === 0 ? [[bold(' ✓ ready for the show', 'good')]] : [];
}

function blockerLines({ blockers, isArmed, record }: DroneView, columns: number): StyledLine[] {
  // In flight the checks before flight are no faults.
  if (isArmed && record.isConnected) return [];
  return blockers.flatMap(({ text }) => marked('✗', text, { role: 'bad', columns }));
}

/** What the drone's own watchdog sees now, or did last. */
function watchLines({ record }: DroneView, columns: number): StyledLine[] {
  const active = textsOf(record.telemetry.failsafe);
  const last = lastFailsafe(record.telemetry);
  return [
    ...active.flatMap((text) => marked('✗', text, { role: 'bad', columns })),
    ...(last === undefined ? [] : marked('!', `last ${last}`, { role: 'missing', columns })),
  ];
}

/** What does not keep it from a start, but should be known before it. */
function warningLines({ record, isArmed }: DroneView, columns: number): StyledLine[] {
  if (isArmed) return [];
  return textsOf(record.telemetry.warnings).flatMap((text) =>
    marked('!', text, { role: 'missing', columns }),
  );
}

/** What is proven of the show that it holds. */
function proofLines({ proof, slot, record }: DroneView, columns: number): StyledLine[] {
  const { show_digest: digest } = record.telemetry;
  const part = slot === undefined || slot === record.id ? '' : `, slot ${slot}`;
  if (proof === 'match')
    return marked('✓', `show proven: digest ${String(digest).slice(0, 8)}${part}`, { role: 'good', columns });
  if (proof !== 'unproven') return [];
  return marked('!', `show unproven: an old client tells no digest, its own word stands in${part}`, {
    role: 'missing',
    columns,
  });
}

function outcomeLines({ record }: DroneView, columns: number): StyledLine[] {
  const { lastOutcome } = record;
  if (!lastOutcome || lastOutcome.result.ok) return [];
  const { message, code } = lastOutcome.result;
  return marked('✗', `last command ${lastOutcome.action}: ${message ?? code ?? 'failed'}`, {
    role: 'missing',
    columns,
  });
}

function marked(
  mark: string,
  text: string,
  { role, columns }: { role: Role; columns: number },
): StyledLine[] {
  return wrapText(cleanText(text), Math.max(8, columns - 4)).map((line, index) => [
    span(index === 0 ? ` ${mark} ` : '   ', role),
    span(line, index === 0 ? role : 'text'),
  ]);
}

/** Everything known of one drone: reasons, telemetry, last commands, its lines of the log. */
export function droneFacts(drone: DroneView, snapshot: ServerSnapshot, columns: number): StyledLine[] {
  const nowMs = snapshot.monotonicMs;
  const section = (title: string, lines: readonly StyledLine[]): StyledLine[] =>
    lines.length === 0 ? [] : [[bold(` ${title}`)], ...lines];
  return [
    ...wrapText(plainText([...linkText(drone, snapshot)]).trim(), columns - 2).map(
      (line): StyledLine => [span(` ${line}`, 'muted')],
    ),
    ...reasonLines(drone, nowMs, columns),
    ...section('telemetry', telemetryLines(drone, nowMs, columns)),
    ...section('last commands', commandLines(drone, snapshot, columns)),
    ...section('its log', logLines(drone, snapshot, columns)),
  ];
}

const titleColumns = 19;

function telemetryLines(drone: DroneView, nowMs: number, columns: number): StyledLine[] {
  const { telemetry } = drone.record;
  const color = ledColor(telemetry.led);
  const known = allColumns
    .filter(({ key }) => key !== 'copter_id' && key !== 'last_command')
    .flatMap(({ longTitle, cell }) => {
      const { text, role } = cell(drone, nowMs);
      const isLight = longTitle === 'light' && color;
      const shown = isLight ? `red ${color.red}, green ${color.green}, blue ${color.blue}` : text;
      return fact(longTitle, shown, { role: isLight ? 'text' : role, columns });
    });
  const covered = new Set(allColumns.map(({ key }) => key));
  const others = Object.keys(telemetry)
    .filter((key) => !covered.has(key))
    .sort()
    .flatMap((key) => fact(cleanText(key), rawText(telemetry[key]), { role: 'text', columns }));
  return [...known, ...others];
}

/** As the drone said it, but for decimals that nobody reads. */
function rawText(value: TelemetryValue | undefined): string {
  const text = plain(value).replaceAll(/\d+\.\d{4,}/g, (number) => Number(number).toFixed(3));
  return text === '' ? 'none' : text;
}

function fact(
  title: string,
  text: string,
  { role, columns }: { readonly role: Role; readonly columns: number },
): StyledLine[] {
  const room = Math.max(8, columns - titleColumns - 1);
  return wrapText(text, room).map((line, index) => [
    span(fitText(index === 0 ? ` ${title}` : '', titleColumns), 'muted'),
    span(line, role),
  ]);
}

/** The newest first. */
function commandLines({ record }: DroneView, snapshot: ServerSnapshot, columns: number): StyledLine[] {
  const recent = record.recentOutcomes ?? (record.lastOutcome ? [record.lastOutcome] : []);
  return [...recent].reverse().flatMap(({ action, result, atMs }) => {
    const time = formatUtc(snapshot.utcMs - (snapshot.monotonicMs - atMs));
    const how = [result.code, result.message].filter((text) => text !== undefined && text !== '').join(': ');
    const text = `${time} ${action}${how === '' ? '' : `: ${how}`}`;
    return marked(result.ok ? '✓' : '✗', text, { role: result.ok ? 'text' : 'bad', columns });
  });
}

/** Lines of the event log that speak of it, the newest first. */
function logLines({ record }: DroneView, { log }: ServerSnapshot, columns: number): StyledLine[] {
  const lines = log.filter(({ text }) => speaksOf(text, record.id)).slice(-maxLogLines);
  return lines.reverse().map((line) => fitLine(logLine(line), columns - 1));
}

const maxLogLines = 50;

/** The name by itself, not as the beginning of another one. */
export function speaksOf(text: string, id: string): boolean {
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1)) {
    const [before = ' ', after = ' '] = [text[at - 1], text[at + id.length]];
    if (!isOfName(before) && !isOfName(after)) return true;
  }
  return false;
}

function isOfName(letter: string): boolean {
  return /[\p{L}\p{N}-]/u.test(letter);
}
