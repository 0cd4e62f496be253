import { describe, expect, it } from 'vitest';
import type { Json, RoomEvent, RoomMember } from '../../../../lib/messaging/index.js';
import { Inbox } from '../../../../lib/messaging/rooms/inbox.js';
import { KwargsReader } from '../../../../lib/messaging/rooms/kwargs-reader.js';
import { PacedQueue } from '../../../../lib/messaging/rooms/paced-queue.js';
import { RequestWindow } from '../../../../lib/messaging/rooms/request-window.js';
import type { RoomMessage } from '../../../../lib/messaging/rooms/room-message.js';
import { RoomViews } from '../../../../lib/messaging/rooms/room-views.js';
import { TelemetryFeed } from '../../../../lib/messaging/rooms/telemetry-feed.js';
import { readEvent, wireEvent } from '../../../../lib/messaging/rooms/wire.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { member, room } from './own-host.js';

const other: RoomMember = { ...member, id: 'm2', name: undefined, latencyMs: undefined };

function nest(levels: number): Json {
  return levels === 0 ? 1 : [nest(levels - 1)];
}

function named(name: string, value = 0): RoomMessage {
  const rest = { room: undefined, isPrivate: false, from: undefined, fields: undefined };
  return { ...rest, name, value, correlation: undefined };
}

describe('an event', () => {
  it.each<RoomEvent>([
    { type: 'entered', room, variables: { a: new Uint8Array([1]) } },
    { type: 'roster', room: 'stage', members: [{ member: other, variables: { x: [1] } }] },
    { type: 'joined', room: { ...room, ownerId: undefined }, member, variables: {} },
    { type: 'left', room, member, cause: 'kicked' },
    { type: 'renamed', room, member, before: undefined },
    { type: 'renamed', room, member, before: 'eve' },
    { type: 'changed', room, member: other },
    { type: 'removed', room, cause: 'closed', reason: 'why' },
    { type: 'ended', code: 'c', reason: 'r' },
    {
      ...{ type: 'message', room: undefined, isPrivate: true, from: member, name: 'N' },
      ...{ value: { deep: [new Uint8Array([2])] }, correlation: 0 },
    },
    {
      ...{ type: 'message', room: 'stage', isPrivate: false, from: undefined, name: undefined },
      ...{ value: null, correlation: undefined },
    },
    { type: 'variable', room: 'stage', from: undefined, change: { kind: 'created', name: 'x', value: null } },
    { type: 'variable', room: 'stage', from: member, change: { kind: 'set', name: 'x', value: 1 } },
    { type: 'variable', room: 'stage', from: member, change: { kind: 'renamed', name: 'x', to: 'y' } },
    { type: 'variable', room: 'stage', from: member, change: { kind: 'deleted', name: 'x' } },
  ])('$type comes out of the wire as it went in', (event) => {
    const kwargs = JSON.parse(JSON.stringify(wireEvent(event, () => undefined))) as Json;
    expect(readEvent(new KwargsReader('it', kwargs))).toEqual(event);
  });
});

describe('a value that can not be sent', () => {
  it('costs an event of others nothing but itself', () => {
    const lost: string[] = [];
    const variables = { fine: 1, deep: nest(65) };
    const events: RoomEvent[] = [
      { type: 'entered', room, variables },
      { type: 'roster', room: 'stage', members: [{ member, variables }] },
      { type: 'joined', room, member, variables },
    ];
    for (const event of events) {
      const text = JSON.stringify(wireEvent(event, (why) => lost.push(why)));
      expect(text).toContain('"variables":{"fine":1}');
    }
    expect(lost).toEqual(events.map(() => expect.stringContaining('the variable "deep"')));
  });
});

