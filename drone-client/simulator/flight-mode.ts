/** What each mode wants of the controller at this moment, in the estimator's local ENU frame. Knows no messages. */
import type { Vec3 } from '../../lib/geo/frames.js';
import type { OffboardStream } from './offboard-stream.js';
import type { Parameters } from './parameters.js';
import type { Demand } from './position-control.js';

export type ModeInput = {
  readonly mode: string;
  readonly isFailsafe: boolean;
  readonly positionM: Vec3;
  readonly velocityMPerS: Vec3;
  readonly stream: OffboardStream;
};

/** How fast POSCTL without a pilot sinks after the setpoints stopped. Source: observed on PX4. */
const failsafeSinkMPerS = 0.6;
/** Where it comes to a stop: this far along its present velocity. */
const stoppingS = 0.6;
const takeoffReachedM = 0.15;

/** Remembers where a mode was entered. */
export class FlightMode {
  readonly #parameters: Parameters;
  #mode = '';
  #isFailsafe = false;
  #holdM: Vec3 = { x: 0, y: 0, z: 0 };
  #takeoffZM: number | undefined;

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
  }

  /** The height (local ENU z) of the next AUTO.TAKEOFF; undefined = MIS_TAKEOFF_ALT above where it starts. */
  set takeoffZM(zM: number | undefined) {
    this.#takeoffZM = zM;
  }

  /** True in AUTO.TAKEOFF once its height is reached. */
  isTakeoffDone(input: ModeInput): boolean {
    return input.mode === 'AUTO.TAKEOFF' && input.positionM.z >= this.#targetZM() - takeoffReachedM;
  }

  demand(input: ModeInput): Demand {
    if (input.mode !== this.#mode || input.isFailsafe !== this.#isFailsafe) this.#enter(input);
    const hold = { x: { positionM: this.#holdM.x }, y: { positionM: this.#holdM.y } };
    const sink = (velocityMPerS: number): Demand => ({ ...hold, z: { velocityMPerS } });
    switch (input.mode) {
      case 'OFFBOARD':
        return input.stream.demand ?? sink(0);
      case 'AUTO.TAKEOFF':
        return sink(this.#parameters.number('MPC_TKO_SPEED'));
      case 'AUTO.LAND':
        return sink(-this.#parameters.number('MPC_LAND_SPEED'));
      case 'POSCTL':
        return input.isFailsafe ? sink(-failsafeSinkMPerS) : { ...hold, z: { positionM: this.#holdM.z } };
      default:
        return { ...hold, z: { positionM: this.#holdM.z } };
    }
  }

  #targetZM(): number {
    return this.#takeoffZM ?? this.#holdM.z + this.#parameters.number('MIS_TAKEOFF_ALT');
  }

  #enter({ mode, isFailsafe, positionM, velocityMPerS }: ModeInput): void {
    this.#mode = mode;
    this.#isFailsafe = isFailsafe;
    this.#holdM = {
      x: positionM.x + velocityMPerS.x * stoppingS,
      y: positionM.y + velocityMPerS.y * stoppingS,
      z: positionM.z + velocityMPerS.z * stoppingS,
    };
  }
}
