import { describe, expect, it } from 'vitest';
import { RefusedError } from '../../../../lib/errors.js';
import { Rig } from './rig.js';

const ok = { cmd: 'statuscode', code: 'I:100 | OK', code_id: 100 };

function status(id: number, text: string, more: object = {}): object {
  return { cmd: 'statuscode', code: `E:${id} | ${text}`, code_id: id, ...more };
}

const needsName = { details: 'This command requires setting a username.' };

describe('a handshake', () => {
  it('is answered in order the first time, and with a status alone after that', () => {
    const rig = new Rig({ motd: 'Hello' });
    const ada = rig.cl4('Ada');
    const peer = rig.connect();
    peer.say({ cmd: 'handshake', val: { language: 'Scratch', version: 'x' }, listener: 'handshake_cfg' });
    expect(peer.take()).toEqual([
      '{"cmd":"client_ip","val":"192.0.2.7"}',
      '{"cmd":"server_version","val":"0.2.0"}',
      '{"cmd":"motd","val":"Hello"}',
      '{"cmd":"client_obj","val":{"id":"102","uuid":"uuid-2"}}',
      '{"cmd":"ulist","mode":"set","val":[{"id":"101","username":"Ada","uuid":"uuid-1"}],"rooms":"default"}',
      '{"cmd":"statuscode","code":"I:100 | OK","code_id":100,"listener":"handshake_cfg"}',
    ]);
    expect(peer.ask({ cmd: 'handshake' })).toEqual([ok]);
    expect(ada.take()).toEqual([]);
  });

  it('names no message of the day where there is none, and the one of the hub where it has one', () => {
    const commands = (rig: Rig) =>
      rig
        .connect()
        .ask({ cmd: 'handshake' })
        .map((message) => Object(message).cmd);
    expect(commands(new Rig())).not.toContain('motd');
    expect(commands(new Rig({ hub: { motd: 'Hub' } }))).toContain('motd');
  });
});

describe('setid', () => {
  it('tells the others first of all that somebody is there, then itself who is', () => {
    const rig = new Rig();
    const [ada, bob] = [rig.cl4('Ada'), rig.cl4()];
    expect(bob.ask({ cmd: 'setid', val: 'Bob', listener: 'username_cfg' })).toEqual([
      { cmd: 'ulist', mode: 'set', val: [ada.as('Ada'), bob.as('Bob')], rooms: 'default' },
      { ...ok, listener: 'username_cfg', val: bob.as('Bob') },
    ]);
    expect(ada.told()).toEqual([{ cmd: 'ulist', mode: 'add', val: bob.as('Bob'), rooms: 'default' }]);
  });

  it('is for once: after that it names who it is', () => {
    const ada = new Rig().cl4('Ada');
    expect(ada.ask({ cmd: 'setid', val: 'Eve', listener: 1 })).toEqual([
      status(107, 'ID already set', { listener: 1, val: ada.as('Ada') }),
    ]);
  });

  it('takes the empty name, and the same as others', () => {
    const rig = new Rig();
    const [one, other] = [rig.cl4(''), rig.cl4('')];
    expect([one, other].map(({ memberId }) => rig.board.hub.member(memberId)?.name)).toEqual(['', '']);
  });

  it('never takes the name of a drone', () => {
    const rig = new Rig();
    rig.board.hub.fleet.setDrone({ id: 'drone:kite', name: 'kite', rooms: ['show'] });
    expect(rig.cl4().ask({ cmd: 'setid', val: 'kite', listener: 1 })).toEqual([
      status(112, 'ID conflict', { details: 'the name "kite" is taken', listener: 1 }),
    ]);
  });
});

