/** What keeps a drone from flying, or is wrong with it in flight: the most important first. Knows no table. */
import { lastFailsafe, textsOf } from '../fleet/telemetry.js';
import type { DroneView, ServerSnapshot } from '../snapshot.js';
import { flightFault, stateCell } from './cells.js';
import { formatAge } from './format.js';
import { bold, type Role, type Span, type StyledLine, span } from './styled.js';
import { cleanText, wrapText } from './text.js';

/** Where it is, how far away, and what it runs. */
export function linkText({ record }: DroneView, { monotonicMs }: ServerSnapshot): Span[] {
  const latency = record.latencyMs === undefined ? '' : `, ${Math.round(record.latencyMs)} ms`;
  const heard =
    record.telemetryAtMs === undefined
      ? 'never heard'
      : `heard ${formatAge(monotonicMs - record.telemetryAtMs)} ago`;
  const kind = record.isAnswering ? (record.software ?? '') : 'old client: commands are not confirmed';
  return [span(cleanText(`  ${record.address}${latency}, ${heard}, ${kind}`), 'muted')];
}

export function reasonLines(drone: DroneView, nowMs: number, columns: number): StyledLine[] {
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

/** A text behind a mark, wrapped under itself. */
export function marked(
  mark: string,
  text: string,
  { role, columns }: { role: Role; columns: number },
): StyledLine[] {
  return wrapText(cleanText(text), Math.max(8, columns - 4)).map((line, index) => [
    span(index === 0 ? ` ${mark} ` : '   ', role),
    span(line, index === 0 ? role : 'text'),
  ]);
}
