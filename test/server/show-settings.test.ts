import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../lib/config/index.js';
import { positionAt } from '../../lib/show/path.js';
import { pathOf } from '../../lib/show/path-builder.js';
import type { Show } from '../../lib/show/show.js';
import { yawAt } from '../../lib/show/yaw.js';
import { serverConfigSpec } from '../../server/config-spec.js';
import { applyShowSettings, readShowSettings } from '../../server/show-settings.js';

const pad = { x: 1, y: 0, z: 0 };
const show: Show = {
  title: 't',
  slots: new Map([
    [
      'a',
      {
        trajectory: {
          startS: 0,
          startM: pad,
          segments: [{ kind: 'linear', endS: 4, toM: { x: 1, y: 2, z: 3 } }],
        },
        lights: { kind: 'step', timesS: new Float64Array(0), colors: new Uint8Array(0) },
        yaw: { timesS: Float64Array.of(0), yawsRad: Float64Array.of(0.5) },
        pyro: [],
        homeM: pad,
      },
    ],
  ]),
  headingDeg: 10,
  cues: [],
  segments: {},
  limits: {},
};

function apply(ini: string, format: 'skyc' | 'clever-show' = 'skyc') {
  const placed = applyShowSettings(
    readShowSettings(loadConfig(`[SHOW]\n${ini}`, 'server.ini', serverConfigSpec)),
    show,
    format,
  );
  const part = placed.slots.get('a');
  if (!part) throw new Error('the slot is gone');
  return { placed, part, at: (tS: number) => positionAt(pathOf(part.trajectory), tS) };
}

describe('[SHOW]', () => {
  it('scales, mirrors, turns and shifts the show, in this order', () => {
    const { at } = apply(
      'ratio = 2, 2, 1\nmirror = y\nrotation = 90\ncommon_offset = 10, 0, 0\nprivate_offsets = a 0 0 5',
    );
    // (1, 2, 3) · ratio = (2, 4, 3); mirrored (2, −4, 3); turned (4, 2, 3); shifted (14, 2, 8).
    const { x, y, z } = at(4);
    expect([x, y, z].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([14, 2, 8]);
  });

  it('stretches it, samples it anew, and says where it lies', () => {
    const { placed, part, at } = apply('time_scale = 2\nframe_rate = 5\norigin = 47.1 8.5 430\nheading = 33');
    expect(at(8).z).toBeCloseTo(3, 6);
    expect(part.trajectory.segments[0]?.kind).toBe('sampled');
    expect(placed).toMatchObject({ origin: { latDeg: 47.1, lonDeg: 8.5, amslM: 430 }, headingDeg: 33 });
    expect(apply('').placed.headingDeg).toBe(10);
  });

  it('keeps each drone’s heading for clever-show files unless told otherwise', () => {
    expect(yawAt(apply('', 'clever-show').part.yaw, 1)).toBeNaN();
    expect(yawAt(apply('').part.yaw, 1)).toBeCloseTo(0.5, 9);
    expect(yawAt(apply('yaw = show', 'clever-show').part.yaw, 1)).toBeCloseTo(0.5, 9);
    expect(yawAt(apply('yaw = 90').part.yaw, 1)).toBeCloseTo(Math.PI / 2, 9);
  });

  it.each([
    ['origin = 95 8', '[SHOW] origin "95 8" is no place'],
    ['origin = 47', '[SHOW] origin'],
    ['private_offsets = a 0 0', '"a 0 0" is no shift'],
    ['private_offsets = b 0 0 1', 'b'],
    ['ratio = 0, 1, 1', 'ratio'],
  ])('refuses %s with a sentence', (ini, text) => {
    expect(() => apply(ini)).toThrow(text);
  });
});
