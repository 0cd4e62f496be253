import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Json,
  type MessageValue,
  RoomClient,
  type RoomMessage,
  ServedRooms,
} from '../../../../lib/messaging/index.js';
import { SystemClock } from '../../../../lib/time/adapters/system-clock.js';
import { Network, type Side, until } from '../connection/pair.js';
import { member, OwnHost, room } from './own-host.js';

let network: Network;
let host: OwnHost;
let server: Side;
let near: Side;
let served: ServedRooms;
let problems: string[];

beforeEach(async () => {
  network = await Network.open();
  [near, server] = await network.pair();
  host = new OwnHost();
  problems = [];
  served = new ServedRooms(host, {
    ...{ connection: server.connection, endpoint: server.endpoint, clock: new SystemClock() },
    onProblem: (text) => problems.push(text),
    onFlood: (text) => problems.push(text),
  });
});
afterEach(() => network.close());

const enter = (more: { onError?: (error: unknown) => void } = {}) =>
  RoomClient.enter({
    ...{ connection: near.connection, endpoint: near.endpoint, clock: new SystemClock(), token: 't' },
    ...more,
  });

describe('a program that serves rooms by itself', () => {
  it('is asked what the client asks', async () => {
    const client = await enter();
    expect(client.me).toEqual(member);
    expect(client.motd).toBeUndefined();
    const stage = await client.join('stage', { isHidden: true });
    expect(stage.info).toEqual(room);
    expect(stage.members).toEqual([member]);
    expect(stage.member('m1')).toEqual(member);
    expect(await client.list()).toEqual([{ room, memberCount: 3 }]);
    await stage.send('Move', { x: 1 }, { correlation: 'c' });
    await stage.say('hello', { echo: true });
    await stage.sendPrivate('m2', { value: 5 });
    await stage.kick('m2');
    await stage.setVariable('x', null);
    await stage.renameVariable('x', 'y');
    await stage.deleteVariable('y');
    await client.setVariables({ mood: 'calm' });
    await client.rename('Ada');
    expect(client.me.name).toBe('Ada');
    expect(stage.named('Ada')).toEqual([client.me]);
    expect(client.variablesOf('m1').get('mood')).toBe('calm');
    expect(await client.commands()).toEqual([]);
    expect(await client.run('cue', { name: 'red' })).toEqual(['cue', { name: 'red' }]);
    await stage.leave();
    expect(host.asked).toEqual([
      ['enter', 't'],
      ['join', 'stage', { isHidden: true, closesWithOwner: false }],
      ['list'],
      ['sendToRoom', 'stage', { name: 'Move', value: { x: 1 }, echo: false }, 'c'],
      ['sendToRoom', 'stage', { name: undefined, value: 'hello', echo: true }, undefined],
      ['sendPrivate', 'm2', { name: undefined, value: 5, room: 'stage' }, undefined],
      ['kick', 'stage', 'm2'],
      ['changeVariable', 'stage', { kind: 'set', name: 'x', value: null }],
      ['changeVariable', 'stage', { kind: 'rename', name: 'x', to: 'y' }],
      ['changeVariable', 'stage', { kind: 'delete', name: 'y' }],
      ['setOwnVariables', { mood: 'calm' }],
      ['rename', 'Ada'],
      ['commands'],
      ['run', 'cue'],
      ['leave', 'stage'],
    ]);
    expect(client.rooms).toEqual([]);
    await expect(stage.leave()).rejects.toMatchObject({ code: 'not_in_room' });
  });

  it('denies with a code and a reason, which the client is told', async () => {
    const client = await enter();
    host.denials.push({ code: 'denied', reason: 'members only' });
    await expect(client.join('stage')).rejects.toMatchObject({ code: 'denied', message: 'members only' });
    host.denials.push({ code: 'refused', reason: 'not now' });
    await expect(client.run('cue')).rejects.toMatchObject({ code: 'refused', message: 'not now' });
  });

  it('is asked again what came too fast, and what came after it waits', async () => {
    const client = await enter();
    const retryAfterMs = 5;
    host.denials.push({ code: 'too_fast', reason: 'wait', retryAfterMs });
    await Promise.all([client.rename('first'), client.rename('second')]);
    host.denials.push({ code: 'too_fast', reason: 'wait', retryAfterMs });
    await client.run('cue');
    expect(host.asked.slice(1)).toEqual([
      ['rename', 'first'],
      ['rename', 'second'],
      ['run', 'cue'],
    ]);
  });

  it('counts what can not be read', async () => {
    await enter();
    const ask = (name: string, kwargs: { [key: string]: Json }) =>
      near.connection.getResponse(name, { kwargs });
    await expect(ask('room_join', {})).rejects.toMatchObject({ code: 'bad_arguments' });
    await expect(ask('room_command', {})).rejects.toMatchObject({ code: 'bad_arguments' });
    await expect(ask('room_send', { correlation: { $bytes: 1 } })).rejects.toMatchObject({
      code: 'bad_message',
    });
    expect(host.charged).toBe(3);
  });

  it('hears that an event could not be sent, and goes on', async () => {
    const client = await enter();
    const tell = (value: MessageValue) =>
      served.push({
        type: 'message',
        ...{ room: undefined, isPrivate: true, from: undefined },
        ...{ name: 'N', value, correlation: undefined },
      });
    const circle: unknown[] = [];
    circle.push(circle);
    tell(circle as never);
    tell('fine');
    expect((await client.receive()).value).toBe('fine');
    expect(problems).toEqual([expect.stringMatching(/^it was not told: "message": a value.*64 deep/)]);
  });

  it('tells what a join brings about after the room itself', async () => {
    const client = await enter();
    const other = { ...member, id: 'm2' };
    host.onJoined = () => served.push({ type: 'joined', room, member: other, variables: { x: 1 } });
    const stage = await client.join('stage');
    expect(stage.members).toEqual([member, other]);
    expect(stage.variablesOf('m2').get('x')).toBe(1);
  });

  it('tells no changes of what is gone, or was told anew meanwhile', async () => {
    const client = await enter();
    const batches: unknown[] = [];
    let arrive: (value: null) => void = () => undefined;
    near.endpoint.requestCallback('room_telemetry', (_, batch) => {
      batches.push(batch);
      return new Promise((resolve) => {
        arrive = resolve;
      });
    });
    const { telemetry } = served;
    telemetry.memberChanged('m0', { x: 0 });
    for (const id of ['m1', 'm2', 'm3']) telemetry.memberChanged(id, { x: 1 });
    for (const name of ['here', 'stage', 'show']) telemetry.roomChanged(name, { x: 1 });
    served.push({ type: 'left', room, member: { ...member, id: 'm2' }, cause: 'disconnected' });
    served.push({ type: 'removed', room, cause: 'kicked', reason: '' });
    await client.join('here');
    await until(() => batches.length === 1);
    arrive(null);
    await until(() => batches.length === 2);
    expect(batches[1]).toEqual({ members: { m3: { x: 1 } }, rooms: { show: { x: 1 } } });
  });

  it('has nothing to tell once the link is gone', async () => {
    await enter();
    server.connection.close();
    served.push({ type: 'ended', code: 'late', reason: 'too late' });
    expect(problems).toEqual([]);
  });
});

