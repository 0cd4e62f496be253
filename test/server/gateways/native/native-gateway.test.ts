import { describe, expect, it } from 'vitest';
import { readMessageDefinitions } from '../../../../lib/messaging/index.js';
import { nextNews, openHouse } from './support/open-house.js';

const definitions = readMessageDefinitions('Move x=float y=float\nPath points=?f note=str\nBlob data=bytes');

describe('two clients in a room of the native gateway', () => {
  it('are who their tokens are of, and see each other come, rename and go', async () => {
    const { enter } = await openHouse({ hub: { motd: 'welcome' } });
    const ada = await enter('ada');
    const eve = await enter('eve');
    expect(ada.me).toMatchObject({ name: 'ada', role: 'operator', gateway: 'native' });
    expect(eve.me).toMatchObject({ name: 'eve', role: 'guest' });
    expect(ada.motd).toBe('welcome');
    const room = await ada.join('stage');
    expect(room.members.map(({ name }) => name)).toEqual(['ada']);
    expect(room.info).toMatchObject({ ownerId: ada.me.id, isHidden: false, isFleets: false });
    const came = nextNews(ada, 'joined');
    const eves = await eve.join('stage');
    await came;
    expect(room.members.map(({ name }) => name)).toEqual(['ada', 'eve']);
    expect(eves.members.map(({ name }) => name)).toEqual(['ada', 'eve']);
    const renamed = nextNews(ada, 'renamed');
    await eve.rename('Evelyn');
    expect(await renamed).toMatchObject({ before: 'eve', member: { name: 'Evelyn' } });
    expect(eve.me.name).toBe('Evelyn');
    expect(room.named('Evelyn').map(({ id }) => id)).toEqual([eve.me.id]);
    const left = nextNews(ada, 'left');
    await eves.leave();
    expect(await left).toMatchObject({ cause: 'left' });
    expect(eves.isOpen).toBe(false);
    expect(eve.rooms).toEqual([]);
    expect(room.members.map(({ name }) => name)).toEqual(['ada']);
  });

  it('send messages of any kind, to all others, and to oneself where asked', async () => {
    const { enter } = await openHouse();
    const [ada, ben] = [await enter('ada'), await enter('ben')];
    const room = await ada.join('stage');
    await ben.join('stage');
    const value = { text: 'hé', list: [1, null, true], bytes: new Uint8Array([0, 255, 7]), $bytes: 'plain' };
    await room.send('Anything', value);
    expect(await ben.receive('Anything')).toEqual({
      ...{ room: 'stage', isPrivate: false, name: 'Anything', value, fields: undefined },
      ...{ from: expect.objectContaining({ name: 'ada' }), correlation: undefined },
    });
    await room.say('/cue red', { echo: true, correlation: 17 });
    expect(await ada.receive()).toMatchObject({ name: undefined, value: '/cue red', correlation: 17 });
    expect(await ben.receive()).toMatchObject({ value: '/cue red', correlation: undefined });
  });

  it('ask each other privately, and the answer carries the token of the question', async () => {
    const { enter } = await openHouse();
    const [ada, ben] = [await enter('ada'), await enter('ben')];
    const eve = await enter('eve');
    ben.onMessage('Where', async (question) => {
      const { correlation } = question;
      await eve.sendPrivate(ada.me.id, { name: 'Forged', value: 0 }, { correlation });
      await ben.sendPrivate(ada.me.id, { name: 'Aside', value: 0 }, { correlation: 'of mine' });
      await ben.reply(question, { name: 'Here', value: [1, 2] });
    });
    const answer = await ada.ask(ben.me.id, { name: 'Where', value: null });
    expect(answer).toMatchObject({ name: 'Here', value: [1, 2], isPrivate: true, room: undefined });
    expect(await ada.receive()).toMatchObject({ name: 'Forged', from: { name: 'eve' } });
    expect(await ada.receive()).toMatchObject({ name: 'Aside', correlation: 'of mine' });
    const room = await ada.join('stage');
    await ben.join('stage');
    expect(await room.ask(ben.me.id, { name: 'Where', value: 0 })).toMatchObject({ room: 'stage' });
    await ada.sendPrivate(ben.me.id, { value: 'psst' }, { correlation: { mine: 1 } });
    expect(await ben.receive()).toMatchObject({ value: 'psst', correlation: { mine: 1 } });
    await expect(ada.ask('native:99', { value: 0 })).rejects.toMatchObject({ code: 'member_unknown' });
  });

  it('share variables of the room and of themselves', async () => {
    const { enter } = await openHouse();
    const [ada, ben] = [await enter('ada'), await enter('ben')];
    const room = await ada.join('stage');
    await room.setVariable('speed', 3);
    expect(room.variables.get('speed')).toBe(3);
    await ada.setVariables({ mood: 'calm' });
    const bens = await ben.join('stage');
    expect([...bens.variables]).toEqual([['speed', 3]]);
    expect([...bens.variablesOf(ada.me.id)]).toEqual([['mood', 'calm']]);
    const changed = nextNews(ben, 'memberVariables');
    await ada.setVariables({ mood: 'wild' });
    expect(await changed).toMatchObject({ memberId: ada.me.id, changed: { mood: 'wild' } });
    expect(bens.variablesOf(ada.me.id).get('mood')).toBe('wild');
    const news = nextNews(ben, 'variable');
    await room.renameVariable('speed', 'pace');
    expect(await news).toMatchObject({ change: { kind: 'renamed', name: 'speed', to: 'pace' } });
    expect([...bens.variables]).toEqual([['pace', 3]]);
    await room.deleteVariable('pace');
    expect([...room.variables]).toEqual([]);
    await expect(room.deleteVariable('pace')).rejects.toMatchObject({ code: 'variable_unknown' });
  });

  it('list rooms but hidden ones, and put others out where they may', async () => {
    const { enter } = await openHouse();
    const [ada, eve] = [await enter('ada'), await enter('eve')];
    const room = await ada.join('stage');
    await ada.join('backstage', { isHidden: true });
    const rooms = (await eve.list()).map((each) => [each.room.name, each.memberCount]);
    expect(rooms).toEqual(
      expect.arrayContaining([
        ['show', 0],
        ['stage', 1],
      ]),
    );
    expect(rooms).toHaveLength(2);
    const eves = await eve.join('stage');
    await expect(eves.kick(ada.me.id)).rejects.toMatchObject({ code: 'not_owner' });
    const removed = nextNews(eve, 'removed');
    await room.kick(eve.me.id);
    expect(await removed).toMatchObject({ cause: 'kicked', reason: 'put out by ada' });
    expect(eves.isOpen).toBe(false);
    await expect(eves.send('Hello')).rejects.toMatchObject({ code: 'not_in_room' });
  });

  it('are told why a hook denies what they ask', async () => {
    const { enter, hub } = await openHouse();
    hub.addPlugin({
      name: 'strict',
      hooks: {
        join: ({ room }) => (room === 'vip' ? { deny: 'members only' } : undefined),
        roomMessage: ({ content }) => (content.value === 'rude' ? { deny: 'be nice' } : undefined),
      },
    });
    const ada = await enter('ada');
    await expect(ada.join('vip')).rejects.toMatchObject({ code: 'denied', message: 'members only' });
    const room = await ada.join('stage');
    await expect(room.say('rude')).rejects.toMatchObject({ code: 'denied', message: 'be nice' });
    await room.say('kind');
  });
});

