import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { readWevisDefinitions, type WevisClient } from '../../../../../lib/protocols/wevis/index.js';
import { testCertificate } from '../../../../support/certificate.js';
import { FakeClock } from '../../../../support/fake-clock.js';
import { until } from '../../../../support/until.js';
import { fleetText, frame, type Rig, type RigOptions, startRig } from '../support/wevis-rig.js';

const rigs: Rig[] = [];

afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

async function start(options?: RigOptions): Promise<Rig> {
  const rig = await startRig(options);
  rigs.push(rig);
  return rig;
}

const soon = { timeoutMs: 5000 };

async function fieldsOf(client: WevisClient, name: string) {
  return (await client.receive(name, soon)).fields;
}

/** A fleet of one drone in `show` and its group `left`. */
function addDrone({ hub }: Rig): void {
  hub.fleet.setDrone({ id: 'drone:d1', name: 'd1', rooms: ['show', 'left'] });
  hub.fleet.setDroneVariables('drone:d1', {
    ...{ connected: true, ready: false, armed: false, state: 'ok', mode: 'hold' },
    ...{ battery: 80, x: 1.5, y: null, slot: 3 },
  });
  hub.fleet.setRoomVariables('show', {
    phase: 'idle',
    total: 1,
    cues: ['red', 'blue'],
    title: 'wave',
    address: 'here',
  });
}

