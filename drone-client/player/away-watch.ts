/**
 * Notices a drone that has not flown its show for a while: its autopilot acted by a failsafe of its own, or could not be
 * reached. Knows states and the place in the show; no player.
 *
 * An autopilot may take setpoints up again by itself as soon as they come (PX4 does): such a drone would hurry after its
 * moving place, through those who flew on. Whoever was away is out of the show.
 */
import { distance, type Vec3 } from '../../lib/geo/frames.js';
import type { VehicleState } from '../vehicle/vehicle.js';

/** What has been silent for longer may have been without setpoints as well, ms. Source: PX4 COM_OF_LOSS_T, 1 s, less a little. */
const silentMs = 800;

/** After a silence the first words may be old ones that have waited: judged so much later, ms. */
const settleMs = 200;

/** Farther from its place than any drone is that flies the show, m. */
const awayM = 1.5;

/** `land`: by the autopilot already, and it is to stay so. `leave`: the autopilot does what it does. */
export type Away = { readonly what: 'land' | 'leave'; readonly why: string };

export class AwayWatch {
  #heardMs: number | undefined;
  #silence: { readonly forMs: number; readonly overMs: number } | undefined;

  /** Nothing is flown that it could be away from. */
  reset(): void {
    this.#heardMs = undefined;
    this.#silence = undefined;
  }

  /** Takes a state of a drone in the air in its show. `placeAt`: where the show has it at a moment; undefined: not said. */
  look(state: VehicleState, placeAt: (atMs: number) => Vec3 | undefined): Away | undefined {
    const { position, role, mode, systemStatus } = state;
    const isFailsafe = systemStatus === 'CRITICAL' || systemStatus === 'EMERGENCY';
    if (isFailsafe && role !== undefined && role !== 'offboard')
      return {
        what: role === 'land' ? 'land' : 'leave',
        why: `the autopilot's own failsafe took over: ${mode}`,
      };
    if (!position || position.atMs === this.#heardMs) return undefined;
    const forMs = position.atMs - (this.#heardMs ?? position.atMs);
    this.#heardMs = position.atMs;
    if (forMs > silentMs) this.#silence = { forMs, overMs: position.atMs };
    if (!this.#silence || position.atMs - this.#silence.overMs < settleMs) return undefined;
    const silentS = (this.#silence.forMs / 1000).toFixed(1);
    this.#silence = undefined;
    const placeM = placeAt(position.atMs);
    const offM = placeM ? distance(placeM, position.positionM) : 0;
    if (offM <= awayM || role !== 'offboard') return undefined;
    const why = `out of the show: the autopilot was not heard for ${silentS} s, and is ${offM.toFixed(1)} m from its place`;
    return { what: 'land', why };
  }
}
