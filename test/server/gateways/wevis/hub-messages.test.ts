import { describe, expect, it } from 'vitest';
import {
  enteredMessage,
  messagesOf,
  removedMessage,
} from '../../../../server/gateways/wevis/hub-messages.js';
import { droneMessage, showMessage } from '../../../../server/gateways/wevis/state-messages.js';
import type { HubValue, Member, RoomInfo } from '../../../../server/hub/hub-types.js';

const ann: Member = { id: 'wevis:1', name: 'ann', role: 'guest', gateway: 'wevis', latencyMs: undefined };
const nobody: Member = { ...ann, id: 'cl4:9', name: undefined, gateway: 'cloudlink' };
const stage: RoomInfo = {
  ...{ id: 'r1', name: 'stage', ownerId: undefined },
  ...{ isHidden: false, closesWithOwner: false, isFleets: false },
};
const none = { correlation: undefined };

function said(value: HubValue, topic?: string | number) {
  const content = topic === undefined ? { value } : { value, topic };
  return messagesOf({ type: 'roomMessage', room: stage, from: ann, content, ...none });
}

function told(
  value: HubValue,
  {
    from = undefined,
    topic = '',
    correlation = undefined,
  }: {
    from?: Member | undefined;
    topic?: string;
    correlation?: HubValue | undefined;
  } = {},
) {
  const content = { value, topic };
  return messagesOf({ type: 'privateMessage', room: undefined, from, to: ann, content, correlation });
}

describe('what the hub delivers, as messages of the fleet\u2019s', () => {
  it.each([
    ['hi', { topic: '', form: 'text', text: 'hi' }],
    ['half \ud800', { topic: '', form: 'text', text: 'half \ufffd' }],
    [{ a: [1, null, true] }, { topic: '', form: 'json', text: '{"a":[1,null,true]}' }],
    [7, { topic: '', form: 'json', text: '7' }],
    [null, { topic: '', form: 'json', text: 'null' }],
    [Number.NaN, { topic: '', form: 'json', text: 'null' }],
    [Uint8Array.of(1, 2, 255), { topic: '', form: 'base64', text: 'AQL/' }],
    [{ data: Uint8Array.of(1) }, { topic: '', form: 'json', text: '{"data":"AQ=="}' }],
  ])('%j said in a room is Said', (value, fields) => {
    expect(said(value)).toEqual([{ name: 'Said', fields: { room: 'stage', sender: 'ann', ...fields } }]);
  });

  it('keeps the topic of a message', () => {
    expect(said('hi', 6)).toMatchObject([{ fields: { topic: '6' } }]);
    expect(said('hi', 'chat')).toMatchObject([{ fields: { topic: 'chat' } }]);
  });

  it('makes a Formation of points, and Said of what are none under that topic', () => {
    const points = { names: ['a', 'b'], x: [1, 2], y: [3, 4], z: [5, 6] };
    expect(said(points, 'formation')).toEqual([
      { name: 'Formation', fields: { room: 'stage', sender: 'ann', ...points, names: 'a\nb' } },
    ]);
    for (const odd of ['text', null, [1], { x: [1] }, { ...points, x: ['1', '2'] }, { ...points, z: [1e39] }])
      expect(said(odd, 'formation')).toMatchObject([{ name: 'Said', fields: { topic: 'formation' } }]);
  });

  it('makes Told of what is said to one, and Answer of what the fleet answers', () => {
    expect(told('psst', { from: ann, correlation: 'c' })).toEqual([
      { name: 'Told', fields: { sender: 'ann', topic: '', form: 'text', text: 'psst', correlation: 'c' } },
    ]);
    expect(told('news', { correlation: { listener: 1 } })).toMatchObject([
      { fields: { sender: '', correlation: '{"listener":1}' } },
    ]);
    const answer = { topic: 'answer', correlation: 'c' };
    expect(told({ command: 'stop', ok: false, code: 'not_allowed', text: 'no' }, answer)).toEqual([
      { name: 'Answer', fields: { correlation: 'c', ok: 0, code: 'not_allowed', text: 'no' } },
    ]);
    expect(told({ command: 'stop', ok: true, answer: { done: 2 } }, answer)).toMatchObject([
      { name: 'Answer', fields: { ok: 1, code: '', text: '{"done":2}' } },
    ]);
    // Only the server answers.
    expect(told({ ok: true }, { ...answer, from: ann })).toMatchObject([{ name: 'Told' }]);
  });

  it('names who has no name by its id, and tells comings and goings', () => {
    expect(enteredMessage('stage', nobody).fields).toMatchObject({ member: 'cl4:9', id: 'cl4:9' });
    const renamed = messagesOf({ type: 'renamed', room: stage, member: ann, before: undefined });
    expect(renamed).toEqual([
      {
        name: 'Left',
        fields: { room: 'stage', member: 'wevis:1', id: 'wevis:1', cause: 'renamed', text: 'ann' },
      },
      { name: 'Entered', fields: { room: 'stage', member: 'ann', id: 'wevis:1', role: 'guest' } },
    ]);
    expect(messagesOf({ type: 'changed', room: stage, member: { ...ann, role: 'operator' } })).toMatchObject([
      { name: 'Entered', fields: { role: 'operator' } },
    ]);
    expect(removedMessage({ type: 'removed', room: stage, cause: 'kicked', reason: 'by bob' }, ann)).toEqual({
      ...{ name: 'Left' },
      fields: { room: 'stage', member: 'ann', id: 'wevis:1', cause: 'kicked', text: 'by bob' },
    });
  });

  it.each([
    [
      { kind: 'set', name: 'n', value: [1] },
      { variable: 'n', was: '', value: '[1]' },
    ],
    [
      { kind: 'deleted', name: 'n' },
      { variable: 'n', was: '', value: '' },
    ],
    [
      { kind: 'renamed', name: 'n', to: 'm' },
      { variable: 'm', was: 'n', value: '' },
    ],
  ] as const)('tells that a variable was %j', (change, fields) => {
    const delivery = {
      type: 'roomVariable',
      room: stage,
      from: ann,
      change,
      correlation: undefined,
    } as const;
    expect(messagesOf(delivery)).toEqual([
      { name: 'Variable', fields: { room: 'stage', owner: '', ...fields } },
    ]);
  });
});

describe('state in a message', () => {
  it('is unknown where nothing is known: empty, -1, not a number', () => {
    expect(
      droneMessage({ ...ann, name: 'd1', role: 'drone' }, new Map([['mode', null]])).fields,
    ).toMatchObject({
      ...{ drone: 'd1', connected: -1, mode: '', x: Number.NaN, more: '{}' },
    });
    expect(showMessage(new Map()).fields).toMatchObject({
      phase: '',
      total: -1,
      duration_s: Number.NaN,
      cues: '',
    });
  });

  it('says of values of other types what can be said', () => {
    const variables = new Map<string, HubValue>([
      ['mode', 7],
      ['armed', 0.5],
      ['x', '1'],
    ]);
    expect(droneMessage(ann, variables).fields).toMatchObject({ mode: '7', armed: -1, x: Number.NaN });
  });
});
