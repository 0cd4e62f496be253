/** A show as samples at one rate, and how they are wanted. Data only. */

export type SamplingOptions = {
  readonly rateHz: number;
  /** Whether the format's colours stay until the next sample, or blend. */
  readonly lights: 'step' | 'linear';
  readonly hasYaw: boolean;
  /** The finest time that the format holds: 1000 for whole milliseconds. */
  readonly ticksPerS: number;
  /** When the first sample is taken, s of the show, instead of at its beginning. */
  readonly startS?: number;
};

/** x, y, z and red, green, blue for each time; rad, NaN = keep the heading. */
export type SampledSlot = {
  readonly positionsM: Float64Array;
  readonly colors: Uint8Array;
  readonly yawsRad: Float64Array;
  /** How far a spline through the samples is off the show's path between them, at most. */
  readonly offM: number;
};

/**
 * Every part of a show at the same times (s, of the show), which begin at `startS`: 0, or before it where the show
 * does. `notes`: what samples at this rate can not hold.
 */
export type SampledShow = {
  readonly startS: number;
  readonly timesS: Float64Array;
  readonly slots: ReadonlyMap<string, SampledSlot>;
  readonly notes: readonly string[];
};
