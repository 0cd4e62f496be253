/** A vehicle that passes everything on to another one; what changes something of it overrides that. Knows no MAVLink. */
import type {
  AttitudeSetpoint,
  GlobalSetpoint,
  Setpoint,
  Vehicle,
  VehicleEvent,
  VehicleMaintenance,
  VehicleState,
} from './vehicle.js';

export class VehicleDecorator implements Vehicle {
  readonly #inner: Vehicle;
  #armingCommands = 0;

  constructor(inner: Vehicle) {
    this.#inner = inner;
  }

  /** A command to arm is under way: the state may lag behind it. */
  protected get isArming(): boolean {
    return this.#armingCommands > 0;
  }

  get state(): VehicleState {
    return this.#inner.state;
  }

  get maintenance(): VehicleMaintenance {
    return this.#inner.maintenance;
  }

  onEvent(listener: (event: VehicleEvent) => void): () => void {
    return this.#inner.onEvent(listener);
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
    this.#inner.sendSetpoint(setpoint);
  }

  sendGlobalSetpoint(setpoint: GlobalSetpoint): void {
    this.#inner.sendGlobalSetpoint(setpoint);
  }

  sendAttitude(setpoint: AttitudeSetpoint): void {
    this.#inner.sendAttitude(setpoint);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