describe('gmsg', () => {
  it('reaches all in the room, the sender too, and nothing else is said', () => {
    const rig = new Rig();
    const [ada, bob] = [rig.cl4('Ada'), rig.cl4()];
    ada.say({ cmd: 'gmsg', val: 'ü' });
    const message = '{"cmd":"gmsg","val":"\\u00fc","rooms":"default"}';
    expect([ada.take(), bob.take()]).toEqual([[message], [message]]);
  });

  it('with a listener names it, and the room, to the sender alone', () => {
    const rig = new Rig();
    const [ada, bob] = [rig.cl4('Ada'), rig.cl4('Bob')];
    ada.take();
    expect(ada.ask({ cmd: 'gmsg', val: [1], listener: 'l' })).toEqual([
      { cmd: 'gmsg', val: [1], rooms: 'default', listener: 'l' },
    ]);
    expect(bob.told()).toEqual([{ cmd: 'gmsg', val: [1] }]);
  });

  it.each([0, false, '', [], {}])('takes any value but null: %j', (val) => {
    expect(new Rig().cl4().ask({ cmd: 'gmsg', val })).toEqual([{ cmd: 'gmsg', val, rooms: 'default' }]);
  });

  it('goes to all rooms that it is in, or to those it names, up to one that it is not in', () => {
    const rig = new Rig();
    const ada = rig.cl4('Ada');
    ada.ask({ cmd: 'link', val: ['red', 'blue'] });
    const rooms = (message: object) => ada.ask({ cmd: 'gmsg', val: 1, ...message });
    expect(rooms({})).toMatchObject([{ rooms: 'red' }, { rooms: 'blue' }]);
    expect(rooms({ rooms: 'blue' })).toMatchObject([{ rooms: 'blue' }]);
    expect(rooms({ rooms: [] })).toEqual([]);
    expect(rooms({ rooms: ['red', 'x', 'blue'], listener: 5 })).toEqual([
      status(115, 'Room not joined', {
        details: 'Attempted to access room x while not joined.',
        listener: 5,
      }),
      { cmd: 'gmsg', val: 1, rooms: 'red', listener: 5 },
    ]);
  });

  it.each([5, true, [1], ['red', {}]])('of rooms %j is told what rooms are', (rooms) => {
    expect(new Rig().cl4().ask({ cmd: 'gmsg', val: 1, rooms, listener: 'l' })).toMatchObject([
      status(102, 'Datatype', { listener: 'l' }),
    ]);
  });
});

describe('gvar', () => {
  it('reaches all in the room with the room; the listener is for the sender alone', () => {
    const rig = new Rig();
    const [ada, bob] = [rig.cl4('Ada'), rig.cl4()];
    const plain = { cmd: 'gvar', name: 'v', val: 1, rooms: 'default' };
    expect(ada.ask({ cmd: 'gvar', name: 'v', val: 1, listener: 'l' })).toEqual([{ ...plain, listener: 'l' }]);
    expect(bob.told()).toEqual([plain]);
    ada.say({ cmd: 'gvar', name: 'v', val: 1 });
    expect([ada.told(), bob.told()]).toEqual([[plain], [plain]]);
  });

  it('is told as well when the hub keeps no more of them', () => {
    const rig = new Rig({ hub: { limits: { maxVariables: 1 } } });
    const [ada, bob] = [rig.cl4('Ada'), rig.cl4()];
    for (const name of ['x'.repeat(300), 'v', 'w']) {
      const plain = { cmd: 'gvar', name, val: 1, rooms: 'default' };
      expect(ada.ask({ ...plain, listener: 'l' })).toEqual([{ ...plain, listener: 'l' }]);
      expect(bob.told()).toEqual([plain]);
    }
  });

  it('is not told to who comes later', () => {
    const rig = new Rig();
    const ada = rig.cl4('Ada');
    ada.say({ cmd: 'gvar', name: 'v', val: 1 });
    expect(rig.connect().ask({ cmd: 'ping' })).toEqual([ok]);
    ada.ask({ cmd: 'link', val: 'red' });
    ada.say({ cmd: 'gvar', name: 'v', val: 1 });
    expect(rig.cl4('Bob').ask({ cmd: 'link', val: 'red' })).toMatchObject([
      { cmd: 'ulist' },
      { code_id: 100 },
    ]);
  });
});

