/** What speaks against a rehearsal: whatever its faults do not explain. Knows results and a plan; no drone. */
import { everyDrone } from '../../drone-client/simulator/fault-file.js';
import type { PlannedFault } from './fault-plan.js';
import type { Rehearsal } from './run.js';

/** With these a drone may come down anyhow. */
const fatal: ReadonlySet<PlannedFault['fault']['kind']> = new Set([
  ...(['motor-loss', 'reboot', 'battery-sag'] as const),
]);

/** After these every drone may. */
const fatalCommands: ReadonlySet<string> = new Set(['kill', 'disarm']);

/** Nearer than this drones of whom nothing befell either may never be, m. */
const tooCloseM = 1;

/** A start that is further off is seen by the audience, ms. */
const startErrorMaxMs = 50;

/** One sentence each; none: it went as it should. Wind explains nothing: drones bear it, or are not to fly in it. */
export function findingsOf(rehearsal: Rehearsal, plan: readonly PlannedFault[]): string[] {
  const { end, field, summary } = rehearsal;
  const isHit = (id: string) =>
    plan.some(({ who, fault }) => (who === id || who === everyDrone) && fault.kind !== 'wind');
  const isDoomed = (id: string) =>
    plan.some(({ who, fault }) =>
      fault.kind === 'command'
        ? fatalCommands.has(fault.name)
        : (who === id || who === everyDrone) && fatal.has(fault.kind),
    );
  const findings: string[] = [];
  if (end.why !== 'done') findings.push(`it did not come to its end (${end.why})`);
  if (end.outside.length > 0) findings.push(`it may not repeat: it awaited ${end.outside.join(', ')}`);
  for (const [id, what] of field.ends) {
    if (what === 'flying') findings.push(`${id} still flew at the end`);
    if (what === 'lost' && !isDoomed(id)) findings.push(`${id} was lost, and no fault explains it`);
  }
  const forgotten = rehearsal.flyingWhenOver.filter((id) => !isHit(id));
  if (forgotten.length > 0)
    findings.push(`the server held the show to be over while ${forgotten.join(', ')} flew`);
  const { distanceM = Number.POSITIVE_INFINITY, drones = [] } = field.closest ?? {};
  if (distanceM < tooCloseM && !drones.some(isHit))
    findings.push(
      `${drones.join(' and ')} came as near as ${distanceM.toFixed(2)} m, and no fault explains it`,
    );
  for (const { id, startErrorMs } of summary?.drones ?? [])
    if (Math.abs(startErrorMs ?? 0) > startErrorMaxMs && !isHit(id))
      findings.push(`${id} started ${startErrorMs?.toFixed(0)} ms off, and no fault explains it`);
  if (plan.length === 0 && !summary) findings.push('the show was not flown');
  return findings;
}
