import { expect, it } from 'vitest';
import { prepareShow } from '../../../../lib/show/prepare-show.js';
import { looserLimits } from '../../../../lib/show/validate/looser-limits.js';

it('limits of a file that allow more than usual are named, stricter ones are not', () => {
  const limits = {
    minDistanceM: 0.5,
    maxSpeedXYMPerS: 20,
    maxAltitudeM: 50,
    minPadDistanceM: 1,
    brakingMPerS2: 9,
  };
  const looser = ['minDistanceM 0.5 instead of 1.5', 'maxSpeedXYMPerS 20 instead of 8'];
  expect(looserLimits(limits)).toEqual(looser);
  const pad = { x: 0, y: 0, z: 0 };
  const slot = {
    trajectory: { startS: 0, startM: pad, segments: [] },
    lights: { kind: 'step' as const, timesS: new Float64Array(0), colors: new Uint8Array(0) },
    yaw: { timesS: new Float64Array(0), yawsRad: new Float64Array(0) },
    pyro: [],
    homeM: pad,
  };
  const show = { title: 't', slots: new Map([['a', slot]]), cues: [], segments: {}, limits };
  expect(prepareShow({ show, notes: [], format: 'skyc' }).notes).toEqual([
    `the file's own limits are looser than usual: ${looser.join(', ')}`,
  ]);
});
