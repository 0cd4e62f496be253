/** The pane of the drone under the cursor, below the table or beside it. Knows no table. */
import type { DroneView, ServerSnapshot } from '../snapshot.js';
import { droneFacts } from './facts.js';
import { measuredText } from './measured.js';
import { linkText, reasonLines } from './reasons.js';
import { bold, rule, type StyledLine, span } from './styled.js';
import { cleanText, fitText } from './text.js';

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

/** Reasons, wrapped, as far as they fit; the rest is counted. What it measures, where that leaves a line. */
function detailLines(
  drone: DroneView,
  { monotonicMs }: ServerSnapshot,
  { columns, lines }: { columns: number; lines: number },
): StyledLine[] {
  const reasons = reasonLines(drone, monotonicMs, columns);
  const room = lines - 1;
  const measured = `   ${measuredText(drone.record.telemetry)}`;
  if (reasons.length < room) return [...reasons, [span(fitText(measured, columns - 1), 'muted')]];
  if (reasons.length === room) return reasons;
  const hidden = reasons.length - room + 1;
  return [...reasons.slice(0, room - 1), [span(`   ${hidden} more: press Enter`, 'muted')]];
}
