/** The hub beside a naive model of it, whatever members do in whatever order: who is where, who is told what. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../server/hub/deliveries.js';
import { Hub } from '../../../server/hub/hub.js';

const gateways = ['a', 'b', 'c'] as const;
const bridges = [{ room: 'lobby', gateways: ['a', 'b'] }];
const fleetRooms = ['show', 'group'];
const who = fc.integer({ min: 0, max: 5 }).map((index) => `m${index}`);
const where = fc.constantFrom('lobby', 'red', 'blue', 'show', 'group');

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constant('connect'), by: who, gateway: fc.constantFrom(...gateways) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('disconnect'), by: who }) },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant('join'),
      by: who,
      room: where,
      closes: fc.boolean(),
      hidden: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('leave'), by: who, room: where }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('kick'), by: who, room: where, to: who }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('say'), by: who, room: where, echo: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('whisper'), by: who, to: who }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('whisperIn'), by: who, to: who, room: where }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('group'), isOpen: fc.boolean() }) },
);

type Step = typeof step extends fc.Arbitrary<infer Made> ? Made : never;
type ModelRoom = { members: string[]; owner: string | undefined; closes: boolean; hidden: boolean };

/** What each member is to be told, by the plainest means: lists, and every rule written out. */
class Model {
  readonly gatewayOf = new Map<string, string>();
  readonly rooms = new Map<string, ModelRoom>([['show', kept()]]);
  told: string[] = [];

  key(by: string, room: string): string {
    if (room === 'show' || (room === 'group' && this.rooms.has('group'))) return room;
    const gateway = this.gatewayOf.get(by) ?? '?';
    return room === 'lobby' && gateway !== 'c' ? 'lobby of a and b' : `${room} of ${gateway}`;
  }

  in(by: string, room: string): ModelRoom | undefined {
    const found = this.rooms.get(this.key(by, room));
    return found?.members.includes(by) ? found : undefined;
  }

  tell(to: readonly string[], what: string, except?: string): void {
    this.told.push(...to.filter((id) => id !== except).map((id) => `${id} ${what}`));
  }

  out(id: string, key: string, forced: boolean): void {
    const room = this.rooms.get(key);
    if (room === undefined) return;
    room.members = room.members.filter((member) => member !== id);
    if (forced) this.tell([id], 'removed');
    if (room.closes && room.owner === id) {
      this.close(key);
      return;
    }
    if (room.owner === id) room.owner = undefined;
    this.tell(room.members, `left ${id}`);
    if (room.members.length === 0 && !fleetRooms.includes(key)) this.rooms.delete(key);
  }

  close(key: string): void {
    this.tell(this.rooms.get(key)?.members ?? [], 'removed');
    this.rooms.delete(key);
  }

  do(step: Step): void {
    if ('isOpen' in step) this.group(step.isOpen);
    else if ('gateway' in step) {
      if (!this.gatewayOf.has(step.by)) this.gatewayOf.set(step.by, step.gateway);
    } else if (this.gatewayOf.has(step.by)) this.doAs(step);
  }

  doAs(step: Exclude<Step, { isOpen: boolean } | { gateway: string }>): void {
    if ('closes' in step) this.join(step.by, step.room, step);
    else if (step.act === 'disconnect') this.disconnect(step.by);
    else if (step.act === 'leave' && 'room' in step && this.in(step.by, step.room))
      this.out(step.by, this.key(step.by, step.room), false);
    else if ('echo' in step)
      this.tell(
        this.in(step.by, step.room)?.members ?? [],
        `roomMessage ${step.by}`,
        step.echo ? undefined : step.by,
      );
    else if ('to' in step) this.reach(step);
  }

  join(by: string, name: string, { closes, hidden }: { closes: boolean; hidden: boolean }): void {
    if (this.in(by, name)) return;
    const key = this.key(by, name);
    const room = this.rooms.get(key) ?? { members: [], owner: by, closes, hidden };
    this.rooms.set(key, room);
    this.tell(room.members, `joined ${by}`);
    room.members.push(by);
  }

  disconnect(by: string): void {
    for (const [key, room] of [...this.rooms]) if (room.members.includes(by)) this.out(by, key, false);
    this.gatewayOf.delete(by);
  }

  reach({ act, by, to, room: name }: { act: string; by: string; to: string; room?: string }): void {
    const room = name === undefined ? undefined : this.in(by, name);
    if (act === 'kick') {
      if (name !== undefined && room?.owner === by && room.members.includes(to))
        this.out(to, this.key(by, name), true);
    } else if (act === 'whisperIn') {
      if (room?.members.includes(to)) this.tell([to], `privateMessage ${by}`);
    } else {
      const shared = [...this.rooms.values()].some(
        ({ members }) => members.includes(by) && members.includes(to),
      );
      if (shared || this.gatewayOf.get(by) === this.gatewayOf.get(to))
        this.tell([to], `privateMessage ${by}`);
    }
  }

  group(isOpen: boolean): void {
    if (!isOpen) {
      if (this.rooms.has('group')) this.close('group');
      return;
    }
    if (this.rooms.has('group')) return;
    for (const gateway of gateways) this.close(`group of ${gateway}`);
    this.rooms.set('group', kept());
  }
}

function kept(): ModelRoom {
  return { members: [], owner: undefined, closes: false, hidden: false };
}

