/** What fails in the oversight is told, and keeps nothing from the fleet. */
import { expect, it } from 'vitest';
import { Watchkeeper } from '../../../server/oversight/watchkeeper.js';
import { FakeClock } from '../../support/fake-clock.js';

it('an oversight and a black box that fail are told once, and stop nothing', () => {
  const told: string[] = [];
  const keeper = new Watchkeeper({
    ...{ clock: new FakeClock(), pauseRampS: 1.5, run: () => undefined, view: () => undefined },
    records: () => {
      throw new Error('no table');
    },
    blackBox: {
      record: () => {
        throw new Error('no disk');
      },
      isRecording: () => true,
    },
    ...{ act: () => Promise.resolve(), callOff: () => undefined, ask: () => Promise.resolve(undefined) },
    say: (level, text) => {
      told.push(text);
      return { atUtcMs: 0, level, text };
    },
  });
  for (let times = 0; times < 3; times += 1) keeper.look();
  keeper.called({ name: 'land', ids: ['drone-1'], given: {}, by: 'panel' });
  keeper.happened({ type: 'droneJoined', id: 'drone-1', address: '' }, undefined);
  keeper.log('info', 'all goes on');
  expect(told.map((text) => text.replace(/^.*: /, ''))).toEqual(['no table', 'no disk', 'all goes on']);
});
