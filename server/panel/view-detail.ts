/** The pane of the drone under the cursor: what keeps it from flying, the most important first. Knows no table. */
import { lastFailsafe, textsOf } from '../fleet/telemetry.js';
import type { DroneView, ServerSnapshot } from '../snapshot.js';
import { ledColor, stateCell } from './cells.js';
import { allColumns } from './columns.js';
import { formatAge } from './format.js';
import type { PanelState } from './state.js';
import { bold, type Role, rule, type Span, type StyledLine, span } from './styled.js';
import { cleanText, wrapText } from './text.js';

/** Exactly `lines` lines: a rule with the drone's name, then reasons. */
export function viewDetail(
  state: PanelState,
  snapshot: ServerSnapshot,
  size: { columns: number; lines: number },
): StyledLine[] {
  const { columns, lines } = size;
  if (lines === 0) return [];
  const drone = snapshot.drones[state.cursorIndex];
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

/** Reasons, wrapped, as far as they fit; the rest is counted. */
function detailLines(
  drone: DroneView,
  { monotonicMs }: ServerSnapshot,
  { columns, lines }: { columns: number; lines: number },
): StyledLine[] {
  const reasons = [
    ...stateLines(drone, monotonicMs),
    ...watchLines(drone, columns),
    ...blockerLines(drone, columns),
    ...proofLines(drone, columns),
    ...outcomeLines(drone, columns),
    ...warningLines(drone, columns),
  ];
  const room = lines - 1;
  if (reasons.length <= room) return reasons;
  const hidden = reasons.length - room + 1;
  return [...reasons.slice(0, room - 1), [span(`   ${hidden} more: press Enter`, 'muted')]];
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

/** Everything known of one drone, for its own page. */
export function droneFacts(drone: DroneView, snapshot: ServerSnapshot, columns: number): StyledLine[] {
  const nowMs = snapshot.monotonicMs;
  const color = ledColor(drone.record.telemetry.led);
  const facts = allColumns.map(({ longTitle, cell }): StyledLine => {
    const { text, role } = cell(drone, nowMs);
    const isLight = longTitle === 'light' && color;
    const shown = isLight ? `red ${color.red}, green ${color.green}, blue ${color.blue}` : text;
    return [span(` ${longTitle.padEnd(18)}`, 'muted'), span(shown, isLight ? 'text' : role)];
  });
  return [
    linkText(drone, snapshot),
    ...stateLines(drone, nowMs),
    ...watchLines(drone, columns),
    ...blockerLines(drone, columns),
    ...proofLines(drone, columns),
    ...outcomeLines(drone, columns),
    ...warningLines(drone, columns),
    [],
    ...facts,
  ];
}
