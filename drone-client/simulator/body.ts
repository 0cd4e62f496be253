/** A point mass with a heading, in true ENU metres: it moves, falls, and stands on the ground. Knows no autopilot. */
import type { Vec3 } from '../../lib/geo/frames.js';

export const gravityMPerS2 = 9.81;
/** How fast a demanded acceleration comes about: tilting sideways, changing thrust upwards. */
const tiltLagS = 0.15;
const thrustLagS = 0.08;
/** Air drag of a fall, 1/s. */
const dragPerS = 0.12;

/** What moves. Mutable on purpose: it is stepped a hundred times a second, a hundred drones at once. */
export class Body {
  readonly groundZM: number;
  x: number;
  y: number;
  z: number;
  vx = 0;
  vy = 0;
  vz = 0;
  ax = 0;
  ay = 0;
  az = 0;
  /** Rates of change of the horizontal acceleration, m/s³: what the roll and pitch rates come from. */
  jerkX = 0;
  jerkY = 0;
  yawRad: number;
  yawRateRadPerS = 0;

  /** It stands on the ground there: the ground is as high as it starts. */
  constructor(startPositionM: Vec3, yawRad: number) {
    this.x = startPositionM.x;
    this.y = startPositionM.y;
    this.z = startPositionM.z;
    this.groundZM = startPositionM.z;
    this.yawRad = yawRad;
  }

  get isOnGround(): boolean {
    return this.z <= this.groundZM + 1e-3;
  }

  get positionM(): Vec3 {
    return { x: this.x, y: this.y, z: this.z };
  }

  get velocityMPerS(): Vec3 {
    return { x: this.vx, y: this.vy, z: this.vz };
  }

  /** Somebody picks it up and puts it down elsewhere, on the same ground. */
  carryTo({ x, y }: { readonly x: number; readonly y: number }): void {
    this.x = x;
    this.y = y;
    this.vx = 0;
    this.vy = 0;
  }

  /** One step under thrust; the demanded acceleration (gravity already balanced) comes with a lag. */
  fly(ax: number, ay: number, az: number, dtS: number): void {
    this.jerkX = (ax - this.ax) / tiltLagS;
    this.jerkY = (ay - this.ay) / tiltLagS;
    this.ax += this.jerkX * dtS;
    this.ay += this.jerkY * dtS;
    this.az += ((az - this.az) * dtS) / thrustLagS;
    this.#move(dtS);
  }

  /** One step without thrust. */
  fall(dtS: number): void {
    this.jerkX = 0;
    this.jerkY = 0;
    this.ax = -this.vx * dragPerS;
    this.ay = -this.vy * dragPerS;
    this.az = -gravityMPerS2 - this.vz * dragPerS;
    this.#move(dtS);
  }

  turn(rateRadPerS: number, dtS: number): void {
    this.yawRateRadPerS = rateRadPerS;
    this.yawRad += rateRadPerS * dtS;
  }

  #move(dtS: number): void {
    this.vx += this.ax * dtS;
    this.vy += this.ay * dtS;
    this.vz += this.az * dtS;
    this.x += this.vx * dtS;
    this.y += this.vy * dtS;
    this.z += this.vz * dtS;
    if (this.z > this.groundZM || this.vz > 0) return;
    this.z = this.groundZM;
    this.#rest();
  }

  #rest(): void {
    this.vx = 0;
    this.vy = 0;
    this.vz = 0;
    this.ax = 0;
    this.ay = 0;
    this.az = 0;
    this.jerkX = 0;
    this.jerkY = 0;
  }
}