describe('what anybody may send', () => {
  const names = ['room_enter', 'room_join', 'room_send', 'private_send', 'set_variable', 'room_command'];
  const kwargs = fc.dictionary(
    fc.constantFrom('room', 'name', 'value', 'to', 'kind', 'args', 'token', 'correlation', 'echo', 'hidden'),
    fc.oneof(fc.constantFrom('set', 'stage'), fc.jsonValue({ maxDepth: 2 })),
    { noNullPrototype: true },
  );

  it('as a request is answered or refused, and never fails', async () => {
    const ask = fc.asyncProperty(fc.constantFrom(...names), kwargs, async (name, given) => {
      const asked = near.connection.getResponse(name, { kwargs: given as { [key: string]: Json } });
      const outcome = await asked.then(
        () => 'answered',
        (error: { code: string }) => error.code,
      );
      expect(['answered', 'bad_arguments', 'bad_message']).toContain(outcome);
    });
    await fc.assert(ask, { numRuns: 150 });
  });

  it('as an event or telemetry is taken or refused, and never fails', async () => {
    const client = await enter();
    await client.join('stage');
    const tell = fc.asyncProperty(kwargs, async (given) => {
      const event = given as { [key: string]: Json };
      server.connection.sendMessage('room_event', { kwargs: { type: 'joined', member: {}, ...event } });
      await server.connection.getResponse('room_telemetry', { kwargs: { members: {}, ...event } });
    });
    await fc.assert(tell, { numRuns: 100 });
    expect(near.warnings()).toEqual([]);
  });
});

