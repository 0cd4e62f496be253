/** Smooth ways from rest to rest, as the sample shows use them. Knows no show: numbers of seconds and parts alone. */

/**
 * How far a movement is, 0…1, that starts and ends at rest: the speed rises over `rampS` along half a cosine, stays,
 * and falls alike. The top speed is distance / (durationS − rampS), the top acceleration π/2 × top speed / rampS.
 */
export function progress(tS: number, durationS: number, rampS: number): number {
  if (tS <= 0) return 0;
  if (tS >= durationS) return 1;
  if (tS > durationS / 2) return 1 - progress(durationS - tS, durationS, rampS);
  const topSpeed = 1 / (durationS - rampS);
  if (tS >= rampS) return topSpeed * (tS - rampS / 2);
  return (topSpeed / 2) * (tS - (rampS / Math.PI) * Math.sin((Math.PI * tS) / rampS));
}

/** 0 outside [0, durationS], 1 inside but for the first and last `rampS`, where it rises and falls with a smooth slope. */
export function envelope(tS: number, durationS: number, rampS: number): number {
  return smoothStep(tS / rampS) * smoothStep((durationS - tS) / rampS);
}

/** 0 below 0, 1 above 1, between with zero slope and curvature at both ends. */
export function smoothStep(u: number): number {
  if (u <= 0) return 0;
  if (u >= 1) return 1;
  return u * u * u * (u * (6 * u - 15) + 10);
}