describe('a whole conversation with the wevis gateway', () => {
  it.each(['TCP', 'TLS'])('goes over %s: the fleet, its telemetry, rooms, a cue, a command', async (way) => {
    const tls = way === 'TLS' ? await testCertificate() : undefined;
    const rig = await start(tls === undefined ? {} : { tls });
    addDrone(rig);
    const ran: unknown[] = [];
    rig.hub.addPlugin({
      name: 'fleet',
      commands: [
        {
          definition: { name: 'cue', about: 'Fires.', role: 'guest', args: { name: 'str' } },
          run: ({ args }) => void ran.push(args),
        },
        {
          definition: {
            name: 'operate',
            about: 'Acts.',
            role: 'operator',
            args: { operation: 'str', drones: 'str', arguments: 'json' },
          },
          run: ({ args }) => {
            ran.push(args);
            return { done: 1 };
          },
        },
      ],
    });
    const more = tls === undefined ? {} : { tls: { ca: tls.cert } };
    const ann = await rig.connect('ann', more);
    expect(await fieldsOf(ann, 'Entered')).toEqual({
      room: 'show',
      member: 'd1',
      id: 'drone:d1',
      role: 'drone',
    });
    expect(await fieldsOf(ann, 'Drone')).toEqual({
      ...{ drone: 'd1', connected: 1, ready: 0, armed: 0, state: 'ok', mode: 'hold', task: '', frame: '' },
      ...{ x: 1.5, y: Number.NaN, z: Number.NaN, battery: 80, voltage: Number.NaN, latency_ms: Number.NaN },
      ...{ red: Number.NaN, green: Number.NaN, blue: Number.NaN, more: '{"slot":3}' },
    });
    expect(await fieldsOf(ann, 'Show')).toMatchObject({
      ...{ phase: 'idle', start_at: '', title: 'wave', digest: '', total: 1, connected: -1 },
      ...{ cues: 'red\nblue', more: '{"address":"here"}', duration_s: Number.NaN },
    });
    const bob = await rig.connect('bob', more);
    expect(await fieldsOf(ann, 'Entered')).toMatchObject({ member: 'bob', role: 'guest' });
    rig.hub.fleet.setDroneVariables('drone:d1', { x: 2, z: 5 });
    expect(await fieldsOf(ann, 'Drone')).toMatchObject({ x: 2, y: Number.NaN, z: 5, battery: 80 });

    ann.send('Join', { room: 'stage', correlation: 'j' });
    expect(await fieldsOf(ann, 'Answer')).toEqual({ correlation: 'j', ok: 1, code: '', text: '' });
    bob.send('Join', { room: 'stage', correlation: 'k' });
    expect(await fieldsOf(ann, 'Entered')).toMatchObject({ room: 'stage', member: 'bob' });
    bob.send('Say', { room: 'stage', text: 'h\u00e9 \u{1f681}', correlation: '' });
    expect(await fieldsOf(ann, 'Said')).toEqual({
      ...{ room: 'stage', sender: 'bob', topic: '', form: 'text', text: 'h\u00e9 \u{1f681}' },
    });
    ann.send('Tell', { to: 'bob', text: 'psst', correlation: '7' });
    expect(await fieldsOf(bob, 'Told')).toEqual({
      ...{ sender: 'ann', topic: '', form: 'text', text: 'psst', correlation: '7' },
    });
    bob.send('Formation', {
      room: 'stage',
      sender: '',
      names: 'a\nb',
      x: [1, 2],
      y: [3, 4],
      z: [5, Number.NaN],
    });
    expect(await fieldsOf(ann, 'Formation')).toEqual({
      ...{ room: 'stage', sender: 'bob', names: 'a\nb' },
      ...{ x: Float32Array.of(1, 2), y: Float32Array.of(3, 4), z: Float32Array.of(5, Number.NaN) },
    });

    bob.send('Cue', { cue: 'red', correlation: 'c1' });
    expect(await fieldsOf(bob, 'Answer')).toMatchObject({ correlation: 'k', ok: 1 });
    expect(await fieldsOf(bob, 'Answer')).toEqual({ correlation: 'c1', ok: 1, code: '', text: '' });
    const command = { operation: 'led_fill', drones: '@left', arguments: '{"red": 255}', correlation: 'c2' };
    bob.send('Command', command);
    expect(await fieldsOf(bob, 'Answer')).toEqual({
      ...{ correlation: 'c2', ok: 0, code: 'not_allowed', text: 'the command "operate" is for operators' },
    });
    ann.send('Command', command);
    expect(await fieldsOf(ann, 'Answer')).toEqual({ correlation: 'c2', ok: 1, code: '', text: '{"done":1}' });
    expect(ran).toEqual([
      { name: 'red' },
      { operation: 'led_fill', drones: '@left', arguments: { red: 255 } },
    ]);

    bob.send('Leave', { room: 'stage', correlation: 'l' });
    expect(await fieldsOf(ann, 'Left')).toMatchObject({ room: 'stage', member: 'bob', cause: 'left' });
    await bob.close();
    expect(await fieldsOf(ann, 'Left')).toMatchObject({ room: 'show', member: 'bob', cause: 'disconnected' });
  });

  it('gives the fleet\u2019s answer to a command that was said in its room, with the correlation', async () => {
    const rig = await start();
    const { fleet } = rig.hub;
    rig.hub.listen('fleet', (event) => {
      if (event.type !== 'message' || event.from === undefined) return;
      const value = { command: 'stop', ok: true, answer: { done: 2, said: event.content.value } };
      fleet.sendTo(event.from.id, { topic: 'answer', value }, event.correlation);
    });
    const bob = await rig.connect('bob');
    bob.send('Say', { room: 'show', text: '/stop', correlation: 's1' });
    expect(await fieldsOf(bob, 'Answer')).toEqual({
      ...{ correlation: 's1', ok: 1, code: '', text: '{"done":2,"said":"/stop"}' },
    });
  });

  it('has for a newcomer what a plugin says to it because it came', async () => {
    const rig = await start();
    const { fleet } = rig.hub;
    rig.hub.addPlugin({
      name: 'host',
      onEvent: (event) => event.type === 'login' && fleet.sendTo(event.member.id, { value: 'Hello!' }),
    });
    const ann = await rig.connect();
    expect(await fieldsOf(ann, 'Told')).toMatchObject({ sender: '', text: 'Hello!' });
  });

  it('tells who comes the message of the day, and why it goes when it is put out', async () => {
    const rig = await start({ hub: { motd: 'Wind from the west.' } });
    const ann = await rig.connect();
    expect(await fieldsOf(ann, 'Told')).toMatchObject({
      sender: '',
      topic: 'motd',
      text: 'Wind from the west.',
    });
    rig.board.expel('wevis:1', 'tidying up');
    expect(await fieldsOf(ann, 'Told')).toMatchObject({ topic: 'expelled', text: 'tidying up' });
    await ann.closed;
    expect(rig.hub.sizes.members).toBe(0);
  });
});