describe('typed messages of the native gateway', () => {
  it('arrive checked, lists of floats as such', async () => {
    const { enter } = await openHouse({ definitions });
    const [ada, ben] = [await enter('ada', { definitions }), await enter('ben', { definitions })];
    const room = await ada.join('stage');
    await ben.join('stage');
    await room.send('Path', { points: [0.1, 2], note: 'there' });
    const { fields } = await ben.receive('Path');
    expect(fields).toEqual({ points: Float32Array.of(0.1, 2), note: 'there' });
    await room.send('Blob', { data: new Uint8Array([1, 2]) });
    expect((await ben.receive('Blob')).fields).toEqual({ data: new Uint8Array([1, 2]) });
  });

  it('that do not fit are not sent, and refused by the server of whoever does', async () => {
    const { enter } = await openHouse({ definitions });
    const [ada, careless] = [await enter('ada', { definitions }), await enter('ben')];
    const room = await ada.join('stage');
    const other = await careless.join('stage');
    await expect(room.send('Move', { x: 1 })).rejects.toMatchObject({
      code: 'bad_message',
      message: 'Move.y is missing: a number is expected',
    });
    await expect(room.send('Mvoe', {})).rejects.toMatchObject({ code: 'bad_message' });
    await expect(other.send('Move', { x: 1, y: 'up' })).rejects.toMatchObject({
      code: 'bad_message',
      message: 'Move.y does not fit: a number is expected',
    });
    await other.send('Move', { x: 1, y: 2 });
    expect((await ada.receive('Move')).fields).toEqual({ x: 1, y: 2 });
  });

  it('of a sender whose server has no definitions cost the receiver nothing but themselves', async () => {
    const { enter } = await openHouse();
    const [ada, careless] = [await enter('ada', { definitions }), await enter('ben')];
    await ada.join('stage');
    const other = await careless.join('stage');
    const refused = nextNews(ada, 'refused');
    await other.send('Move', { x: 1 });
    expect(await refused).toMatchObject({ code: 'bad_message', text: expect.stringContaining('Move.y') });
    await other.send('Move', { x: 1, y: 2 });
    expect((await ada.receive()).fields).toEqual({ x: 1, y: 2 });
  });
});

