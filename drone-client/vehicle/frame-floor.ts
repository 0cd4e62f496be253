/** A frame of the show that is moved and tilted against the vehicle's local one. Knows no configuration. */
import type { FloorFrame } from '../../lib/geo/floor-frame.js';
import type { VehicleFrame } from './frame.js';
import type { Setpoint, Vehicle, VehiclePosition, VehicleState } from './vehicle.js';

export class FloorVehicleFrame implements VehicleFrame {
  readonly source = 'local';
  readonly #floor: FloorFrame;
  #seen: VehiclePosition | undefined;
  #position: VehiclePosition | undefined;

  constructor(floor: FloorFrame) {
    this.#floor = floor;
  }

  look(): void {
    // The floor stays where it is.
  }

  positionOf({ position }: VehicleState): VehiclePosition | undefined {
    if (position !== this.#seen) {
      this.#seen = position;
      this.#position = position && {
        atMs: position.atMs,
        positionM: this.#floor.pointFromParent(position.positionM),
        velocityMPerS: this.#floor.vectorFromParent(position.velocityMPerS),
      };
    }
    return this.#position;
  }

  yawFromVehicle(yawRad: number): number {
    return this.#floor.yawFromParent(yawRad);
  }

  yawToVehicle(yawRad: number): number {
    return this.#floor.yawToParent(yawRad);
  }

  send({ positionM, velocityMPerS, yawRad }: Setpoint, vehicle: Vehicle): void {
    vehicle.sendSetpoint({
      positionM: this.#floor.pointToParent(positionM),
      velocityMPerS: this.#floor.vectorToParent(velocityMPerS),
      yawRad: this.#floor.yawToParent(yawRad),
    });
  }

  armObstacle(): undefined {
    return undefined;
  }
}