describe('the login at the wevis gateway', () => {
  it.each([
    ['a wrong password', ['ann', 'wrong'], {}, 'Invalid credentials.'],
    ['a stranger', ['eve', 'secret'], {}, 'Invalid credentials.'],
    ['anybody, where there are no users', ['ann', 'secret'], { users: new Map() }, 'Invalid credentials.'],
    ['another version', ['ann', 'secret', '0.9'], { version: '1.0' }, 'Version "1.0" is expected.'],
  ] as const)('rejects %s, and closes', async (_who, login, options, reason) => {
    const rig = await start(options);
    const peer = await rig.raw();
    await peer.login(...login);
    expect(await peer.heard('_loginReject')).toEqual({ reason });
    await peer.ended();
    expect(peer.names()).toEqual(['_welcome', '_loginReject']);
    expect(rig.hub.sizes.members).toBe(0);
  });

  it('is told to the log when it is wrong, once in 10 s, on one line', async () => {
    const clock = new FakeClock();
    const rig = await start({ clock });
    for (const waitMs of [0, 9999, 1]) {
      await clock.advance(waitMs);
      const peer = await rig.raw();
      await peer.login('e\nve', 'guess');
      await peer.ended();
    }
    const line = 'warning: wevis: a login as "e?ve" from 127.0.0.1 was refused';
    expect(rig.logged).toEqual([line, line]);
  });

  it('rejects by the bytes of the protocol what is no login: Unexpected message.', async () => {
    const rig = await start();
    const peer = await rig.raw();
    await peer.heard('_welcome');
    expect(peer.bytes.subarray(0, 12).toString('hex')).toBe('880000000300000080000000');
    expect(peer.bytes.subarray(12).toString('latin1')).toMatch(/^[0-9a-f]{128}$/);
    peer.say('04000000 02000000');
    await peer.ended();
    const reject = `1b000000 05000000 13000000 ${Buffer.from('Unexpected message.').toString('hex')}`;
    expect(peer.bytes.subarray(140).toString('hex')).toBe(reject.replaceAll(' ', ''));
  });

  it('welcomes each with another salt', async () => {
    const rig = await start();
    const salts = await Promise.all([1, 2].map(async () => (await (await rig.raw()).heard('_welcome')).salt));
    expect(new Set(salts).size).toBe(2);
  });

  it('takes the version that is expected, and a client that says it has the same definitions', async () => {
    const rig = await start({ version: '1.0' });
    const peer = await rig.raw();
    await peer.login('ann', 'secret', '1.0');
    await peer.heard('_loginAccept');
    await rig.connect('bob');
    const other = readWevisDefinitions('Say s=str');
    await expect(rig.connect('bj\u00f6rn\u00e9', { definitions: other })).rejects.toMatchObject({
      reason: "The definitions of the messages differ from the server's.",
    });
  });

  it('lets in so many of one user as it is told, and the next when one has left', async () => {
    const rig = await start({ perUserLimit: 2 });
    const first = await rig.connect();
    await rig.connect();
    const reason = 'Maximum number of connections per user reached.';
    await expect(rig.connect()).rejects.toMatchObject({ reason });
    await rig.connect('bob');
    await first.close();
    await until(() => rig.hub.sizes.members === 2);
    await rig.connect();
  });

  it('knows a user whose name the reference cuts, by bytes as it sends them', async () => {
    const rig = await start();
    const peer = await rig.raw();
    // Six of its eight bytes, since it has six characters.
    const name = Buffer.from('bj\u00f6rn\u00e9').subarray(0, 6);
    const { salt } = await peer.heard('_welcome');
    const proof = createHash('sha512')
      .update(`p\u00e4ss${String(salt)}`)
      .digest('hex');
    const body = Buffer.concat([Buffer.from(proof), name, Buffer.from('1.0')]);
    const head = Uint32Array.of(16 + body.length, 4, 128, name.length, 3);
    peer.say(new Uint8Array(head.buffer), body);
    await peer.heard('_loginAccept');
    expect(
      rig.events.some((event) => event.type === 'login' && event.member.name === 'bj\u00f6rn\u00e9'),
    ).toBe(true);
  });

  it('rejects with the words of the hub who has the name of a drone, or whom a plugin does not want', async () => {
    const rig = await start();
    rig.hub.fleet.setDrone({ id: 'drone:bob', name: 'bob', rooms: ['show'] });
    await expect(rig.connect('bob')).rejects.toMatchObject({ reason: 'the name "bob" is taken' });
    rig.hub.addPlugin({ name: 'night', hooks: { login: () => ({ deny: 'Closed at night.' }) } });
    await expect(rig.connect('ann')).rejects.toMatchObject({ reason: 'Closed at night.' });
    // It was not counted either.
    rig.hub.addPlugin({ name: 'none' });
    await expect(rig.connect('ann')).rejects.toMatchObject({ reason: 'Closed at night.' });
  });

  it('tells who comes to a full house why it is turned away', async () => {
    const rig = await start({ hub: { limits: { maxMembers: 1 } } });
    await rig.connect();
    await expect(rig.connect('bob')).rejects.toMatchObject({ reason: 'the server is full' });
    expect(rig.hub.sizes.members).toBe(1);
  });

  it('is given up 5 s after the welcome, without a word', async () => {
    const clock = new FakeClock();
    const rig = await start({ clock });
    const peer = await rig.raw();
    await peer.heard('_welcome');
    await clock.advance(4999);
    expect(rig.hub.sizes.members).toBe(1);
    await clock.advance(1);
    expect(rig.hub.sizes.members).toBe(0);
    await peer.ended();
    expect(peer.names()).toEqual(['_welcome']);
  });
});

