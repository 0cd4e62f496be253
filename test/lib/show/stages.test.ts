/** The five stages: the worked example, shapes that break naive splitters, and invariants over random shows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitStages, stageOf } from '../../../lib/show/index.js';
import { frames, workedExample } from './examples.js';

const at = (zs: readonly number[]) => frames(zs.map((z) => [0, 0, z]));

describe('the stages of an animation', () => {
  it('has the indexes of the worked example', () => {
    expect(splitStages(workedExample())).toEqual({ takeoff: 10, route: 20, land: 29, staticEnd: 39 });
  });

  it('starts the take-off at the first frame when the first pair already moves', () => {
    expect(splitStages(at([0, 0.1, 0.2, 0.2, 0.2])).takeoff).toBe(0);
  });

  it('starts the take-off one frame after the last standing one', () => {
    expect(splitStages(at([0, 0, 0.1, 0.2, 0.2]))).toMatchObject({ takeoff: 2, route: 4 });
  });

  it('has no take-off when the drone first moves sideways', () => {
    const moved = frames([
      [0, 0, 1],
      [0, 0, 1],
      [1, 0, 1],
      [2, 0, 1],
      [2, 0, 1],
    ]);
    expect(splitStages(moved)).toEqual({ takeoff: 2, route: 2, land: 3, staticEnd: 3 });
  });

  it('counts a move of 0.01 m as standing', () => {
    expect(splitStages(at([0, 0.01, 0.02, 0.03]))).toEqual({ takeoff: 4, route: 4, land: 4, staticEnd: 4 });
  });

  it('counts a sideways move of 0.01 m as standing, so that the drone still rises in place', () => {
    const swaying = frames([
      [0, 0, 0],
      [0, 0, 0],
      [0.01, 0, 0.1],
      [0, 0.01, 0.2],
      [0, 0, 0.3],
      [1, 0, 0.3],
    ]);
    expect(splitStages(swaying)).toMatchObject({ takeoff: 2, route: 5 });
  });

  it.each([0, 1, 5])('takes a show of %i frames that never moves as standing', (n) => {
    expect(splitStages(at(Array(n).fill(0)))).toEqual({ takeoff: n, route: n, land: n, staticEnd: n });
  });

  it('survives a show that rises in place to its last frame', () => {
    expect(splitStages(at([0, 0, 0.1, 0.2]))).toEqual({ takeoff: 2, route: 4, land: 4, staticEnd: 4 });
  });

  it('survives a show that first moves in its last pair', () => {
    expect(splitStages(at([0, 0, 0, 1]))).toEqual({ takeoff: 3, route: 3, land: 3, staticEnd: 3 });
  });

  it('plays the top once when the fall follows the rise at once', () => {
    expect(splitStages(at([0, 0, 0.1, 0.2, 0.3, 0.2, 0.1, 0.1]))).toEqual({
      takeoff: 2,
      route: 5,
      land: 5,
      staticEnd: 6,
    });
  });

  it('keeps the order of the stages for any show, so that each frame has one stage', () => {
    const step = fc.constantFrom(-0.5, -0.01, -0.005, 0, 0, 0, 0.005, 0.01, 0.5);
    const moves = fc.array(fc.tuple(step, step, step), { maxLength: 40 });
    fc.assert(
      fc.property(moves, (list) => {
        let [x, y, z] = [0, 0, 0];
        const all = frames(
          list.map(([dx, dy, dz]) => {
            [x, y, z] = [x + dx, y + dy, z + dz];
            return [x, y, z];
          }),
        );
        const { takeoff, route, land, staticEnd } = splitStages(all);
        const bounds = [0, takeoff, route, land, staticEnd, all.length];
        expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
        const order = ['staticBegin', 'takeoff', 'route', 'land', 'staticEnd'];
        const seen = all.map((_, index) => order.indexOf(stageOf(splitStages(all), index)));
        expect(seen).toEqual([...seen].sort((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });
});