describe('an inbox', () => {
  it('gives to whoever waits longest, and keeps the rest in order', async () => {
    const inbox = new Inbox({ maxMessages: 9, maxBytes: 99 });
    const first = inbox.wait(({ name }) => name === 'A').message;
    const second = inbox.wait(() => true).message;
    expect([inbox.give(named('B')), inbox.give(named('A')), inbox.give(named('C'))]).toEqual([
      ...[true, true, false],
    ]);
    expect([(await first).name, (await second).name]).toEqual(['A', 'B']);
    for (const name of ['C', 'D', 'C']) inbox.keep(named(name), 1);
    expect((await inbox.wait(({ name }) => name === 'D').message).name).toBe('D');
    expect((await inbox.wait(() => true).message).name).toBe('C');
  });

  it('drops the oldest when there are too many, or too large ones, and counts them', async () => {
    const inbox = new Inbox({ maxMessages: 2, maxBytes: 10 });
    for (const name of ['A', 'B', 'C']) inbox.keep(named(name), 1);
    expect(inbox.dropped).toBe(1);
    inbox.keep(named('D'), 10);
    expect(inbox.dropped).toBe(3);
    inbox.keep(named('E'), 11);
    expect(inbox.dropped).toBe(5);
  });

  it('lets what it kept be taken after the end, and then says why nothing comes', async () => {
    const inbox = new Inbox({ maxMessages: 2, maxBytes: 10 });
    const waiting = inbox.wait(({ name }) => name === 'A').message;
    inbox.keep(named('B'), 1);
    inbox.end(new Error('over'));
    await expect(waiting).rejects.toThrow('over');
    expect((await inbox.wait(() => true).message).name).toBe('B');
    await expect(inbox.wait(() => true).message).rejects.toThrow('over');
  });
});

describe('what a client knows of its rooms', () => {
  const views = () => {
    const made = new RoomViews();
    for (const name of ['stage', 'show']) {
      made.apply({ type: 'entered', room: { ...room, name }, variables: { a: 1 } });
      made.apply({ type: 'roster', room: name, members: [{ member, variables: { x: 1 } }] });
    }
    return made;
  };

  it('has the values of a member as long as it is in some room of the client', () => {
    const made = views();
    expect(made.changeMember('m1', { y: 2 })).toBe(true);
    made.apply({ type: 'left', room, member, cause: 'left' });
    expect(Object.fromEntries(made.variablesOf('m1'))).toEqual({ x: 1, y: 2 });
    made.apply({ type: 'removed', room: { ...room, name: 'show' }, cause: 'left', reason: '' });
    expect(made.variablesOf('m1').size).toBe(0);
    expect(made.changeMember('m1', { y: 3 })).toBe(false);
  });

  it('follows variables that are set, renamed and deleted', () => {
    const made = views();
    const change = (given: Extract<RoomEvent, { type: 'variable' }>['change']) =>
      made.apply({ type: 'variable', room: 'stage', from: undefined, change: given });
    change({ kind: 'created', name: 'b', value: 2 });
    change({ kind: 'renamed', name: 'a', to: 'b' });
    change({ kind: 'deleted', name: 'none' });
    expect(made.changeRoom('stage', { c: 3 })).toBe(true);
    expect(made.changeRoom('elsewhere', { c: 3 })).toBe(false);
    expect(Object.fromEntries(made.get('stage')?.variables ?? [])).toEqual({ b: 1, c: 3 });
  });

  it('takes a new owner, name or role, and ignores strangers', () => {
    const made = views();
    made.apply({
      type: 'renamed',
      room: { ...room, ownerId: undefined },
      member: { ...member, name: 'A' },
      before: 'ada',
    });
    made.apply({ type: 'changed', room, member: other });
    expect(made.get('stage')?.members.get('m1')?.name).toBe('A');
    expect(made.get('stage')?.members.has('m2')).toBe(false);
    expect(made.apply({ type: 'left', room: { ...room, name: 'gone' }, member, cause: 'left' })).toBe(false);
  });
});

