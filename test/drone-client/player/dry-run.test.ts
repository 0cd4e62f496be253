/** What the dry run before a start finds out, and that it moves nothing. */
import { describe, expect, it } from 'vitest';
import type { FlightPlan } from '../../../lib/show/model.js';
import { makeDrone, samplePlan } from './rig.js';

/** The last place of the path is none. */
function brokenPlan(): FlightPlan {
  const plan = samplePlan();
  if (!plan.path) throw new Error('the sample flies');
  const controlM = plan.path.controlM.slice();
  const fly = plan.steps.find(({ kind }) => kind === 'fly');
  const from = Math.floor((controlM.length * 0.6) / 3) * 3;
  expect(fly).toBeDefined();
  controlM.fill(Number.NaN, from, from + 30);
  return { ...plan, path: { ...plan.path, controlM } };
}

describe('a show that is about to be started', () => {
  it('is refused when it has no place at some moment, and says when', () => {
    const { clock, vehicle, player } = makeDrone();
    const startAtMs = clock.monotonicMs() + 5000;
    expect(() => player.start({ plan: brokenPlan(), startAtMs, floorZM: undefined })).toThrow(
      /no place at \d\.\d\d s: prepare the show anew and upload it/,
    );
    expect(player.isBusy).toBe(false);
    expect(vehicle.commands).toEqual([]);
  });

  it('is gone through without a word to the vehicle', () => {
    const { clock, vehicle, player } = makeDrone();
    player.start({ plan: samplePlan(), startAtMs: clock.monotonicMs() + 60_000, floorZM: undefined });
    expect([vehicle.commands, vehicle.setpoints]).toEqual([[], []]);
    expect(player.isCountingDown).toBe(true);
  });
});
