import { describe, expect, it } from 'vitest';
import type { LedDevice } from '../../../drone-client/led/led.js';
import { LedController } from '../../../drone-client/led/led-controller.js';
import type { Rgb } from '../../../lib/show/model.js';
import { planOfPart } from '../../../lib/show/part/part-plan.js';
import { partsOf } from '../../../lib/show/part/show-part.js';
import { FakeClock } from '../../support/fake-clock.js';
import { makeDrone } from './rig.js';

const pad = { x: 0, y: 0, z: 0 };

/** 10 s up to 3 m and down again; from 2 s to 7 s red rises by 50 a second. */
function fadingPlan() {
  const up = { ...pad, z: 3 };
  const slot = {
    trajectory: {
      startS: 0,
      startM: pad,
      segments: [
        { kind: 'bezier', endS: 5, controlM: [pad, pad, up, up, up] },
        { kind: 'bezier', endS: 10, controlM: [up, up, pad, pad, pad] },
      ],
    },
    lights: { kind: 'linear', timesS: Float64Array.of(2, 7), colors: Uint8Array.of(0, 0, 0, 250, 0, 0) },
    yaw: { timesS: new Float64Array(0), yawsRad: new Float64Array(0) },
    pyro: [],
    homeM: pad,
  } as const;
  const part = partsOf({
    ...{ title: 'fade', slots: new Map([['a', slot]]), cues: [], segments: {}, limits: {} },
  }).get('a');
  if (!part) throw new Error('no part');
  return { plan: planOfPart(part), leadMs: part.common.leadS * 1000 };
}

function flown(minIntervalMs: number) {
  const clock = new FakeClock();
  const shown: { readonly atMs: number; readonly color: Rgb | undefined }[] = [];
  const device: LedDevice = {
    ...{ pixelCount: 1, minIntervalMs, refreshMs: undefined },
    write: ([color]) => void shown.push({ atMs: clock.monotonicMs(), color }),
    close: async () => undefined,
  };
  const correction = { brightness: 1, gamma: 1 };
  const led = new LedController({ clock, device, correction, onError: (text) => expect(text).toBe('') });
  const drone = makeDrone(clock, pad, led);
  const { plan, leadMs } = fadingPlan();
  const startAtMs = clock.monotonicMs() + 5000;
  drone.player.start({ plan, startAtMs, floorZM: undefined });
  const during = (fromS: number, toS: number) =>
    shown.filter(({ atMs }) => atMs >= startAtMs + fromS * 1000 && atMs < startAtMs + toS * 1000);
  return { ...drone, startAtMs, zeroMs: startAtMs + leadMs, during };
}

describe('the lights of a show', () => {
  it('change fifty times a second where the strip can, each as it is at its moment', async () => {
    const { clock, zeroMs, during } = flown(20);
    await clock.advance(13_000);
    const writes = during(3, 7);
    expect(writes.length).toBeGreaterThanOrEqual(199);
    expect(new Set(writes.map(({ color }) => color?.red)).size).toBeGreaterThanOrEqual(199);
    for (const { atMs, color } of writes)
      expect(Math.abs((color?.red ?? 0) - (atMs - zeroMs - 2000) / 20)).toBeLessThanOrEqual(1);
  });

  it('leave the setpoints on their beat of 50 ms', async () => {
    const { clock, startAtMs, vehicle } = flown(20);
    await clock.advance(12_000);
    const inFlight = vehicle.setpoints.filter(
      ({ atMs }) => atMs > startAtMs + 2000 && atMs < startAtMs + 6000,
    );
    expect(inFlight.length).toBeGreaterThan(70);
    for (const { atMs } of inFlight) expect((atMs - startAtMs) % 50).toBeLessThan(1);
  });

  it('come with the setpoints where the strip is slow', async () => {
    const { clock, during } = flown(100);
    await clock.advance(12_000);
    expect(during(3, 7).length).toBeLessThanOrEqual(41);
    expect(during(3, 7).length).toBeGreaterThanOrEqual(38);
  });

  it('stop with the show: nothing looks at them afterwards', async () => {
    const { clock, player, during } = flown(20);
    await clock.advance(9000);
    await player.stop();
    await clock.advance(3000);
    expect(during(4.1, 8).length).toBeLessThanOrEqual(1);
  });
});