describe('pmsg and pvar', () => {
  it('need a username', () => {
    const rig = new Rig();
    const peer = rig.cl4();
    for (const cmd of ['pmsg', 'pvar'])
      expect(peer.ask({ cmd, id: 'x', name: 'v', val: 1, listener: 'l' })).toEqual([
        status(111, 'ID required', { ...needsName, listener: 'l' }),
      ]);
  });

  it('reach one by username, snowflake, UUID or object, once in each room', () => {
    const rig = new Rig();
    const [ada, bob] = [rig.cl4('Ada'), rig.cl4('Bob')];
    ada.take();
    const pmsg = { cmd: 'pmsg', val: 'x', origin: ada.as('Ada'), rooms: 'default' };
    const { id, uuid } = bob.user;
    for (const handle of ['Bob', id, uuid, { id }, { uuid }, bob.as('Bob'), ['Bob'], [id, { uuid }]]) {
      expect(ada.ask({ cmd: 'pmsg', id: handle, val: 'x', listener: 'l' })).toEqual([
        { ...ok, listener: 'l' },
      ]);
      expect(bob.told()).toEqual([pmsg]);
    }
    expect(ada.ask({ cmd: 'pvar', id: 'Bob', name: 'v', val: 0 })).toEqual([ok]);
    expect(bob.told()).toEqual([{ ...pmsg, cmd: 'pvar', name: 'v', val: 0 }]);
  });

  it('to oneself come after the status', () => {
    const ada = new Rig().cl4('Ada');
    expect(ada.ask({ cmd: 'pmsg', id: 'Ada', val: 1 })).toMatchObject([{ code_id: 100 }, { cmd: 'pmsg' }]);
  });

  it.each([
    ['Eve', 'No matches found: Eve'],
    [['Eve', '9'], "No matches found: ['Eve', '9']"],
    [{ id: '9' }, "No matches found: {'id': '9'}"],
    [[], 'No matches found: []'],
  ])('for nobody, %j, say so', (id, details) => {
    expect(new Rig().cl4('Ada').ask({ cmd: 'pmsg', id, val: 1, listener: 'l' })).toEqual([
      status(103, 'ID not found', { details, listener: 'l' }),
    ]);
  });

  it('for a name that several have reach nobody, and say how many they are', () => {
    const rig = new Rig();
    const [ada, ...bobs] = [rig.cl4('Ada'), rig.cl4('Bob'), rig.cl4('Bob')];
    for (const bob of bobs) bob.take();
    const details =
      'Multiple matches found for Bob, found 2 matches. Please use Snowflakes, UUIDs, or client objects instead.';
    ada.take();
    expect(ada.ask({ cmd: 'pmsg', id: 'Bob', val: 1, listener: 'l' })).toEqual([
      status(104, 'ID not specific enough', { details, listener: 'l' }),
    ]);
    expect(bobs.flatMap((bob) => bob.told())).toEqual([]);
  });

  it('for a name that several have reach all where that is wanted', () => {
    const rig = new Rig({ warnIfMultipleUsernameMatches: false });
    const [ada, ...bobs] = [rig.cl4('Ada'), rig.cl4('Bob'), rig.cl4('Bob')];
    for (const peer of [ada, ...bobs]) peer.take();
    expect(ada.ask({ cmd: 'pmsg', id: 'Bob', val: 1 })).toEqual([ok]);
    expect(bobs.map((bob) => bob.told())).toMatchObject([[{ cmd: 'pmsg' }], [{ cmd: 'pmsg' }]]);
  });

  it('find those alone who are in the room', () => {
    const rig = new Rig();
    const [ada, bob] = [rig.cl4('Ada'), rig.cl4('Bob')];
    bob.ask({ cmd: 'link', val: 'red' });
    ada.take();
    for (const id of ['Bob', bob.user.id, bob.user.uuid, { id: bob.user.id }])
      expect(ada.ask({ cmd: 'pmsg', id, val: 1 })).toMatchObject([{ code_id: 103 }]);
    expect(ada.ask({ cmd: 'pmsg', id: 'Bob', val: 1, rooms: 'red' })).toMatchObject([{ code_id: 115 }]);
  });

  it.each([[5], [true], [[5]]])('of rooms %j are told what rooms are, and nothing else', (rooms) => {
    for (const more of [{ cmd: 'pmsg' }, { cmd: 'pvar', name: 'n' }])
      expect(new Rig().cl4('Ada').ask({ ...more, id: 'Ada', val: 1, rooms, listener: 'l' })).toMatchObject([
        status(102, 'Datatype', { listener: 'l' }),
      ]);
  });

  it.each([[[5]], [[null]], [['a', ['b']]]])('of id %j are told what an id is', (id) => {
    expect(new Rig().cl4('Ada').ask({ cmd: 'pmsg', id, val: 1, listener: 'l' })).toMatchObject([
      status(102, 'Datatype', { listener: 'l' }),
    ]);
  });
});

