import { expect, it } from 'vitest';
import { runEffect } from '../../../server/panel/effects.js';
import { reduce } from '../../../server/panel/reduce.js';
import { initialState } from '../../../server/panel/state.js';
import { FakeFacade, readyDrones, snapshotOf } from './support/fake-fleet.js';

it('what concerns no drone says on the message line what was done, or why it was not', async () => {
  const snapshot = snapshotOf(readyDrones(2));
  const facade = new FakeFacade(snapshot);
  facade.music = {
    ...facade.music,
    hold: async () => 'the music is held\u001b[2J',
    stop: () => Promise.reject(new Error('no player')),
  };
  const context = { snapshot, size: { columns: 80, rows: 24 } };
  const told = async (name: 'music_hold' | 'music_stop' | 'group_remove') => {
    const given = name === 'group_remove' ? { group: 'east' } : {};
    const input = await runEffect({ type: 'operate', name, ids: [], given }, facade);
    return reduce(initialState, input, context).state.message;
  };
  expect(await told('music_hold')).toMatchObject({ text: 'music_hold: the music is held', role: 'good' });
  expect(await told('music_stop')).toMatchObject({ text: 'music_stop FAILED: no player', role: 'bad' });
  facade.groups.replace('east', ['drone-1']);
  expect((await told('group_remove'))?.text).toBe('group_remove: group "east" is forgotten; its drones stay');
});
