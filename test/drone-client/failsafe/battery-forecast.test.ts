import { describe, expect, it } from 'vitest';
import { BatteryForecast } from '../../../drone-client/failsafe/battery-forecast.js';

/** Flies for so long; `fractionAt` by seconds since take-off. */
function flown(forS: number, fractionAt: (s: number) => number | undefined): BatteryForecast {
  const forecast = new BatteryForecast();
  for (let s = 0; s <= forS; s += 0.1)
    forecast.take({ nowMs: s * 1000, fraction: fractionAt(s), isInFlight: true });
  return forecast;
}

describe('the battery at touch-down', () => {
  it('is foretold from what the flight used so far', () => {
    const forecast = flown(100, (s) => 0.9 - 0.002 * s);
    expect(forecast.usedPerS).toBeCloseTo(0.002, 4);
    expect(forecast.leftAfter(200)).toBeCloseTo(0.3, 2);
    expect(forecast.leftAfter(400)).toBeCloseTo(-0.1, 2);
  });

  it('is foretold from whole per cents nearly as well', () => {
    const forecast = flown(120, (s) => Math.round(100 * (0.9 - 0.002 * s)) / 100);
    expect(Math.abs((forecast.leftAfter(150) ?? 0) - 0.36)).toBeLessThan(0.03);
  });

  it('is not foretold from the fall at take-off, nor before half a minute was measured', () => {
    const sagging = (s: number) => (s < 3 ? 0.95 - 0.03 * s : 0.86 - 0.001 * (s - 3));
    expect(flown(34, sagging).usedPerS).toBeUndefined();
    expect(flown(36, sagging).usedPerS).toBeCloseTo(0.001, 4);
  });

  it('is not foretold from a gauge that says nothing, or for an unknown time', () => {
    expect(flown(100, () => undefined).leftAfter(10)).toBeUndefined();
    expect(flown(100, () => Number.NaN).leftAfter(10)).toBeUndefined();
    expect(flown(100, () => 0.5).leftAfter(Number.NaN)).toBeUndefined();
  });

  it('begins anew with each flight, and never foretells that a battery charges', () => {
    const forecast = flown(100, (s) => 0.5 + 0.001 * s);
    expect(forecast.usedPerS).toBe(0);
    forecast.take({ nowMs: 101_000, fraction: 0.6, isInFlight: false });
    expect(forecast.usedPerS).toBeUndefined();
  });
});