describe('direct', () => {
  it('reaches one in whatever room, without a status, with the listener and the origin', () => {
    const rig = new Rig();
    const [ada, bob] = [rig.cl4(), rig.cl4('Bob')];
    bob.ask({ cmd: 'link', val: 'red' });
    ada.take();
    for (const id of ['Bob', bob.user.id, bob.user.uuid]) {
      expect(ada.ask({ cmd: 'direct', id, val: 1, listener: 'l' })).toEqual([]);
      expect(bob.told()).toEqual([{ cmd: 'direct', val: 1, origin: ada.user, listener: 'l' }]);
    }
  });

  it('to nobody says so without details', () => {
    expect(new Rig().cl4().ask({ cmd: 'direct', id: 'Eve', val: 1, listener: 'l' })).toEqual([
      status(103, 'ID not found', { listener: 'l' }),
    ]);
  });

  it('to a name that several have reaches nobody', () => {
    const rig = new Rig();
    const [ada, ...bobs] = [rig.cl4(), rig.cl4('Bob'), rig.cl4('Bob')];
    for (const peer of [ada, ...bobs]) peer.take();
    expect(ada.ask({ cmd: 'direct', id: 'Bob', val: 1 })).toMatchObject([{ code_id: 104 }]);
    expect(bobs.flatMap((bob) => bob.told())).toEqual([]);
  });
});