describe('a client that waits', () => {
  it('gives up in time, or when told, and other waits go on', async () => {
    const { enter } = await openHouse();
    const ada = await enter('ada');
    await expect(ada.receive('Never', { timeoutMs: 20 })).rejects.toMatchObject({ code: 'timeout' });
    const abort = new AbortController();
    const given = ada.receive('Never', { signal: abort.signal });
    const patient = ada.receive(['Later', 'Never']);
    abort.abort();
    await expect(given).rejects.toMatchObject({ code: 'cancelled' });
    await ada.sendPrivate(ada.me.id, { name: 'Later', value: 1 });
    expect(await patient).toMatchObject({ name: 'Later' });
  });

  it('learns why nothing comes any more', async () => {
    const { enter, board } = await openHouse();
    const ada = await enter('ada');
    const waiting = ada.receive();
    board.expel(ada.me.id, 'put out by the operator');
    await expect(waiting).rejects.toMatchObject({ code: 'expelled', message: 'put out by the operator' });
    expect((await ada.closed).code).toBe('expelled');
    await expect(ada.list()).rejects.toMatchObject({ code: 'disconnected' });
  });

  it('leaves without a line in the log', async () => {
    const { enter, hub, lines } = await openHouse();
    const ada = await enter('ada');
    ada.close();
    await expect.poll(() => hub.sizes.members, { interval: 5 }).toBe(0);
    expect(lines).toEqual([]);
  });

  it('knows how long a ping takes, and so does the hub', async () => {
    const { enter, hub } = await openHouse();
    const ada = await enter('ada');
    const latencyMs = await ada.ping();
    expect(latencyMs).toBeGreaterThan(0);
    expect(latencyMs).toBeLessThan(5000);
    await expect.poll(() => hub.member(ada.me.id)?.latencyMs).toBeGreaterThan(0);
  });
});

describe('commands of the hub', () => {
  const plugin = {
    name: 'lights',
    commands: [
      {
        definition: { name: 'mix', about: 'Mixes.', role: 'guest', args: { a: 'int', b: 'json' } },
        run: ({ args, member }: { args: unknown; member: { name: string | undefined } }) => ({
          by: member.name ?? '',
          args: args as never,
        }),
      },
      {
        definition: { name: 'off', about: 'Ends it.', role: 'operator', args: {} },
        run: () => undefined,
      },
    ],
  } as const;

  it('are listed, run and refused', async () => {
    const { enter, hub } = await openHouse();
    hub.addPlugin(plugin);
    const [ada, eve] = [await enter('ada'), await enter('eve')];
    expect(await eve.commands()).toEqual(plugin.commands.map(({ definition }) => definition));
    expect(await eve.run('mix', { a: 1, b: ['x'] })).toEqual({ by: 'eve', args: { a: 1, b: ['x'] } });
    expect(await ada.run('off')).toBeNull();
    await expect(eve.run('off')).rejects.toMatchObject({ code: 'not_allowed' });
    await expect(eve.run('mix', { a: 0.5, b: 1 })).rejects.toMatchObject({ code: 'bad_arguments' });
    hub.switchCommand('mix', false);
    expect((await eve.commands()).map(({ name }) => name)).toEqual(['off']);
    await expect(eve.run('mix', { a: 1, b: 1 })).rejects.toMatchObject({ code: 'command_disabled' });
  });
});

