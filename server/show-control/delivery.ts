/** How long before its moment a timed command is sent. Numbers alone. */

/** Head start that every timed command gets to reach the drones, ms. */
export const deliveryMs = 100;

/** Nobody waits longer for a link that is half dead: who hears a hold late brakes late, and stands so much longer, ms. */
const mostWaitMs = 1000;

/** How long a command that all are to begin at one moment is given to reach the slowest of them, ms. `latenciesMs`: round trips. */
export function reachMs(latenciesMs: readonly number[]): number {
  return deliveryMs + Math.min(mostWaitMs, 2 * latenciesMs.reduce((most, ms) => Math.max(most, ms), 0));
}

/** Least delay of a start that flies, s: the stream of setpoints, the mode and the arming come before the motors. */
export const leastFlightDelayS = 4;
