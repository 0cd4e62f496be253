/**
 * A point mass that leans and turns, in true ENU metres: it moves through the air, falls, tumbles, and stands on the
 * ground. Knows no autopilot.
 */
import { type Vec3, wrapAngleRad } from '../../lib/geo/frames.js';

export const gravityMPerS2 = 9.81;
/** How fast a demanded acceleration comes about: tilting sideways, changing thrust upwards. */
const tiltLagS = 0.15;
const thrustLagS = 0.08;
/** Drag by airspeed, 1/s: the rotors' sideways, the frame's when it falls. */
const flownDragPerS = 0.2;
const fallenDragPerS = 0.12;
/** How fast it ends up turning over when a motor stops, and how soon. */
const tumbleRadPerS = 7;
const tumbleLagS = 0.3;
/** Hitting the ground faster than this breaks it. */
const breakingMPerS = 5;

/** What moves the air around it, m/s ENU. */
export type Air = { readonly x: number; readonly y: number; readonly z: number };

/** What moves. Mutable on purpose: it is stepped a hundred times a second, a hundred drones at once. */
export class Body {
  readonly groundZM: number;
  x: number;
  y: number;
  z: number;
  vx = 0;
  vy = 0;
  vz = 0;
  /** What the thrust accelerates it by, gravity balanced, m/s²; it leans that way. */
  ax = 0;
  ay = 0;
  az = 0;
  /** Rates of change of the horizontal acceleration, m/s³: what the roll and pitch rates come from. */
  jerkX = 0;
  jerkY = 0;
  yawRad: number;
  yawRateRadPerS = 0;
  #tumbleRad = 0;
  #tumbleRateRadPerS = 0;
  #isBroken = false;

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

  /** It hit the ground too fast, or tumbled onto it: it flies no more. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  get positionM(): Vec3 {
    return { x: this.x, y: this.y, z: this.z };
  }

  get velocityMPerS(): Vec3 {
    return { x: this.vx, y: this.vy, z: this.vz };
  }

  /** Right side down is positive; a multicopter leans into its acceleration. */
  get rollRad(): number {
    const right = this.ax * Math.sin(this.yawRad) - this.ay * Math.cos(this.yawRad);
    return wrapAngleRad(Math.atan2(right, this.#lift) + this.#tumbleRad);
  }

  /** Nose up is positive. */
  get pitchRad(): number {
    return -Math.atan2(this.ax * Math.cos(this.yawRad) + this.ay * Math.sin(this.yawRad), this.#lift);
  }

  get rollRateRadPerS(): number {
    const right = this.jerkX * Math.sin(this.yawRad) - this.jerkY * Math.cos(this.yawRad);
    return right / this.#lift + this.#tumbleRateRadPerS;
  }

  get pitchRateRadPerS(): number {
    return -(this.jerkX * Math.cos(this.yawRad) + this.jerkY * Math.sin(this.yawRad)) / this.#lift;
  }

  /** Somebody picks it up and puts it down elsewhere, on the same ground. */
  carryTo({ x, y }: { readonly x: number; readonly y: number }): void {
    this.x = x;
    this.y = y;
    this.vx = 0;
    this.vy = 0;
  }

  /** One step under thrust; the demanded acceleration (gravity already balanced) comes with a lag. */
  fly(demanded: Vec3, air: Air, dtS: number): void {
    this.jerkX = (demanded.x - this.ax) / tiltLagS;
    this.jerkY = (demanded.y - this.ay) / tiltLagS;
    this.ax += this.jerkX * dtS;
    this.ay += this.jerkY * dtS;
    this.az += ((demanded.z - this.az) * dtS) / thrustLagS;
    this.#move(air, flownDragPerS, dtS);
  }

  /** One step without thrust. */
  fall(air: Air, dtS: number): void {
    this.#loseThrust();
    this.#move(air, fallenDragPerS, dtS);
  }

  /** One step without thrust, turning over and over; the ground ends that, and the drone with it. */
  tumble(air: Air, dtS: number): void {
    this.#loseThrust();
    if (this.isOnGround && this.vz <= 0) {
      this.#break();
      return;
    }
    this.#tumbleRateRadPerS += ((tumbleRadPerS - this.#tumbleRateRadPerS) * dtS) / tumbleLagS;
    this.#tumbleRad = wrapAngleRad(this.#tumbleRad + this.#tumbleRateRadPerS * dtS);
    this.#move(air, fallenDragPerS, dtS);
  }

  turn(rateRadPerS: number, dtS: number): void {
    this.yawRateRadPerS = rateRadPerS;
    this.yawRad = wrapAngleRad(this.yawRad + rateRadPerS * dtS);
  }

  /** So that standing and falling are level, whatever the thrust was. */
  get #lift(): number {
    return this.isOnGround ? gravityMPerS2 : Math.max(1, gravityMPerS2 + this.az);
  }

  #loseThrust(): void {
    this.jerkX = 0;
    this.jerkY = 0;
    this.ax = 0;
    this.ay = 0;
    this.az = -gravityMPerS2;
  }

  #move(air: Air, dragPerS: number, dtS: number): void {
    this.vz += (this.az + (air.z - this.vz) * dragPerS) * dtS;
    if (this.isOnGround && this.vz <= 0) {
      // Its feet hold it against the wind.
      this.#rest();
      return;
    }
    this.vx += (this.ax + (air.x - this.vx) * dragPerS) * dtS;
    this.vy += (this.ay + (air.y - this.vy) * dragPerS) * dtS;
    this.x += this.vx * dtS;
    this.y += this.vy * dtS;
    this.z += this.vz * dtS;
    if (this.z > this.groundZM || this.vz > 0) return;
    this.z = this.groundZM;
    if (-this.vz > breakingMPerS) this.#break();
    this.#rest();
  }

  #break(): void {
    this.#isBroken = true;
    this.#tumbleRateRadPerS = 0;
  }

  #rest(): void {
    this.z = this.groundZM;
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
