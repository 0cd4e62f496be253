import { describe, expect, it } from 'vitest';
import { scratchLimits } from '../../../../server/gateways/cloudlink/scratch-limits.js';
import { type Peer, Rig, type RigOptions } from './rig.js';

const interval = 17;

function set(name: string, value: unknown, more: object = {}): object {
  return { method: 'set', user: 'ada', project_id: '1', name, value, ...more };
}

function limitedRig(more: Partial<typeof scratchLimits> = {}): Rig {
  return new Rig({ hub: { gateways: { scratch: { limits: { ...scratchLimits, ...more } } } } });
}

/** What the peer has got by the next batch. */
async function batch(rig: Rig, peer: Peer): Promise<readonly string[]> {
  await rig.clock.advance(interval);
  return peer.take();
}

describe('strict cloud variables', () => {
  it('go to everyone but the sender, as set, those of one moment in one frame', async () => {
    const rig = new Rig();
    const [ada, bob, eve] = [rig.scratch('1'), rig.scratch('1', 'bob'), rig.scratch('2')];
    ada.say(set('☁ x', '1'));
    ada.say({ ...set('☁ y', 2.5), method: 'create' });
    expect(bob.take()).toEqual([]);
    expect(await batch(rig, bob)).toEqual([
      '{"method":"set","name":"☁ x","value":"1"}\n{"method":"set","name":"☁ y","value":2.5}',
    ]);
    ada.say(set('☁ x', '1'));
    expect(await batch(rig, bob)).toEqual(['{"method":"set","name":"☁ x","value":"1"}']);
    expect([ada.take(), eve.take()]).toEqual([[], []]);
  });

  it('are told in one frame to who comes later, and nothing where there are none', () => {
    const rig = new Rig();
    const ada = rig.scratch('1');
    ada.say(set('☁ x', '1'));
    ada.say(set('☁ y', '2'));
    const bob = rig.connect();
    bob.say('{"method":"handshake","user":"bob","project_id":1}\n');
    expect(bob.take()).toEqual([
      '{"method":"set","name":"☁ x","value":"1"}\n{"method":"set","name":"☁ y","value":"2"}',
    ]);
    const eve = rig.connect();
    eve.say({ method: 'handshake', user: 'eve', project_id: '2' });
    expect(eve.take()).toEqual([]);
  });

  it.each([
    [4000, 'fly', { method: 'fly' }],
    [4000, 'no JSON', '{'],
    [4000, 'two lines', '{"method":"set"}\n{"method":"set"}'],
    [4000, 'nothing', ''],
    [4000, 'no object', '[1]'],
    [4000, 'no name', { method: 'set', value: 1 }],
    [4000, 'a second handshake', { method: 'handshake', user: 'ada', project_id: '1' }],
  ])('close with %i after %s', (code, _what, message) => {
    const peer = new Rig().scratch('1');
    peer.say(message);
    expect([peer.closed?.code, peer.take()]).toEqual([code, []]);
  });

  it.each([
    [4000, set('☁ x', 1)],
    [4000, { method: 'rename', name: 'x' }],
    [4000, { method: 'handshake', user: 'ada', project_id: '' }],
    [4002, { method: 'handshake', user: 'a b', project_id: '1' }],
    [4002, { method: 'handshake', project_id: '1' }],
  ])('close with %i when the first message is %j', (code, message) => {
    const peer = new Rig().connect();
    peer.say(message);
    expect(peer.closed?.code).toBe(code);
  });

  it('ignore values that are no numbers, renaming, deleting and binary frames', async () => {
    const rig = new Rig();
    const [ada, bob] = [rig.scratch('1'), rig.scratch('1', 'bob')];
    ada.say(set('☁ x', '1'));
    await batch(rig, bob);
    for (const value of ['abc', true, [1], undefined]) ada.say(set('☁ x', value));
    ada.say({ ...set('☁ x', 0), method: 'rename', new_name: '☁ y' });
    ada.say({ ...set('☁ x', 0), method: 'delete' });
    ada.say(set('☁ x', '2'), true);
    expect([await batch(rig, bob), ada.closed]).toEqual([[], undefined]);
  });

  it('take no name of a drone for a user', () => {
    const rig = new Rig();
    rig.board.hub.fleet.setDrone({ id: 'drone:kite', name: 'kite', rooms: ['show'] });
    expect(rig.scratch('1', 'kite').closed?.code).toBe(4002);
  });

  it('close with 4002 when somebody does not like the user', () => {
    const rig = new Rig();
    rig.board.hub.addPlugin({ name: 'words', hooks: { login: () => ({ deny: 'not that word' }) } });
    expect(rig.scratch('1').closed).toEqual({ code: 4002, reason: 'not that word' });
  });

  it('close with 4006 who does not say what it is, where that is wanted', () => {
    expect(new Rig({ needsUserAgent: true }).scratch('1').closed?.code).toBe(4006);
  });

  it('are 128 in a room, with 128 clients; one more closes with 4000', () => {
    const rig = limitedRig();
    const ada = rig.scratch('1');
    for (let n = 0; n < 128; n++) ada.say(set(`☁ ${n}`, n));
    ada.say(set('☁ 0', 1));
    expect(ada.closed).toBeUndefined();
    ada.say(set('☁ one more', 1));
    expect(ada.closed?.code).toBe(4000);
    const full = new Rig({
      hub: { gateways: { scratch: { limits: { ...scratchLimits, maxMembersPerRoom: 2 } } } },
    });
    const codes = ['a', 'b', 'c'].map((user) => full.scratch('1', user).closed?.code);
    expect(codes).toEqual([undefined, undefined, 4000]);
  });

  it('close with 4003 when there are as many rooms as can be', () => {
    const rig = limitedRig({ maxRooms: 1 });
    expect([rig.scratch('1'), rig.scratch('2')].map(({ closed }) => closed?.code)).toEqual([undefined, 4003]);
  });

  it('close with 4004 where a project is not to be had', () => {
    const rig = new Rig();
    rig.board.hub.addPlugin({ name: 'door', hooks: { join: () => ({ deny: 'not here' }) } });
    expect(rig.scratch('1').closed).toEqual({ code: 4004, reason: 'not here' });
  });

  it('take the longest names that Scratch allows', () => {
    const rig = limitedRig();
    const ada = rig.scratch('☁'.repeat(999));
    ada.say(set('☁'.repeat(1024), 1));
    expect([ada.closed, rig.errors]).toEqual([undefined, []]);
  });

  it('stay an hour in a room that all have left', async () => {
    expect(scratchLimits.keepEmptyMs).toBe(3_600_000);
    const rig = limitedRig({ keepEmptyMs: 3000 });
    const ada = rig.scratch('1');
    ada.say(set('☁ x', '1'));
    ada.leave();
    await rig.clock.advance(2900);
    const bob = rig.connect();
    bob.say({ method: 'handshake', user: 'bob', project_id: '1' });
    expect(bob.take()).toEqual(['{"method":"set","name":"☁ x","value":"1"}']);
    bob.leave();
    await rig.clock.advance(3500);
    const eve = rig.connect();
    eve.say({ method: 'handshake', user: 'eve', project_id: '1' });
    expect(eve.take()).toEqual([]);
  });
});

