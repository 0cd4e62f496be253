import { afterEach, describe, expect, it } from 'vitest';
import { type Flavour, type FlownOptions, flown as fly } from '../end-to-end/on-board-rig.js';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const fromNorth = { meanMPerS: 5, fromRad: Math.PI / 2, gustMPerS: 0 };

/** Where the drone truly is 20 s into a show that leads 15 m along its own x axis, 4 m up, and what wind it tells. */
async function placeInMidShow(flavour: Flavour, options: FlownOptions) {
  const rig = await fly(flavour, { ...options, wind: fromNorth });
  closers.push(rig.close);
  expect(rig.drone.telemetry().wind).toEqual([]);
  await rig.clock.advance(21_000);
  const { positionM } = rig.truth();
  const { wind } = rig.drone.telemetry();
  const [meanMPerS, gustMPerS, fromDeg] = Array.isArray(wind) ? wind.map(Number) : [];
  await rig.until(60, () => !rig.truth().armed);
  await rig.clock.advance(2000);
  const landed = rig.drone.telemetry();
  expect(landed).toMatchObject({ wind: [], temperature: [Number.NaN, expect.closeTo(21, 0)] });
  expect(landed).not.toHaveProperty('link_quality');
  expect([meanMPerS, gustMPerS].every((told = 0) => Math.abs(told - 5) < 1.5)).toBe(true);
  return { ...positionM, fromDeg, report: rig.drone.player.report, frame: rig.drone.frame };
}

/** Where the simulated field lies. */
const field = 'lat = 47.397742\nlon = 8.545594';

describe.each(['px4', 'ardupilot'] as const)('a show with %s', (flavour) => {
  it('in the local frame leads east along x', async () => {
    const { x, y, z, fromDeg = 0, report } = await placeInMidShow(flavour, {});
    expect(Math.abs(fromDeg - (fromDeg > 180 ? 360 : 0))).toBeLessThan(15);
    expect(x).toBeGreaterThan(6);
    expect(y).toBeCloseTo(0, 0);
    expect(z).toBeCloseTo(4, 0);
    expect(report).toMatchObject({ result: 'landed' });
    expect(report.maxDistanceM).toBeLessThan(1.5);
  });

  it('in the gps frame leads along its heading, by global setpoints, as high above the ground', async () => {
    const ini = `[FLIGHT]\nframe_id = gps\n[GPS FRAME]\n${field}\nyaw = 0\n`;
    const { x, y, z, fromDeg = 0, report, frame } = await placeInMidShow(flavour, { ini });
    expect(frame).toBe('gps');
    expect(Math.abs(fromDeg - 90)).toBeLessThan(15);
    expect(y).toBeGreaterThan(6);
    expect(x).toBeCloseTo(0, 0);
    expect(z).toBeCloseTo(4, 0);
    expect(report).toMatchObject({ result: 'landed' });
    expect(report.maxDistanceM).toBeLessThan(1.5);
  });

  it('in a floor frame leads along the turned x axis', async () => {
    const ini = '[FLIGHT]\nframe_id = floor\n[FLOOR FRAME]\ntranslation = 0, 0, 0\nrotation = 0, 0, -90\n';
    const { x, y, z, fromDeg = 0, report } = await placeInMidShow(flavour, { ini });
    expect(Math.abs(fromDeg - 270)).toBeLessThan(15);
    expect(y).toBeLessThan(-6);
    expect(x).toBeCloseTo(0, 0);
    expect(z).toBeCloseTo(4, 0);
    expect(report).toMatchObject({ result: 'landed' });
    expect(report.maxDistanceM).toBeLessThan(1.5);
  });

  it('in the gps frame that loses its GPS does not fly on by a position that nobody knows', async () => {
    const ini = `[FLIGHT]\nframe_id = gps\n[GPS FRAME]\n${field}\nyaw = 90\n`;
    const rig = await fly(flavour, { ini, faults: '12 drone-1 gps-loss' });
    closers.push(rig.close);
    await rig.until(60, () => !rig.truth().armed && rig.truth().isLanded);
    await rig.clock.advance(6000);
    expect(rig.drone.player.report.result).toMatch(/position lost|the autopilot's own failsafe took over/);
  });
});
