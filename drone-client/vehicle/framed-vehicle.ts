/** A vehicle that lives in the frame of the show, whatever its autopilot's frame is. Knows no MAVLink and no show. */
import { RefusedError } from '../../lib/errors.js';
import { FloorFrame } from '../../lib/geo/floor-frame.js';
import type { Vec3 } from '../../lib/geo/frames.js';
import type { Clock } from '../../lib/time/clock.js';
import type { VehicleFrame } from './frame.js';
import { FloorVehicleFrame } from './frame-floor.js';
import { GpsVehicleFrame } from './frame-gps.js';
import { GroundReferencedVehicle } from './ground-reference.js';
import type { AttitudeSetpoint, Setpoint, Vehicle, VehicleEvent, VehicleState } from './vehicle.js';
import { VehicleDecorator } from './vehicle-decorator.js';

/** The frame in which shows are flown. */
export type FrameSettings =
  /** The autopilot's local frame over the ground that the drone took off from. */
  | { readonly kind: 'map' }
  /** Placed in `map`; roll, pitch, yaw in deg, applied in this order about the axes of `map`. */
  | {
      readonly kind: 'floor';
      readonly translationM: Vec3;
      readonly rotationDeg: { readonly roll: number; readonly pitch: number; readonly yaw: number };
    }
  /** `headingDeg`: of the x axis, clockwise from north. `amslM`: of z = 0; `current`: the ground under the drone. */
  | {
      readonly kind: 'gps';
      readonly latDeg: number;
      readonly lonDeg: number;
      readonly headingDeg: number;
      readonly amslM: number | 'current';
    };

/**
 * The vehicle in that frame. `vehicle` is the bare one: in `map` and `floor` it gets the ground for its zero (a second
 * time does no harm). @throws ConfigError when the frame is none.
 */
export function inFrame(vehicle: Vehicle, settings: FrameSettings, clock: Clock): Vehicle {
  if (settings.kind === 'gps') return new FramedVehicle(vehicle, new GpsVehicleFrame(settings), clock);
  const grounded = new GroundReferencedVehicle(vehicle);
  if (settings.kind === 'map') return grounded;
  return new FramedVehicle(grounded, new FloorVehicleFrame(new FloorFrame(settings)), clock);
}

/**
 * Position, velocity and heading that come out and setpoints that go in are those of the frame. Roll and pitch, which
 * are against the horizon, and global setpoints, which are ENU of the earth, pass as they are. A position that is
 * unknown in the frame is undefined, though the autopilot may have one in its own.
 */
class FramedVehicle extends VehicleDecorator {
  readonly #inner: Vehicle;
  readonly #frame: VehicleFrame;
  readonly #clock: Clock;
  #seen: VehicleState | undefined;
  #framed: VehicleState | undefined;

  constructor(inner: Vehicle, frame: VehicleFrame, clock: Clock) {
    super(inner);
    this.#inner = inner;
    this.#frame = frame;
    this.#clock = clock;
    this.#look();
    inner.onEvent(() => this.#look());
  }

  override get state(): VehicleState {
    this.#look();
    const { state } = this.#inner;
    const position = this.#frame.positionOf(state, this.#clock.monotonicMs());
    if (this.#framed && state === this.#seen && position === this.#framed.position) return this.#framed;
    this.#seen = state;
    const { attitude } = state;
    const yawRad = this.#frame.yawFromVehicle(attitude?.yawRad ?? Number.NaN);
    this.#framed = { ...state, position, attitude: attitude && { ...attitude, yawRad } };
    return this.#framed;
  }

  override onEvent(listener: (event: VehicleEvent) => void): () => void {
    return this.#frame.source === 'local' ? this.#onLocalEvent(listener) : this.#onGlobalEvent(listener);
  }

  override async arm(): Promise<void> {
    this.#look();
    const obstacle = this.#frame.armObstacle(this.#inner.state, this.#clock.monotonicMs());
    if (obstacle !== undefined) {
      throw new RefusedError(
        'no_position',
        `arm: the position in the frame of the show is unknown: ${obstacle}`,
      );
    }
    await super.arm();
  }

  override sendSetpoint(setpoint: Setpoint): void {
    this.#frame.send(setpoint, this.#inner);
  }

  override sendAttitude(setpoint: AttitudeSetpoint): void {
    if ('ratesRadPerS' in setpoint) this.#inner.sendAttitude(setpoint);
    else this.#inner.sendAttitude({ ...setpoint, yawRad: this.#frame.yawToVehicle(setpoint.yawRad) });
  }

  #look(): void {
    this.#frame.look(this.#inner.state, this.isArming);
  }

  #onLocalEvent(listener: (event: VehicleEvent) => void): () => void {
    return this.#inner.onEvent((event) => {
      const { position } = this.state;
      if (event.type !== 'positionReceived') listener(event);
      else if (position) listener({ type: 'positionReceived', position });
    });
  }

  /** Global positions have no event of their own: a new one shows in whatever event comes with or after it. */
  #onGlobalEvent(listener: (event: VehicleEvent) => void): () => void {
    let seen = this.#inner.state.global;
    return this.#inner.onEvent((event) => {
      const { global } = this.#inner.state;
      const isNew = global !== seen;
      seen = global;
      if (event.type !== 'positionReceived') listener(event);
      const { position } = this.state;
      if (isNew && position) listener({ type: 'positionReceived', position });
    });
  }
}