describe("cloud variables as Python's CloudLink serves them", () => {
  const loose: RigOptions = { scratch: 'cloudlink' };

  it('go to everyone, the sender too, each in its own frame and as what was asked', () => {
    const rig = new Rig(loose);
    const [ada, bob] = [rig.scratch('1'), rig.scratch('1', 'a b')];
    ada.say({ ...set('☁ x', 'any/ü'), method: 'create' });
    ada.say(set('☁ x', [1]));
    ada.say(set('new', false));
    ada.say({ ...set('new', 0), method: 'create' });
    ada.say({ method: 'rename', project_id: '1', name: 'new', new_name: 'old' });
    ada.say({ method: 'delete', project_id: 1, name: 'old' });
    const frames = [
      '{"method":"create","name":"\\u2601 x","value":"any\\/\\u00fc"}',
      '{"method":"set","name":"\\u2601 x","value":[1]}',
      '{"method":"set","name":"new","value":false}',
      '{"method":"create","name":"new","value":0}',
      '{"method":"rename","name":"new","new_name":"old"}',
      '{"method":"delete","name":"old"}',
    ];
    expect([ada.take(), bob.take()]).toEqual([frames, frames]);
  });

  it('are not told when they stay what they are, unless they are created again', () => {
    const ada = new Rig(loose).scratch('1');
    ada.say(set('x', 1));
    ada.say(set('x', 1));
    ada.say({ ...set('x', 1), method: 'create' });
    expect(ada.told()).toMatchObject([{ method: 'set' }, { method: 'create' }]);
  });

  it('that are unknown are made by renaming, and nothing happens to them by deleting', () => {
    const rig = new Rig(loose);
    const ada = rig.scratch('1');
    ada.say({ method: 'delete', project_id: '1', name: 'x' });
    ada.say({ method: 'rename', project_id: '1', name: 'x', new_name: 'y' });
    expect(ada.told()).toEqual([{ method: 'rename', name: 'x', new_name: 'y' }]);
    const bob = rig.connect();
    bob.say({ method: 'handshake', user: 'bob', project_id: '1' });
    expect(bob.told()).toEqual([{ method: 'set', name: 'y', value: '' }]);
    expect(rig.errors).toEqual([]);
  });

  it('are told to who comes later, a frame each; a number will do for a project', () => {
    const rig = new Rig(loose);
    const ada = rig.scratch('1');
    ada.say(set('x', 1));
    ada.say(set('y', 2));
    const bob = rig.connect();
    bob.say({ method: 'handshake', user: 'bob', project_id: 1 });
    expect(bob.take()).toEqual([
      '{"method":"set","name":"x","value":1}',
      '{"method":"set","name":"y","value":2}',
    ]);
  });

  it.each([
    ['unknown method', { method: 'fly' }],
    ['empty', ''],
    ['bad JSON', '{'],
    ['two lines', '{"method":"set"}\n{"method":"set"}'],
    ['a second handshake', { method: 'handshake', user: 'eve', project_id: '2' }],
    ['a set without a value', { method: 'set', project_id: '1', name: 'x' }],
    ['a rename to nothing', { method: 'rename', project_id: '1', name: 'x' }],
    ['a value of null', set('x', null)],
    ['a bad user', set('x', 1, { user: '' })],
  ])('ignore %s', (_what, message) => {
    const rig = new Rig(loose);
    const ada = rig.scratch('1');
    expect([ada.ask(message), ada.closed, rig.errors]).toEqual([[], undefined, []]);
  });

  it('ignore what comes before the handshake, also when it would be wrong', () => {
    const peer = new Rig(loose).connect();
    peer.say({ method: 'set' });
    peer.say({ method: 'delete', name: 'x', project_id: '1' });
    expect([peer.take(), peer.closed]).toEqual([[], undefined]);
  });

  it.each([
    [{ method: 'set', project_id: '1', value: 1 }, "Validation failed: {'name': ['required field']}"],
    [{ method: 'delete', name: 'x' }, "Validation failed: {'project_id': ['required field']}"],
  ])('say what is missing in %j, and close with 4000', (message, text) => {
    const ada = new Rig(loose).scratch('1');
    ada.say(message);
    expect([ada.take(), ada.closed]).toEqual([[text], { code: 4000, reason: 'Validation failed' }]);
  });

  it('say what is missing in a handshake, and close with 4000', () => {
    const peer = new Rig(loose).connect();
    peer.say({ method: 'handshake', user: 'ada' });
    expect([peer.take(), peer.closed]).toEqual([
      ["Validation failed: {'project_id': ['required field']}"],
      { code: 4000, reason: 'Validation failed' },
    ]);
  });

  it('close with 4004 when another room is named', () => {
    const ada = new Rig(loose).scratch('1');
    ada.say(set('x', 1, { project_id: '2' }));
    expect(ada.closed).toEqual({ code: 4004, reason: 'Invalid room ID: 2' });
  });

  it('close without a word after what is no object', () => {
    const ada = new Rig(loose).scratch('1');
    ada.say('[1]');
    expect([ada.take(), ada.closed]).toEqual([[], { code: 1000, reason: '' }]);
  });

  it('vanish when all have left', () => {
    const rig = new Rig(loose);
    const ada = rig.scratch('1');
    ada.say(set('x', 1));
    ada.leave();
    const bob = rig.connect();
    bob.say({ method: 'handshake', user: 'bob', project_id: '1' });
    expect(bob.take()).toEqual([]);
  });
});

