/** What a `FramedVehicle` needs of a frame of the show. Knows no configuration and no MAVLink. */
import type { Setpoint, Vehicle, VehiclePosition, VehicleState } from './vehicle.js';

/** The frame that shows are flown in, as seen from one vehicle. */
export interface VehicleFrame {
  /** Which estimate of the vehicle positions come from. */
  readonly source: 'local' | 'global';
  /** Is told of every state; `isArming`: a command to arm is under way, the state may lag behind it. */
  look(state: VehicleState, isArming: boolean): void;
  /** Position and velocity in the frame; undefined when unknown. The same object for the same estimate. */
  positionOf(state: VehicleState, nowMs: number): VehiclePosition | undefined;
  /** Headings counter-clockwise from the x axis, (−π, π]; NaN stays NaN. */
  yawFromVehicle(yawRad: number): number;
  yawToVehicle(yawRad: number): number;
  /** Hands a setpoint in the frame on to the vehicle; does nothing when it can not be told where that is. */
  send(setpoint: Setpoint, vehicle: Vehicle): void;
  /** Why no flight may begin, as a sentence; undefined when one may. */
  armObstacle(state: VehicleState, nowMs: number): string | undefined;
}
