/** The pair of drones that came closest so far. Data only. */

/** `a` and `b`: indexes of drones, a < b. */
export type Closest = {
  readonly distanceM: number;
  readonly t: number;
  readonly a: number;
  readonly b: number;
};