describe('a client that sends its Scratch login along', () => {
  it.each(['strict', 'cloudlink'] as const)('is warned and closed with 4005: %s', (scratch) => {
    const peer = new Rig({ scratch }).connect({ bringsLogin: true });
    peer.say({ method: 'handshake', user: 'ada', project_id: '1' });
    expect(peer.closed?.code).toBe(4005);
    expect(peer.take()).toEqual([expect.stringContaining('change your Scratch password')]);
  });
});

describe('Scratch and CL4', () => {
  it('never meet in rooms of the same name', async () => {
    const rig = new Rig();
    const [ada, bob] = [rig.scratch('red'), rig.cl4('Bob')];
    bob.ask({ cmd: 'link', val: 'red' });
    bob.ask({ cmd: 'gvar', name: 'x', val: 1 });
    ada.say(set('x', 2));
    expect([await batch(rig, ada), bob.take()]).toEqual([[], []]);
  });
});

describe('a room that Scratch shares with another gateway', () => {
  it.each([
    ['strict', ['{"method":"set","name":"x","value":1}']],
    [
      'cloudlink',
      [
        '{"method":"set","name":"x","value":1}',
        '{"method":"rename","name":"x","new_name":"y"}',
        '{"method":"delete","name":"y"}',
      ],
    ],
  ] as const)('shows what happens there to variables: %s', async (scratch, lines) => {
    const rig = new Rig({ scratch, hub: { bridges: [{ room: 'lobby', gateways: 'all' }] } });
    const ada = rig.scratch('lobby');
    const { hub } = rig.board;
    rig.board.connect(
      { id: 'w', gateway: 'wevis', address: '' },
      { hear: () => undefined, end: () => undefined },
    );
    const ask = () => rig.board.ask('w', 10, 'theirs');
    hub.identify(ask(), 'wevis');
    hub.join(ask(), 'lobby');
    hub.changeRoomVariable(ask(), { room: 'lobby', wish: { kind: 'set', name: 'x', value: true } });
    hub.changeRoomVariable(ask(), { room: 'lobby', wish: { kind: 'rename', name: 'x', to: 'y' } });
    hub.changeRoomVariable(ask(), { room: 'lobby', wish: { kind: 'delete', name: 'y' } });
    expect(await batch(rig, ada)).toEqual(lines);
  });
});