describe('the wevis gateway', () => {
  it('pings 5 s after the welcome and 10 s after each answer, and closes who is silent for 5 s', async () => {
    const clock = new FakeClock();
    const rig = await start({ clock });
    const peer = await rig.raw();
    await peer.login();
    await peer.heard('Show');
    await clock.advance(5000);
    await peer.heard('_ping');
    await clock.advance(30);
    peer.say('04000000 02000000');
    await until(() => rig.hub.member('wevis:1')?.latencyMs === 30);
    await clock.advance(9999);
    expect(peer.fields('_ping')).toHaveLength(1);
    await clock.advance(1);
    await peer.heard('_ping', 2);
    peer.say(frame('Say', { room: 'show', text: 'no answer to a ping', correlation: '' }));
    await until(() => rig.events.some(({ type }) => type === 'message'));
    await clock.advance(4999);
    expect(rig.hub.sizes.members).toBe(1);
    await clock.advance(1);
    await peer.ended();
    expect(rig.events.at(-1)).toMatchObject({ type: 'disconnected', reason: 'no answer to a ping' });
  });

  it.each([
    ['an unknown id', '04000000 ff000000'],
    ['a length that can not be', 'ffffffff'],
    ['less than an id', '02000000 0700'],
    ['a text that is not UTF-8', '11000000 0f000000 01000000 04000000 6a 73ff6f77'],
    ['a text longer than the message', '0c000000 0f000000 00000000 ffffff7f'],
  ])('closes who sends %s, and nobody else', async (_what, bytes) => {
    const rig = await start();
    const bob = await rig.connect('bob');
    const peer = await rig.raw();
    await peer.login();
    await peer.heard('Show');
    peer.say(bytes);
    await peer.ended();
    expect(await fieldsOf(bob, 'Entered')).toMatchObject({ member: 'ann' });
    expect(await fieldsOf(bob, 'Left')).toMatchObject({ member: 'ann', cause: 'disconnected' });
    expect(rig.hub.sizes.members).toBe(1);
  });

  it('notices at once that a peer left inside a message', async () => {
    const rig = await start();
    const peer = await rig.raw();
    await peer.login();
    await peer.heard('Show');
    peer.say('0c000000 0f00');
    peer.socket.end();
    await until(() => rig.hub.sizes.members === 0);
    expect(rig.events.at(-1)).toMatchObject({
      type: 'disconnected',
      reason: 'the peer left inside a message',
    });
  });

  it('takes empty frames, answers pings, and refuses what only it may say', async () => {
    const rig = await start();
    const peer = await rig.raw();
    await peer.login();
    peer.say(
      '00000000 00000000',
      frame('_ping'),
      frame('_loginAccept'),
      frame('Answer', { correlation: 'x', ok: 1, code: '', text: '' }),
    );
    await peer.heard('Answer', 2);
    expect(peer.names().slice(-3)).toEqual(['_pong', 'Answer', 'Answer']);
    expect(peer.fields('Answer')).toEqual([
      { correlation: '', ok: 0, code: 'unexpected', text: '_loginAccept is not expected after the login' },
      { correlation: 'x', ok: 0, code: 'unexpected', text: 'Answer comes from the server alone' },
    ]);
  });

  it('passes on a text that was cut inside a character with a mark in its place', async () => {
    const rig = await start();
    const bob = await rig.connect('bob');
    const peer = await rig.raw();
    await peer.login();
    await peer.heard('Show');
    const { id } = frameIds();
    peer.say(`16000000 ${id} 00000000 04000000 02000000 73686f77 68c3`);
    expect(await fieldsOf(bob, 'Said')).toMatchObject({ text: 'h\ufffd' });
  });

  it('contains a plugin and a reply that fail to the connection that asked', async () => {
    const rig = await start();
    rig.hub.addPlugin({
      name: 'bad',
      commands: [
        {
          definition: { name: 'cue', about: 'Fails.', role: 'guest', args: { name: 'str' } },
          run: ({ args }) => {
            if (args.name === 'huge') return 'x'.repeat(2 * 1024 * 1024);
            throw new Error('out of order');
          },
        },
      ],
    });
    const [ann, bob] = [await rig.connect(), await rig.connect('bob')];
    ann.send('Cue', { cue: 'huge', correlation: '1' });
    ann.send('Cue', { cue: 'red', correlation: '2' });
    expect(await fieldsOf(ann, 'Answer')).toMatchObject({ correlation: '2', ok: 0, code: 'command_failed' });
    expect(rig.events).toContainEqual(
      expect.objectContaining({
        type: 'error',
        source: 'wevis',
        text: expect.stringContaining('Answer has 2097'),
      }),
    );
    bob.send('Say', { room: 'show', text: 'still here', correlation: '' });
    expect(await fieldsOf(ann, 'Said')).toMatchObject({ text: 'still here' });
  });

  it('reads a flood no faster than it may come, loses nothing of it, and serves the others meanwhile', async () => {
    const clock = new FakeClock();
    const rig = await start({ clock, hub: { limits: { messages: { burst: 10, perS: 10 } } } });
    const [flooder, bob] = [await rig.raw(), await rig.connect('bob')];
    await flooder.login();
    await flooder.heard('Show');
    const said: unknown[] = [];
    bob.on('Said', ({ fields }) => said.push(fields.text));
    const all = Array.from({ length: 60 }, (_each, index) => String(index));
    for (const text of all) flooder.say(frame('Say', { room: 'show', text, correlation: '' }));
    await until(() => said.length > 3);
    expect(said.length).toBeLessThan(10);
    bob.send('Tell', { to: 'wevis:2', text: 'one by one', correlation: '' });
    expect(await bob.ping()).toBeDefined();
    let answered = 0;
    // Long enough for a ping to be due and missed, were it counted.
    for (let passedMs = 0; said.length < all.length && passedMs < 12_000; passedMs += 100) {
      await clock.advance(100);
      for (; answered < flooder.fields('_ping').length; answered++) flooder.say('04000000 02000000');
      await bob.ping();
    }
    expect(said).toEqual(all);
    expect([flooder.isEnded, flooder.fields('Answer')]).toEqual([false, []]);
  });

  it('leaves with the peer what it can not take yet', async () => {
    const rig = await start();
    const [flooder, bob] = [await rig.raw(), await rig.connect('bob')];
    await flooder.login();
    await flooder.heard('Show');
    const large = frame('Say', { room: 'show', text: 'x'.repeat(100_000), correlation: '' });
    for (let count = 0; count < 400; count++) flooder.say(large);
    // As much time as the gateway would need to read it all.
    for (let pings = 0; pings < 30; pings++) await bob.ping();
    expect(flooder.socket.writableLength).toBeGreaterThan(5_000_000);
  });

  it('cuts a reader that does not read, and nobody else', async () => {
    const rig = await start();
    const slow = await rig.raw();
    await slow.login();
    await slow.heard('Show');
    slow.socket.pause();
    const bob = await rig.connect('bob');
    const text = 'x'.repeat(500_000);
    for (let sent = 0; sent < 60 && rig.hub.member('wevis:1') !== undefined; sent++) {
      rig.hub.fleet.sendToRoom('show', { value: text });
      await bob.receive('Said', soon);
    }
    expect(rig.hub.member('wevis:1')).toBeUndefined();
    expect(rig.events).toContainEqual(
      expect.objectContaining({ type: 'disconnected', reason: expect.stringMatching(/^cut: it left/) }),
    );
    expect(rig.events).toContainEqual(
      expect.objectContaining({
        type: 'error',
        source: 'wevis',
        text: expect.stringMatching(/^cut: it left/),
      }),
    );
    slow.socket.resume();
    await slow.ended();
  });

  it('says which port it can not have, and why', async () => {
    const rig = await start();
    await expect(start({ port: rig.gateway.port })).rejects.toMatchObject({
      code: 'no_gateway',
      message: expect.stringMatching(
        /^gateway wevis can not be opened at 127.0.0.1:\d+: another program has/,
      ),
    });
  });

  it('runs a plugin\u2019s command by a message of the user\u2019s own definitions', async () => {
    const text = `${fleetText}\nblink colour=str at=?d correlation=str\n`;
    const rig = await start({ definitions: { text, path: 'own.wevis' } });
    rig.hub.addPlugin({
      name: 'blinker',
      commands: [
        {
          definition: { name: 'blink', about: 'Blinks.', role: 'guest', args: { colour: 'str', at: '?d' } },
          run: ({ args }) => JSON.stringify(args),
        },
      ],
    });
    const bob = await rig.connect('bob', { definitions: text });
    bob.send('blink', { colour: 'red', at: [0.5], correlation: 'b' });
    expect(await fieldsOf(bob, 'Answer')).toEqual({
      ...{ correlation: 'b', ok: 1, code: '', text: '{"at":[0.5],"colour":"red"}' },
    });
  });
});

/** The id of Say on the wire: 6 of the protocol's own, then its place in the file. */
function frameIds() {
  return {
    id: Buffer.from(frame('Say', { room: '', text: '', correlation: '' }).subarray(4, 8)).toString('hex'),
  };
}