describe('a client', () => {
  it('is not put off by what it can not understand', async () => {
    const client = await enter();
    const refused: unknown[] = [];
    client.onNews((news) => {
      if (news.type === 'refused') refused.push(news.code);
    });
    const wrong: Json[] = [
      {},
      { type: 'dance' },
      { type: 'joined', room: {} },
      { type: 'message', from: 'me' },
      { type: 'variable', room: 'a', change: { kind: 'lost', name: 'x' } },
      { type: 'roster', room: 'a', members: 5 },
      { type: 'message', value: { $bytes: 1 } },
      { type: 'explode', room: { id: '', name: '' }, member: { id: '', role: '', gateway: '' } },
    ];
    for (const kwargs of wrong)
      server.connection.sendMessage('room_event', { kwargs: kwargs as { [key: string]: Json } });
    await server.connection.getResponse('room_telemetry', { kwargs: { members: { m1: 5 }, rooms: {} } });
    expect(refused).toHaveLength(wrong.length + 1);
    expect(await client.ping()).toBeGreaterThan(0);
  });

  it('ignores what is of rooms and members that it does not see', async () => {
    const client = await enter();
    const news: string[] = [];
    client.onNews(({ type }) => void news.push(type));
    served.push({ type: 'joined', room, member, variables: {} });
    await server.connection.getResponse('room_telemetry', {
      kwargs: { members: { m9: { x: 1 } }, rooms: { elsewhere: { x: 1 } } },
    });
    expect(news).toEqual([]);
    expect(client.variablesOf('m9').size).toBe(0);
  });

  it.each([true, false])('whose callback throws tells of it, or ends: handled %s', async (isHandled) => {
    const errors: unknown[] = [];
    const client = await enter(isHandled ? { onError: (error) => errors.push(error) } : {});
    client.onMessage('N', () => {
      throw new Error('oops');
    });
    const heard = new Promise<RoomMessage>((resolve) => client.onMessage('N', resolve));
    const tell = () =>
      served.push({
        type: 'message',
        ...{ room: undefined, isPrivate: true, from: undefined },
        ...{ name: 'N', value: 1, correlation: undefined },
      });
    tell();
    await heard;
    if (isHandled) {
      client.onMessage('N', () => Promise.reject(new Error('later')));
      tell();
      await until(() => errors.length === 3);
      expect(errors).toEqual([new Error('oops'), new Error('oops'), new Error('later')]);
    }
    if (!isHandled) expect(await client.closed).toMatchObject({ code: 'callback_failed' });
    expect(near.connection.isConnected).toBe(isHandled);
  });

  it('is closed with its rooms, and says so', async () => {
    const client = await enter();
    const stage = await client.join('stage');
    const waiting = client.receive();
    client.close();
    await expect(waiting).rejects.toMatchObject({ code: 'disconnected' });
    expect((await client.closed).message).toBe('this client was closed');
    expect(stage.isOpen).toBe(false);
  });

  it('that is not let in has no connection any more', async () => {
    host.denials.push({ code: 'not_allowed', reason: 'no' });
    await expect(enter()).rejects.toMatchObject({ code: 'not_allowed' });
    expect(near.connection.isConnected).toBe(false);
  });
});
