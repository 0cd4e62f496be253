import { expect, it } from 'vitest';
import { Directory, memberIdOf, userOf } from '../../../../server/gateways/cloudlink/directory.js';

const handles = { snowflake: '7', uuid: 'u' };

it('knows members by both handles as long as they are there', () => {
  const directory = new Directory();
  directory.add(handles);
  expect(['7', 'u', 'x'].map((handle) => directory.memberId(handle))).toEqual([
    memberIdOf(handles),
    memberIdOf(handles),
    'x',
  ]);
  directory.remove(handles);
  expect(['7', 'u'].map((handle) => directory.memberId(handle))).toEqual(['7', 'u']);
});

it('tells the handles from the id in the hub, also of one who has left; others are called by that id', () => {
  expect(userOf({ id: memberIdOf(handles), name: undefined })).toEqual({ id: '7', uuid: 'u' });
  expect(userOf({ id: memberIdOf(handles), name: '' })).toEqual({ id: '7', username: '', uuid: 'u' });
  expect(userOf({ id: 'drone:a:b', name: 'b' })).toEqual({
    id: 'drone:a:b',
    username: 'b',
    uuid: 'drone:a:b',
  });
});