/** A delivery as the model writes it. */
function written(to: string, delivery: Delivery): string {
  if ('member' in delivery) return `${to} ${delivery.type} ${delivery.member.id}`;
  if (delivery.type === 'removed') return `${to} removed`;
  return `${to} ${delivery.type} ${delivery.from?.id}`;
}

function act(hub: Hub, step: Step): void {
  const content = { value: 1 };
  if ('isOpen' in step) {
    if (step.isOpen) hub.fleet.openRoom('group');
    else hub.fleet.closeRoom('group');
    return;
  }
  const ask = { by: step.by, nowMs: 0, sizeBytes: 1 };
  if ('gateway' in step) {
    const { by: id, gateway } = step;
    const { denied } = hub.connect({ id, gateway, address: id, nowMs: 0 });
    if (denied !== undefined) return;
    hub.identify(ask, gateway);
    hub.login(ask, { name: `name of ${gateway}`, role: 'guest' });
  } else if ('closes' in step)
    hub.join(ask, step.room, { isHidden: step.hidden, closesWithOwner: step.closes });
  else if (step.act === 'disconnect') hub.disconnect(step.by, 'gone');
  else if ('echo' in step) hub.sendToRoom(ask, { room: step.room, content, echo: step.echo });
  else if (step.act === 'leave' && 'room' in step) hub.leave(ask, step.room);
  else if (step.act === 'kick' && 'to' in step && 'room' in step) hub.kick(ask, step.room, step.to);
  else if ('to' in step)
    hub.sendPrivate(ask, { to: step.to, content, ...('room' in step && { room: step.room }) });
}

const endless = { burst: Number.POSITIVE_INFINITY, perS: 1 };

describe('the hub', () => {
  it('has the members, rooms and deliveries of its model, and keeps nothing when all have left', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
        let told: string[] = [];
        const limits = { messages: endless, bytes: endless };
        const hub = new Hub((to, delivery) => told.push(written(to, delivery)), { bridges, limits });
        const model = new Model();
        const empty = hub.sizes;
        for (const one of steps) {
          act(hub, one);
          model.do(one);
          expect(told.toSorted()).toEqual(model.told.toSorted());
          for (const line of told) seen.add(line.replaceAll(/m\d ?/g, '').trim());
          told = [];
          model.told = [];
          compare(hub, model);
        }
        for (const id of model.gatewayOf.keys()) hub.disconnect(id, 'end');
        hub.fleet.closeRoom('group');
        expect(hub.sizes).toEqual(empty);
      }),
      // A seed, for what is expected below is not of every run.
      { numRuns: 80, seed: 1 },
    );
    // The steps did lead everywhere.
    expect([...seen].toSorted()).toEqual(['joined', 'left', 'privateMessage', 'removed', 'roomMessage']);
  });

  it('lets nobody exceed its messages and bytes a second, over any stretch of time', () => {
    const gap = fc.record({
      afterMs: fc.integer({ min: 0, max: 800 }),
      sizeBytes: fc.integer({ min: 0, max: 60 }),
    });
    const rates = { messages: { burst: 5, perS: 10 }, bytes: { burst: 100, perS: 200 } };
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 60 }), (gaps) => {
        const hub = new Hub(() => undefined, { limits: { ...rates, maxMessageBytes: 50 } });
        hub.connect({ id: '1', gateway: 'a', address: '', nowMs: 0 });
        let nowMs = 0;
        const passed: { nowMs: number; sizeBytes: number }[] = [];
        for (const { afterMs, sizeBytes } of gaps) {
          nowMs += afterMs;
          const ask = { by: '1', nowMs, sizeBytes };
          const denial = hub.charge(ask)?.denied;
          if (denial === undefined) passed.push({ nowMs, sizeBytes });
          if (sizeBytes > 50) expect(denial?.code).toBe('too_large');
          if (denial?.retryAfterMs === undefined) continue;
          // Just what it says is enough.
          nowMs += denial.retryAfterMs;
          expect(hub.charge({ ...ask, nowMs })).toBeUndefined();
          passed.push({ nowMs, sizeBytes });
        }
        for (const [index, first] of passed.entries()) {
          let bytes = 0;
          for (const [count, { nowMs: atMs, sizeBytes }] of passed.slice(index).entries()) {
            bytes += sizeBytes;
            const seconds = (atMs - first.nowMs) / 1000;
            expect(count + 1).toBeLessThanOrEqual(5 + seconds * 10 + 0.01);
            expect(bytes).toBeLessThanOrEqual(100 + seconds * 200 + 0.01);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

function compare(hub: Hub, model: Model): void {
  for (const [id, gateway] of model.gatewayOf) {
    expect(hub.member(id)?.gateway).toBe(gateway);
    const rooms = ['lobby', 'red', 'blue', ...fleetRooms].filter((name) => model.in(id, name));
    expect(
      hub
        .roomsOf(id)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(rooms.toSorted());
    for (const name of rooms) {
      const room = model.in(id, name);
      expect(hub.roster(id, name).map((member) => member.id)).toEqual(room?.members);
      expect(hub.roomsOf(id).find((info) => info.name === name)).toMatchObject({ ownerId: room?.owner });
    }
  }
  expect(hub.sizes.members).toBe(model.gatewayOf.size);
  expect(hub.sizes.rooms).toBe(model.rooms.size);
}
