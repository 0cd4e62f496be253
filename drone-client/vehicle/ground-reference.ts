/**
 * A vehicle whose z = 0 is the ground that it took off from. Estimators start some decimetres off zero, each drone by
 * another amount; shows are written from the ground up. Knows no MAVLink and no show.
 */
import type {
  AttitudeSetpoint,
  GlobalSetpoint,
  Setpoint,
  Vehicle,
  VehicleEvent,
  VehicleMaintenance,
  VehiclePosition,
  VehicleState,
} from './vehicle.js';

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
export class GroundReferencedVehicle implements Vehicle {
  readonly #inner: Vehicle;
  #groundZM = 0;
  #armingCommands = 0;
  #seen: VehicleState | undefined;
  #shifted: VehicleState | undefined;

  constructor(inner: Vehicle) {
    this.#inner = inner;
    this.#shiftState();
    inner.onEvent(() => this.#shiftState());
  }

  get state(): VehicleState {
    return this.#shiftState();
  }

  get maintenance(): VehicleMaintenance {
    return this.#inner.maintenance;
  }

  #shiftState(): VehicleState {
    const { state } = this.#inner;
    if (this.#shifted && state === this.#seen) return this.#shifted;
    this.#seen = state;
    if (!state.position) {
      this.#shifted = state;
      return state;
    }
    if (this.#armingCommands === 0 && isStanding(state)) this.#groundZM = state.position.positionM.z;
    this.#shifted = { ...state, position: this.#shift(state.position) };
    return this.#shifted;
  }

  onEvent(listener: (event: VehicleEvent) => void): () => void {
    return this.#inner.onEvent((event) => {
      const { position } = this.state;
      if (event.type !== 'positionReceived') listener(event);
      else listener({ type: 'positionReceived', position: position ?? this.#shift(event.position) });
    });
  }

  async arm(): Promise<void> {
    this.#armingCommands++;
    try {
      await this.#inner.arm();
    } finally {
      this.#armingCommands--;
    }
  }

  disarm(): Promise<void> {
    return this.#inner.disarm();
  }

  kill(): Promise<void> {
    return this.#inner.kill();
  }

  enterOffboard(): Promise<void> {
    return this.#inner.enterOffboard();
  }

  land(): Promise<void> {
    return this.#inner.land();
  }

  hold(): Promise<void> {
    return this.#inner.hold();
  }

  returnHome(): Promise<void> {
    return this.#inner.returnHome();
  }

  sendSetpoint(setpoint: Setpoint): void {
    const { x, y, z } = setpoint.positionM;
    this.#inner.sendSetpoint({ ...setpoint, positionM: { x, y, z: z + this.#groundZM } });
  }

  /** Global heights are not of our zero: they pass as they are. */
  sendGlobalSetpoint(setpoint: GlobalSetpoint): void {
    this.#inner.sendGlobalSetpoint(setpoint);
  }

  sendAttitude(setpoint: AttitudeSetpoint): void {
    this.#inner.sendAttitude(setpoint);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #shift(position: VehiclePosition): VehiclePosition {
    const { x, y, z } = position.positionM;
    return { ...position, positionM: { x, y, z: z - this.#groundZM } };
  }
}