describe('link and unlink', () => {
  it('need a username', () => {
    const peer = new Rig().cl4();
    for (const cmd of ['link', 'unlink'])
      expect(peer.ask({ cmd, val: 'red', listener: 'l' })).toEqual([
        status(111, 'ID required', { ...needsName, listener: 'l' }),
      ]);
  });

  it('link leaves default, and tells those there and those in the new room', () => {
    const rig = new Rig();
    const [ada, bob, carl] = [rig.cl4('Ada'), rig.cl4('Bob'), rig.cl4('Carl')];
    bob.take();
    expect(bob.ask({ cmd: 'link', val: ['red', 'red'] })).toMatchObject([{ mode: 'set' }, { code_id: 100 }]);
    for (const peer of [ada, carl]) peer.take();
    expect(ada.ask({ cmd: 'link', val: 'red', listener: 'link' })).toEqual([
      { cmd: 'ulist', mode: 'set', val: [bob.as('Bob'), ada.as('Ada')], rooms: 'red' },
      { ...ok, listener: 'link' },
    ]);
    expect(carl.told()).toEqual([{ cmd: 'ulist', mode: 'remove', val: ada.as('Ada'), rooms: 'default' }]);
    expect(bob.told()).toEqual([{ cmd: 'ulist', mode: 'add', val: ada.as('Ada'), rooms: 'red' }]);
  });

  it('link adds to the rooms that it is in, and works while nobody is in default', () => {
    const rig = new Rig();
    const ada = rig.cl4('Ada');
    const inRooms = () => rig.board.hub.roomsOf(ada.memberId).map(({ name }) => name);
    ada.ask({ cmd: 'link', val: ['default', 'red'] });
    expect(inRooms()).toEqual(['default', 'red']);
    expect(ada.ask({ cmd: 'link', val: ['red', 'blue'] })).toMatchObject([
      { cmd: 'ulist', rooms: 'red' },
      { cmd: 'ulist', rooms: 'blue' },
      { code_id: 100 },
    ]);
    expect(inRooms()).toEqual(['red', 'blue']);
    expect(ada.ask({ cmd: 'link', val: 'green' })).toMatchObject([
      { mode: 'set', rooms: 'green' },
      { code_id: 100 },
    ]);
  });

  it('unlink leaves, tells those who stay, and ends in default when no room is left', () => {
    const rig = new Rig();
    const [ada, bob] = [rig.cl4('Ada'), rig.cl4('Bob')];
    for (const peer of [ada, bob]) peer.ask({ cmd: 'link', val: ['red', 'blue'] });
    const carl = rig.cl4('Carl');
    ada.take();
    expect(ada.ask({ cmd: 'unlink', val: ['red', 'no such room'] })).toEqual([ok]);
    expect(bob.told()).toEqual([{ cmd: 'ulist', mode: 'remove', val: ada.as('Ada'), rooms: 'red' }]);
    expect(ada.ask({ cmd: 'unlink', val: '', listener: 'unlink' })).toEqual([
      { cmd: 'ulist', mode: 'set', val: [carl.as('Carl'), ada.as('Ada')], rooms: 'default' },
      { ...ok, listener: 'unlink' },
    ]);
    expect(carl.told()).toEqual([{ cmd: 'ulist', mode: 'add', val: ada.as('Ada'), rooms: 'default' }]);
    expect(bob.told()).toMatchObject([{ mode: 'remove', rooms: 'blue' }]);
  });

  it.each([5, true, {}, [1]])('of %j are told what rooms are', (val) => {
    const ada = new Rig().cl4('Ada');
    for (const cmd of ['link', 'unlink'])
      expect(ada.ask({ cmd, val, listener: 'l' })).toMatchObject([
        status(102, 'Datatype', { listener: 'l' }),
      ]);
  });

  it('say why a room can not be entered, and leave nobody in no room', () => {
    const rig = new Rig();
    rig.board.hub.addPlugin({
      name: 'bouncer',
      hooks: { join: ({ room }) => (room === 'red' ? { deny: 'no' } : undefined) },
    });
    const ada = rig.cl4('Ada');
    expect(ada.ask({ cmd: 'link', val: 'red', listener: 'l' })).toMatchObject([
      { cmd: 'ulist', mode: 'set', rooms: 'default' },
      status(108, 'Refused', { details: 'no', listener: 'l' }),
    ]);
  });

  it('who disconnects is removed from its rooms, if it was seen there', () => {
    const rig = new Rig();
    const [ada, bob, nobody] = [rig.cl4('Ada'), rig.cl4('Bob'), rig.cl4()];
    ada.take();
    nobody.leave();
    bob.leave();
    expect(ada.told()).toEqual([{ cmd: 'ulist', mode: 'remove', val: bob.as('Bob'), rooms: 'default' }]);
  });

  it('who is put out of its only room sees it empty and is in default again', () => {
    const rig = new Rig();
    const ada = rig.cl4('Ada');
    ada.ask({ cmd: 'link', val: 'red' });
    rig.board.hub.fleet.openRoom('red');
    expect(ada.told()).toEqual([
      { cmd: 'ulist', mode: 'set', val: [], rooms: 'red' },
      { cmd: 'ulist', mode: 'set', val: [ada.as('Ada')], rooms: 'default' },
    ]);
    expect(rig.errors).toEqual([]);
  });
});

