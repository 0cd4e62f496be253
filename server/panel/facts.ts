/** Everything known of one drone: reasons, all telemetry, last commands, its lines of the log. Knows no table and no keys. */
import type { TelemetryValue } from '../fleet/telemetry.js';
import type { DroneView, ServerSnapshot } from '../snapshot.js';
import { ledColor, plain } from './cells.js';
import { allColumns } from './columns.js';
import { formatUtc } from './format.js';
import { measuredFacts } from './measured.js';
import { linkText, marked, reasonLines } from './reasons.js';
import { bold, fitLine, plainText, type Role, type StyledLine, span } from './styled.js';
import { cleanText, fitText, wrapText } from './text.js';
import { logLine } from './view-log.js';

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
  const measured = measuredFacts(telemetry);
  const covered = new Set<string>(allColumns.map(({ key }) => key));
  const others = Object.keys(telemetry)
    .filter((key) => !covered.has(key) && !measured.has(key))
    .sort()
    .flatMap((key) => fact(cleanText(key), rawText(telemetry[key]), { role: 'text', columns }));
  const told = [...measured].flatMap(([key, text]) =>
    fact(key.replaceAll('_', ' '), text, { role: 'text', columns }),
  );
  return [...known, ...told, ...others];
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
