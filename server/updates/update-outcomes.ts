/** How an update ended on a drone, as the result of a command and in words. Pure. */
import type { Outcome } from '../show-control/send-command.js';
import type { LogLine } from '../snapshot.js';
import {
  type DroneEnd,
  type DronePhase,
  type DroneProgress,
  isFailure,
  type RollOutView,
} from './roll-out.js';

/** `stopped`: why the roll-out does not go on. */
export function outcomeFor(
  { phase, code, text }: Omit<DroneProgress, 'id'>,
  stopped: string | undefined,
): Outcome {
  switch (phase) {
    case 'done':
      return { ok: true, ...(text !== undefined && { message: text }) };
    case 'has_it':
      return { ok: true, code: 'unchanged', message: text ?? 'it has it already' };
    case 'skipped':
      return { ok: false, code: code ?? 'refused', message: `skipped: ${text ?? ''}` };
    case 'refused':
    case 'rolled_back':
    case 'failed':
    case 'lost':
      return { ok: false, code: phase, message: unmarked(text ?? phase) };
    default:
      return { ok: false, code: 'called_off', message: `not begun: ${stopped ?? 'the update was stopped'}` };
  }
}

/** A drone that failed can not say that it was left out. */
function unmarked(text: string): string {
  return /^(?:skipped|not begun): /.test(text) ? `it says: ${text}` : text;
}

/** How it ended for all of them, for the log: what was said of each stands above it. */
export function lastWord({ version, drones, stopped }: RollOutView): [LogLine['level'], string] {
  const counts = new Map<DronePhase, number>();
  for (const { phase } of drones) counts.set(phase, (counts.get(phase) ?? 0) + 1);
  const parts = [...counts].map(([phase, count]) => `${count} ${phase.replaceAll('_', ' ')}`);
  const level = drones.some(({ phase }) => isFailure(phase))
    ? 'error'
    : stopped === undefined
      ? 'info'
      : 'warning';
  const how = stopped === undefined ? 'is over' : 'was STOPPED';
  const why = stopped === undefined ? '' : `: ${stopped}`;
  return [level, `update to ${version} ${how}, ${parts.join(', ') || 'no drone'}${why}`];
}

/** Of a drone that is not commanded now. */
export function skippedBy(refusal: Outcome | undefined): DroneEnd & { readonly phase: 'skipped' } {
  return {
    phase: 'skipped',
    code: refusal?.code ?? 'unreachable',
    text: refusal?.message ?? 'not connected',
  };
}

/** The server ends while it installs. */
export const leftAlone: Outcome = {
  ok: false,
  code: 'called_off',
  message: 'the server ends; it installs by itself: starling ctl software says later how that ended',
};