describe('changed variables', () => {
  it('go out one batch at a time, newer in place of older, and what is forgotten not at all', async () => {
    const sent: unknown[] = [];
    let arrive: () => void = () => undefined;
    const unsendable: string[] = [];
    const feed = new TelemetryFeed({
      send: (kwargs) => {
        sent.push(kwargs);
        return new Promise<void>((resolve) => {
          arrive = resolve;
        });
      },
      onUnsendable: (text) => unsendable.push(text),
      onEnd: () => undefined,
    });
    feed.memberChanged('m0', { deep: nest(65) });
    expect([sent, unsendable]).toEqual([[], [expect.stringContaining('"deep"')]]);
    feed.memberChanged('m1', { x: 1 });
    for (const x of [2, 3]) feed.memberChanged('m1', { x });
    feed.memberChanged('m2', { x: 1 });
    feed.roomChanged('show', { phase: 'idle' });
    feed.roomChanged('left', { phase: 'idle' });
    feed.forgetMember('m2');
    feed.forgetRoom('left');
    expect(sent).toEqual([{ members: { m1: { x: 1 } }, rooms: {} }]);
    arrive();
    await Promise.resolve();
    await Promise.resolve();
    expect(sent[1]).toEqual({ members: { m1: { x: 3 } }, rooms: { show: { phase: 'idle' } } });
  });

  it('are in batches of a bounded size, and end where they can not be handed over', async () => {
    const sizes: number[] = [];
    const faults: unknown[] = [];
    let isGone = false;
    const feed = new TelemetryFeed({
      send: async ({ members }) => {
        sizes.push(Object.keys(members as object).length);
        if (isGone) throw new Error('gone');
      },
      onUnsendable: (text) => faults.push(text),
      onEnd: (error) => faults.push(error),
    });
    for (let id = 0; id < 2001; id++) feed.memberChanged(`m${id}`, { x: id });
    await expect.poll(() => sizes.length, { interval: 5 }).toBe(3);
    expect(sizes).toEqual([1, 1000, 1000]);
    isGone = true;
    feed.memberChanged('m1', { x: 0 });
    await expect.poll(() => faults, { interval: 5 }).toEqual([new Error('gone')]);
    feed.memberChanged('m1', { x: nest(65) });
    expect([sizes.length, faults.length]).toEqual([4, 1]);
  });
});