describe.each(['strict', 'cloudlink'] as const)('the fleet as Scratch shows it: %s', (scratch) => {
  function fleetRig(): { readonly rig: Rig; readonly fired: unknown[] } {
    const rig = new Rig({ scratch });
    const fired: unknown[] = [];
    rig.board.hub.addPlugin({
      name: 'cues',
      commands: [
        {
          definition: { name: 'cue', about: '', role: 'guest', args: { name: 'str' } },
          run: ({ args }) => void fired.push(args.name),
        },
      ],
    });
    const { fleet } = rig.board.hub;
    fleet.setDrone({ id: 'drone:kite', name: 'kite', rooms: ['show'] });
    fleet.setDroneVariables('drone:kite', { armed: true, mode: null });
    fleet.setRoomVariables('show', { phase: 'idle', cues: ['gold'] });
    return { rig, fired };
  }

  const lines = (frames: readonly string[]) =>
    frames.flatMap((frame) => frame.split('\n')).map((line): unknown => JSON.parse(line));

  it('has its last values under names of cloud variables', () => {
    const { rig } = fleetRig();
    const ada = rig.connect();
    ada.say({ method: 'handshake', user: 'ada', project_id: 'show' });
    const frames = ada.take();
    expect(frames).toHaveLength(scratch === 'strict' ? 1 : 4);
    expect(lines(frames)).toEqual([
      { method: 'set', name: '☁ phase', value: 'idle' },
      { method: 'set', name: '☁ cues', value: '["gold"]' },
      { method: 'set', name: '☁ kite.armed', value: 1 },
      { method: 'set', name: '☁ kite.mode', value: '' },
    ]);
  });

  it('fits frames however large it is', () => {
    const { rig } = fleetRig();
    for (let n = 0; n < 500; n++) {
      rig.board.hub.fleet.setDrone({ id: `drone:${n}`, name: `kite ${n}`, rooms: ['show'] });
      rig.board.hub.fleet.setDroneVariables(`drone:${n}`, { battery: n, x: n });
    }
    const ada = rig.connect();
    ada.say({ method: 'handshake', user: 'ada', project_id: 'show' });
    const frames = ada.take();
    expect(lines(frames)).toHaveLength(1004);
    expect(Math.max(...frames.map((frame) => frame.length))).toBeLessThan(17_000);
    expect(frames.length).toBe(scratch === 'strict' ? 4 : 1004);
  });

  it('is told as it changes', async () => {
    const { rig } = fleetRig();
    const ada = rig.scratch('show');
    const { fleet } = rig.board.hub;
    fleet.setDroneVariables('drone:kite', { armed: false, battery: 71.5 });
    fleet.setRoomVariables('show', { phase: 'flying' });
    expect(lines(await batch(rig, ada))).toEqual([
      { method: 'set', name: '☁ kite.armed', value: 0 },
      { method: 'set', name: '☁ kite.battery', value: 71.5 },
      { method: 'set', name: '☁ phase', value: 'flying' },
    ]);
  });

  it('fires the cue that ☁ cue is set to, and takes nothing else', async () => {
    const { rig, fired } = fleetRig();
    const [ada, bob] = [rig.scratch('show'), rig.scratch('show', 'bob')];
    for (const [name, value] of [
      ['☁ cue', 'gold'],
      ['☁ cue', 7],
      ['☁ phase', '5'],
      ['☁ cue', true],
    ] as const)
      ada.say(set(name, value, { project_id: 'show' }));
    await rig.clock.advance(interval);
    expect(fired).toEqual(['gold', '7']);
    expect([ada.closed, ada.take(), bob.take()]).toEqual([undefined, [], []]);
  });

  it('names a cue that could not be fired to those who listen', async () => {
    const { rig } = fleetRig();
    const ada = rig.scratch('show');
    rig.board.hub.switchCommand('cue', false);
    ada.say(set('☁ cue', 'gold', { project_id: 'show' }));
    await rig.clock.advance(interval);
    expect(rig.errors).toEqual(['scratch: cue "gold": the command "cue" is switched off']);
  });

  it('closes with 4004 when the group is no more', () => {
    const { rig } = fleetRig();
    rig.board.hub.fleet.openRoom('red');
    const ada = rig.scratch('red');
    rig.board.hub.fleet.closeRoom('red');
    expect(ada.closed?.code).toBe(4004);
  });
});
