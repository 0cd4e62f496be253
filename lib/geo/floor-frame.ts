/** A frame that is moved and tilted against another one (its parent), as a stage stands in a hall. Pure. */
import { ConfigError } from '../errors.js';
import { degToRad, isFiniteVec3, type Vec3, wrapAngleRad } from './frames.js';
import { type Rotation, rotate, rotateBack, rotationOf } from './rotation.js';

export type FloorFrameSettings = {
  /** Origin of the frame in its parent, m. */
  readonly translationM: Vec3;
  /** Applied in this order about the parent's axes: R = Rz(yaw) · Ry(pitch) · Rx(roll); deg. */
  readonly rotationDeg: { readonly roll: number; readonly pitch: number; readonly yaw: number };
};

/**
 * `parent = translation + R · local`. Both frames are right-handed with z up.
 * Yaw, which is an angle in the horizontal, knows no tilt: it is shifted by the heading of the frame's x axis as seen
 * from above (projected on the parent's horizontal).
 */
export class FloorFrame {
  readonly #translationM: Vec3;
  readonly #rotation: Rotation;
  readonly #headingRad: number;

  /** @throws ConfigError when a number is not finite, or the frame's z axis does not point upwards. */
  constructor({ translationM, rotationDeg }: FloorFrameSettings) {
    const { roll, pitch, yaw } = rotationDeg;
    if (!isFiniteVec3(translationM) || !isFiniteVec3({ x: roll, y: pitch, z: yaw })) {
      throw new ConfigError('floor frame: translation and rotation must be finite numbers');
    }
    this.#translationM = translationM;
    this.#rotation = rotationOf({
      rollRad: degToRad(roll),
      pitchRad: degToRad(pitch),
      yawRad: degToRad(yaw),
    });
    // A hair of room for the rounding of 90°.
    if (this.#rotation.z.z < 1e-9) {
      throw new ConfigError(
        `floor frame: rotated by roll ${roll}°, pitch ${pitch}° its z axis does not point upwards; ` +
          'tilt it by less than 90°',
      );
    }
    this.#headingRad = Math.atan2(this.#rotation.y.x, this.#rotation.x.x);
  }

  /** A place in the frame as a place in the parent, m. */
  pointToParent(pointM: Vec3): Vec3 {
    const { x, y, z } = rotate(this.#rotation, pointM);
    return { x: x + this.#translationM.x, y: y + this.#translationM.y, z: z + this.#translationM.z };
  }

  /** A place in the parent as a place in the frame, m. */
  pointFromParent(pointM: Vec3): Vec3 {
    const { x, y, z } = this.#translationM;
    return rotateBack(this.#rotation, { x: pointM.x - x, y: pointM.y - y, z: pointM.z - z });
  }

  /** A velocity, or any other direction with a length, in the frame as one in the parent. */
  vectorToParent(vector: Vec3): Vec3 {
    return rotate(this.#rotation, vector);
  }

  /** A velocity in the parent as one in the frame. */
  vectorFromParent(vector: Vec3): Vec3 {
    return rotateBack(this.#rotation, vector);
  }

  /** A heading in the frame (counter-clockwise from its x axis) as one in the parent, (−π, π]; NaN stays NaN. */
  yawToParent(yawRad: number): number {
    return wrapAngleRad(yawRad + this.#headingRad);
  }

  /** A heading in the parent as one in the frame, (−π, π]; NaN stays NaN. */
  yawFromParent(yawRad: number): number {
    return wrapAngleRad(yawRad - this.#headingRad);
  }
}
