/** What a new state of the vehicle means for the flight that is under way. Pure but for counting heartbeats. */
import type { VehicleState } from '../vehicle/vehicle.js';
import { type Activity, hasLifted, isFlying, isPreempted } from './activity.js';
import type { Ending } from './ending.js';
import type { TakeoverWatch } from './takeover-watch.js';

export type UnderWay = { readonly activity: Activity | undefined; readonly ending: Ending | undefined };

/** Why what is planned is over, by the motors; undefined when it goes on. */
export function motorsVerdict({ activity, ending }: UnderWay, state: VehicleState): string | undefined {
  if (ending || !state.connected) return undefined;
  if (isPreempted(activity, state.armed)) return 'the motors were started by somebody else';
  if (!isFlying(activity) || state.armed) return undefined;
  return hasLifted(activity) ? 'disarmed in flight' : 'disarmed before it took off';
}

/** The same by the mode, to be asked once a heartbeat: somebody else flies. */
export function modeVerdict(
  { activity, ending }: UnderWay,
  state: VehicleState,
  watch: TakeoverWatch,
): string | undefined {
  if (!ending && !isFlying(activity)) {
    watch.reset();
    return undefined;
  }
  // One that was not taken yet is asked for again: only a pilot who takes the drone ends it.
  if (ending && !watch.isPilots(state) && !ending.isTaken) return undefined;
  if (!watch.heartbeat(state, ending?.kind ?? 'flying')) return undefined;
  const isFailsafe = state.systemStatus === 'CRITICAL' || state.systemStatus === 'EMERGENCY';
  return isFailsafe
    ? `the autopilot's own failsafe took over: ${state.mode}`
    : `pilot took over: ${state.mode}`;
}
