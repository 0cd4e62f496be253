/** Evenly spaced moments of a show. Knows numbers alone. */

/** Part of time, and the step between the moments in it. */
export type Moments = { readonly startS: number; readonly endS: number; readonly stepS: number };

/** From the first moment to the last, both included. */
export function* momentsOf({ startS, endS, stepS }: Moments): Generator<number> {
  const steps = Math.ceil((endS - startS) / stepS);
  for (let i = 0; i <= steps; i++) yield Math.min(endS, startS + i * stepS);
}
