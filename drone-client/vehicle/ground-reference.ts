/**
 * A vehicle whose z = 0 is the ground that it took off from. Estimators start some decimetres off zero, each drone by
 * another amount; shows are written from the ground up. Knows no MAVLink and no show.
 */
import type { Setpoint, Vehicle, VehicleEvent, VehiclePosition, VehicleState } from './vehicle.js';
import { VehicleDecorator } from './vehicle-decorator.js';

/** As far as its state tells; a command to arm that is under way does not show there yet. */
export function isStanding({ connected, armed, landed }: VehicleState): boolean {
  return connected && !armed && (landed === 'on_ground' || landed === undefined);
}

/**
 * Wraps a vehicle: while it stands disarmed its present height is taken for the ground; from the command to arm (its
 * effect is seen up to a second later, when it may climb already) until the next disarm the last such height stays.
 * Positions that come out and setpoints that go in are shifted by it. A vehicle that is
 * armed when first seen has no known ground: its own zero stays.
 */
export class GroundReferencedVehicle extends VehicleDecorator {
  readonly #inner: Vehicle;
  #groundZM = 0;
  #seen: VehicleState | undefined;
  #shifted: VehicleState | undefined;

  constructor(inner: Vehicle) {
    super(inner);
    this.#inner = inner;
    this.#shiftState();
    inner.onEvent(() => this.#shiftState());
  }

  override get state(): VehicleState {
    return this.#shiftState();
  }

  #shiftState(): VehicleState {
    const { state } = this.#inner;
    if (this.#shifted && state === this.#seen) return this.#shifted;
    this.#seen = state;
    if (!state.position) {
      this.#shifted = state;
      return state;
    }
    if (!this.isArming && isStanding(state)) this.#groundZM = state.position.positionM.z;
    this.#shifted = { ...state, position: this.#shift(state.position) };
    return this.#shifted;
  }

  override onEvent(listener: (event: VehicleEvent) => void): () => void {
    return this.#inner.onEvent((event) => {
      const { position } = this.state;
      if (event.type !== 'positionReceived') listener(event);
      else listener({ type: 'positionReceived', position: position ?? this.#shift(event.position) });
    });
  }

  override sendSetpoint(setpoint: Setpoint): void {
    const { x, y, z } = setpoint.positionM;
    this.#inner.sendSetpoint({ ...setpoint, positionM: { x, y, z: z + this.#groundZM } });
  }

  #shift(position: VehiclePosition): VehiclePosition {
    const { x, y, z } = position.positionM;
    return { ...position, positionM: { x, y, z: z - this.#groundZM } };
  }
}