describe('the fleet', () => {
  it('is seen by whoever joins, with last values, and as it changes', async () => {
    const { enter, hub } = await openHouse();
    hub.fleet.setDrone({ id: 'drone:1', name: 'alpha', rooms: ['show', 'left'] });
    hub.fleet.setDroneVariables('drone:1', { armed: false, battery: 80, x: Number.NaN });
    hub.fleet.setRoomVariables('show', { phase: 'idle', total: 1 });
    const eve = await enter('eve');
    const show = await eve.join('show');
    expect(show.members.map(({ name, role }) => [name, role])).toEqual([
      ['alpha', 'drone'],
      ['eve', 'guest'],
    ]);
    expect(Object.fromEntries(show.variables)).toEqual({ phase: 'idle', total: 1 });
    expect(Object.fromEntries(show.variablesOf('drone:1'))).toEqual({
      ...{ armed: false, battery: 80, x: Number.NaN },
    });
    const changed = nextNews(eve, 'memberVariables');
    hub.fleet.setDroneVariables('drone:1', { armed: true });
    expect(await changed).toMatchObject({ memberId: 'drone:1', changed: { armed: true } });
    const phase = nextNews(eve, 'roomVariables');
    hub.fleet.setRoomVariables('show', { phase: 'playing' });
    await phase;
    expect(show.variables.get('phase')).toBe('playing');
    await expect(show.setVariable('phase', 'mine')).rejects.toMatchObject({ code: 'not_allowed' });
  });

  it('shows a drone that comes to a room with the values it has', async () => {
    const { enter, hub } = await openHouse();
    hub.fleet.setDrone({ id: 'drone:1', name: 'alpha', rooms: [] });
    hub.fleet.setDroneVariables('drone:1', { battery: 80 });
    const eve = await enter('eve');
    const show = await eve.join('show');
    const came = nextNews(eve, 'joined');
    hub.fleet.setDrone({ id: 'drone:1', name: 'alpha', rooms: ['show'] });
    await came;
    expect(show.variablesOf('drone:1').get('battery')).toBe(80);
    const left = nextNews(eve, 'left');
    hub.fleet.removeDrone('drone:1');
    await left;
    expect(show.variablesOf('drone:1').size).toBe(0);
  });

  it('answers a command with the token of whoever gave it', async () => {
    const { enter, hub } = await openHouse();
    hub.fleet.setDrone({ id: 'drone:1', name: 'alpha', rooms: ['show'] });
    hub.listen('fleet', (event) => {
      if (event.type !== 'message' || event.from === undefined) return;
      if (event.to?.id !== 'drone:1' && event.room?.name !== 'show') return;
      const value = { command: event.content.value, ok: true, text: 'landing' };
      hub.fleet.sendTo(event.from.id, { topic: 'answer', value }, event.correlation);
    });
    const ada = await enter('ada');
    const answer = await ada.ask('drone:1', { value: '/land' });
    expect(answer).toMatchObject({ from: undefined, name: 'answer', value: { ok: true } });
    const show = await ada.join('show');
    expect((await show.command('/stop')).value).toMatchObject({ command: '/stop', ok: true });
    const silent = await enter('ben');
    const abort = new AbortController();
    const asked = ada.ask(silent.me.id, { value: 'there?' }, { signal: abort.signal });
    await silent.receive();
    // The server's answer to the sending itself is there before that to a ping.
    await ada.ping();
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    await expect(ada.ask(silent.me.id, { value: 0 }, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'timeout',
    });
  });
});