describe('questions that come too fast', () => {
  const tooFast = (retryAfterMs: number) => ({ denied: { code: 'too_fast', reason: 'wait', retryAfterMs } });

  const small = () => 10;

  it('wait in order, and the first that waits holds up the next', async () => {
    const clock = new FakeClock();
    const queue = new PacedQueue({ clock, maxWaiting: 5, maxBytes: 100, onFlood: () => undefined });
    const done: number[] = [];
    let allowed = 0;
    const ask = (id: number) =>
      queue.ask(() => {
        if (allowed === 0) return tooFast(10);
        allowed -= 1;
        done.push(id);
        return {};
      }, small);
    const all = Promise.all([ask(1), ask(2), ask(3)]);
    expect(done).toEqual([]);
    allowed = 2;
    await clock.advance(9);
    expect(done).toEqual([]);
    await clock.advance(1);
    expect(done).toEqual([1, 2]);
    allowed = 1;
    await clock.advance(10);
    await all;
    expect(done).toEqual([1, 2, 3]);
    allowed = 1;
    expect(ask(4)).toEqual({});
  });

  it('are refused when too many wait, or the connection closes', async () => {
    const floods: string[] = [];
    const clock = new FakeClock();
    const queue = new PacedQueue({
      clock,
      maxWaiting: 1,
      maxBytes: 100,
      onFlood: () => floods.push('flood'),
    });
    const first = queue.ask(() => tooFast(10), small);
    await expect(queue.ask(() => ({}), small)).rejects.toMatchObject({ code: 'too_fast' });
    expect(floods).toEqual(['flood']);
    queue.close();
    await expect(first).rejects.toMatchObject({ code: 'not_connected' });
    expect(clock.pending).toBe(0);
  });

  it('are refused when more bytes wait than may, and commands when more are being done', async () => {
    const floods: string[] = [];
    const clock = new FakeClock();
    const queue = new PacedQueue({
      clock,
      maxWaiting: 9,
      maxBytes: 100,
      onFlood: () => floods.push('flood'),
    });
    let isPassing = false;
    const ask = (sizeBytes: number) =>
      queue.ask(
        () => (isPassing ? {} : tooFast(10)),
        () => sizeBytes,
      );
    const held = [ask(60), ask(40)];
    await expect(ask(1)).rejects.toMatchObject({ code: 'too_fast' });
    expect(floods).toEqual(['flood']);
    const running = queue.run(async () => (isPassing ? {} : tooFast(10)), 60);
    await expect(queue.run(async () => ({}), 41)).rejects.toMatchObject({ code: 'busy' });
    isPassing = true;
    await clock.advance(10);
    await Promise.all([...held, running]);
    isPassing = false;
    const again = ask(100);
    isPassing = true;
    await clock.advance(10);
    await Promise.all([again, queue.run(async () => ({}), 100)]);
    expect(floods).toHaveLength(1);
  });

  it('that never pass are refused at once', () => {
    const queue = new PacedQueue({
      clock: new FakeClock(),
      maxWaiting: 1,
      maxBytes: 100,
      onFlood: () => undefined,
    });
    expect(() => queue.ask(() => tooFast(Number.POSITIVE_INFINITY), small)).toThrow(
      expect.objectContaining({ code: 'too_fast' }),
    );
  });

  it('hold up no command, of which so many may be done at a time', async () => {
    const queue = new PacedQueue({
      clock: new FakeClock(),
      maxWaiting: 1,
      maxBytes: 100,
      onFlood: () => undefined,
    });
    let finish: (outcome: object) => void = () => undefined;
    const running = queue.run(
      () =>
        new Promise<object>((resolve) => {
          finish = resolve;
        }),
      10,
    );
    await expect(queue.run(async () => ({}), 10)).rejects.toMatchObject({ code: 'busy' });
    expect(queue.ask(() => ({}), small)).toEqual({});
    finish({});
    await running;
    await queue.run(async () => ({}), 10);
  });
});

describe('the window of requests', () => {
  it('lets 2 MiB be without an answer, and what is larger alone', async () => {
    const window = new RequestWindow();
    const sent: number[] = [];
    const answers: (() => void)[] = [];
    const all = [1.2, 0.8, 0.1, 3, 0.1].map((size, id) =>
      window.through(
        () => {
          sent.push(id);
          return new Promise<void>((resolve) => answers.push(resolve));
        },
        size * 2 ** 20,
      ),
    );
    const answered = async (id: number) => {
      answers[id]?.();
      await all[id];
    };
    expect(sent).toEqual([0, 1]);
    await answered(0);
    expect(sent).toEqual([0, 1, 2]);
    await answered(1);
    expect(sent).toEqual([0, 1, 2]);
    await answered(2);
    expect(sent).toEqual([0, 1, 2, 3]);
    await answered(3);
    await answered(4);
    expect(sent).toEqual([0, 1, 2, 3, 4]);
  });

  it('lets 32 be without an answer, and the next in order as they are answered', async () => {
    const window = new RequestWindow();
    const sent: number[] = [];
    const answers: (() => void)[] = [];
    const all = Array.from({ length: 35 }, (_, id) =>
      window.through(() => {
        sent.push(id);
        return new Promise<void>((resolve) => answers.push(resolve));
      }),
    );
    expect(sent).toHaveLength(32);
    answers[5]?.();
    await all[5];
    expect(sent.slice(32)).toEqual([32]);
    const failed = window.through(() => {
      sent.push(99);
      return Promise.reject(new Error('late'));
    });
    expect(sent).not.toContain(99);
    for (let id = 0; id < 35; id++) {
      await expect.poll(() => answers[id], { interval: 1 }).toBeDefined();
      answers[id]?.();
    }
    await Promise.all(all);
    await expect(failed).rejects.toThrow('late');
    expect(sent.slice(32)).toEqual([32, 33, 34, 99]);
    await window.through(async () => undefined);
  });
});
