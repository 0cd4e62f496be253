import { expect, it } from 'vitest';
import { placeProblems } from '../../../drone-client/client/start-place.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeVehicle } from '../../support/fake-vehicle.js';
import { samplePlan } from '../player/rig.js';

const stateAt = (x: number, y: number) => new FakeVehicle(new FakeClock(), { x, y, z: 0 }).state;

it('a drone that stands far from where its show begins may not start it', () => {
  expect(placeProblems(samplePlan(), stateAt(3, 0), 3)).toEqual([]);
  expect(placeProblems(samplePlan(), stateAt(0, -3.1), 3)).toMatchObject([
    {
      severity: 'blocking',
      text: expect.stringContaining('it stands 3.1 m from where its show begins (at most 3 m)'),
    },
  ]);
});

it('is not judged where it does not matter: without a limit, in the air, or when the show takes off first', () => {
  expect(placeProblems(samplePlan(), stateAt(9, 9), 0)).toEqual([]);
  expect(placeProblems(samplePlan(), { ...stateAt(9, 9), armed: true }, 3)).toEqual([]);
  expect(placeProblems(samplePlan({ startAction: 'takeoff' }), stateAt(9, 9), 3)).toEqual([]);
  expect(placeProblems(undefined, stateAt(9, 9), 3)).toEqual([]);
});