describe('what can not be obeyed', () => {
  it.each([
    ['', status(106, 'Empty packet', { details: 'Your client has sent an empty message.' })],
    [{ val: 1, listener: 'l' }, status(101, 'Syntax', { details: { cmd: ['required field'] } })],
    [{ cmd: 'gmsg', listener: 'l' }, status(101, 'Syntax', { details: { val: ['required field'] } })],
    [
      { cmd: 'relay', listener: 'l' },
      status(109, 'Invalid command', { details: 'relay is an invalid command.' }),
    ],
    [{ cmd: 'echo' }, status(109, 'Invalid command', { details: 'echo is an invalid command.' })],
    [{ cmd: 'toString' }, status(109, 'Invalid command', { details: 'toString is an invalid command.' })],
  ])('%j is answered, and the connection stays', (message, answer) => {
    const peer = new Rig().cl4();
    expect(peer.ask(message)).toEqual([answer]);
    expect(peer.ask({ cmd: 'ping' })).toEqual([ok]);
  });

  it('bad JSON is answered with what is wrong with it', () => {
    expect(new Rig().cl4().ask('{"cmd":')).toMatchObject([
      status(114, 'JSON error', { details: expect.stringMatching(/^A JSON error was raised: ./) }),
    ]);
  });

  it('what is no object closes the connection without a word', () => {
    const peer = new Rig().cl4();
    expect(peer.ask('[1]')).toEqual([]);
    expect(peer.closed).toEqual({ code: 1000, reason: '' });
  });

  it('a command that is switched off, here or everywhere, says so', () => {
    const rig = new Rig();
    const peer = rig.cl4();
    rig.board.hub.switchCommand('gmsg', false, 'cloudlink');
    expect(peer.ask({ cmd: 'gmsg', val: 1, listener: 'l' })).toEqual([
      status(110, 'Command disabled', { details: 'gmsg is a disabled command.' }),
    ]);
    rig.board.hub.switchCommand('gmsg', true, 'cloudlink');
    expect(peer.ask({ cmd: 'gmsg', val: 1 })).toMatchObject([{ cmd: 'gmsg' }]);
  });

  it('a veto is a refusal with its reason', () => {
    const rig = new Rig();
    rig.board.hub.addPlugin({ name: 'quiet', hooks: { roomMessage: () => ({ deny: 'quiet, please' }) } });
    expect(rig.cl4().ask({ cmd: 'gmsg', val: 1, listener: 'l' })).toEqual([
      status(108, 'Refused', { details: 'quiet, please', listener: 'l' }),
    ]);
  });

  it('what is too large for the hub says so', () => {
    const peer = new Rig({ hub: { limits: { maxMessageBytes: 100 } } }).cl4();
    expect(peer.ask({ cmd: 'gmsg', val: 'x'.repeat(100) })).toMatchObject([{ code: 'E:113 | Too large' }]);
  });
});

describe('a command of the hub', () => {
  function rigWithCommands(): Rig {
    const rig = new Rig();
    const role = 'guest';
    rig.board.hub.addPlugin({
      name: 'test',
      commands: [
        {
          definition: { name: 'cue', about: '', role, args: { name: 'str' } },
          run: ({ args }) => `fired ${args.name}`,
        },
        {
          definition: { name: 'sum', about: '', role, args: { a: 'int', b: 'int' } },
          run: ({ args }) => Number(args.a) + Number(args.b),
        },
        { definition: { name: 'stop', about: '', role, args: {} }, run: () => undefined },
        {
          definition: { name: 'never', about: '', role, args: {} },
          run: () => {
            throw new RefusedError('no', 'not now');
          },
        },
        { definition: { name: 'arm', about: '', role: 'operator', args: {} }, run: () => 'armed' },
      ],
    });
    return rig;
  }

  it.each([
    [
      { cmd: 'cue', val: { name: 'gold' } },
      { ...ok, val: 'fired gold' },
    ],
    [
      { cmd: 'cue', val: 'gold', listener: 'l' },
      { ...ok, listener: 'l', val: 'fired gold' },
    ],
    [
      { cmd: 'sum', val: { a: 1, b: 2 } },
      { ...ok, val: 3 },
    ],
    [
      { cmd: 'sum', val: { a: 1, b: -1 } },
      { ...ok, val: 0 },
    ],
    [{ cmd: 'stop' }, ok],
    [{ cmd: 'never', listener: 'l' }, status(108, 'Refused', { details: 'not now', listener: 'l' })],
    [{ cmd: 'cue' }, status(108, 'Refused', { details: '"cue": "name" (str) is missing' })],
    [{ cmd: 'sum', val: 5 }, status(108, 'Refused', { details: '"sum": "a" (int) is missing' })],
    [{ cmd: 'arm' }, status(108, 'Refused', { details: 'the command "arm" is for operators' })],
  ])('%j', async (message, answer) => {
    const peer = rigWithCommands().cl4();
    peer.say(message);
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(peer.told()).toEqual([answer]);
  });

  it('can be switched off', () => {
    const rig = rigWithCommands();
    const peer = rig.cl4();
    rig.board.hub.switchCommand('cue', false);
    expect(peer.ask({ cmd: 'cue', val: 'gold' })).toMatchObject([{ code_id: 110 }]);
  });
});
