/** How the checks' result crosses the wire. Old servers show every text as an error, so they get the blocking ones only. */
import type { VehicleState } from '../vehicle/vehicle.js';
import { motionProblems } from './checks-motion.js';
import { isBlocking, type Problem } from './problem.js';

/** What blocks a start, as texts; of the motion alone where the whole result is not at hand. */
export function findErrors(
  state: VehicleState,
  problems: readonly Problem[] = motionProblems(state),
): string[] {
  return problems.filter(isBlocking).map(({ text }) => text);
}

/** The answer to `selfcheck`. */
export function selfcheckAnswer(state: VehicleState, problems?: readonly Problem[]): string | string[] {
  if (!state.connected) return 'NOT_CONNECTED_TO_FCU';
  const errors = findErrors(state, problems);
  return errors.length === 0 ? 'OK' : errors;
}

/** What does not block a start, as texts: for servers that show it apart. */
export function warningTexts(problems: readonly Problem[]): string[] {
  return problems.filter((problem) => !isBlocking(problem)).map(({ text }) => text);
}
