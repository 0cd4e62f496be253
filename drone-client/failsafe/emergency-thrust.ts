/** The thrust of an emergency landing over time. Pure; who sends it and with which attitude is not known here. */

export type EmergencyThrustSettings = {
  /** Part of the full thrust, 0…1. */
  readonly thrust: number;
  /** The thrust is lowered from then on, s after the beginning. */
  readonly decreaseAfterS: number;
};

/** Multiples of 0.1 s in floating point fall short of themselves, s. */
const roundingS = 1e-6;

/** Lowered by 0.02 each 0.1 s. Source: clever-show's emergency landing. */
const stepThrust = 0.02;
const stepS = 0.1;

/** A range below this is the ground. Source: clever-show's emergency landing. */
const groundRangeM = 0.1;

/** A single low reading is noise: it must last, s. */
const groundForS = 0.2;

/**
 * Thrust 0…1 at `elapsedS` after the beginning; `loweringSinceS`: when lowering began earlier than by its time.
 * An `elapsedS` that is no number is the end: 0.
 */
export function emergencyThrust(
  elapsedS: number,
  { thrust, decreaseAfterS }: EmergencyThrustSettings,
  loweringSinceS = Number.POSITIVE_INFINITY,
): number {
  if (Number.isNaN(elapsedS)) return 0;
  const sinceS = Math.min(decreaseAfterS, loweringSinceS);
  // Multiples of 0.1 s in floating point fall short of themselves.
  const steps = elapsedS < sinceS ? 0 : Math.floor((elapsedS - sinceS + roundingS) / stepS) + 1;
  return Math.min(1, Math.max(0, thrust - steps * stepThrust));
}

/** The same with a range finder: remembers when the ground was reached. One an emergency landing. */
export class EmergencyRamp {
  readonly #settings: EmergencyThrustSettings;
  #nearSinceS: number | undefined;
  #loweringSinceS: number | undefined;

  constructor(settings: EmergencyThrustSettings) {
    this.#settings = settings;
  }

  /** Thrust at `elapsedS`; `rangeM` to the ground, undefined (or 0, as sensors out of range say) without a reading. */
  thrustAt(elapsedS: number, rangeM?: number): number {
    const isNear = rangeM !== undefined && rangeM > 0 && rangeM < groundRangeM;
    if (!isNear) this.#nearSinceS = undefined;
    else this.#nearSinceS ??= elapsedS;
    if (this.#nearSinceS !== undefined && elapsedS - this.#nearSinceS >= groundForS - roundingS)
      this.#loweringSinceS ??= elapsedS;
    return emergencyThrust(elapsedS, this.#settings, this.#loweringSinceS);
  }

  /** Nothing is left to lower: the motors may be stopped. */
  isOver(elapsedS: number): boolean {
    return emergencyThrust(elapsedS, this.#settings, this.#loweringSinceS) === 0;
  }
}
