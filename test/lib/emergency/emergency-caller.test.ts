import { describe, expect, it } from 'vitest';
import type { EmergencyTarget } from '../../../lib/emergency/emergency-call.js';
import { EmergencyCaller } from '../../../lib/emergency/emergency-caller.js';
import {
  acknowledgementKey,
  addresseeOf,
  encodeAcknowledgement,
  readOrder,
} from '../../../lib/emergency/emergency-wire.js';
import { FakeClock } from '../../support/fake-clock.js';

function makeRig(drones: number, key?: Uint8Array) {
  const clock = new FakeClock();
  const sent: { readonly atMs: number; readonly port: number; readonly datagram: Uint8Array }[] = [];
  let signatures = 0;
  const caller = new EmergencyCaller({
    ...{ clock, id: 'server', prefix: 'k', epoch: () => 3 },
    sign: (_action, kwargs) => {
      signatures += 1;
      return kwargs;
    },
    send: (datagram, { port }) => sent.push({ atMs: clock.monotonicMs(), port, datagram }),
  });
  const targets = new Map<string, EmergencyTarget>();
  for (let port = 1; port <= drones; port += 1)
    targets.set(`drone-${port}`, { address: '10.0.0.1', port, boot: bootOf(port), key });
  return {
    ...{ clock, caller, targets, sent },
    signatures: () => signatures,
    times: (port: number) => sent.filter((each) => each.port === port).map(({ atMs }) => atMs),
    hear: (port: number, state: 'heard' | 'done' | 'refused', by: Uint8Array | 'nobody' | undefined = key) =>
      caller.receive(
        encodeAcknowledgement(
          { command: 'k-1', boot: bootOf(port), state },
          by === 'nobody' ? undefined : by,
        ),
      ),
  };
}

function bootOf(port: number): string {
  return `boot-${String(port).padStart(8, '0')}`;
}

describe('a call', () => {
  it('goes to every drone at once, with one signature for many of them', () => {
    const rig = makeRig(500, new Uint8Array(32).fill(5));
    const own = (id: string) => ({ id, boot: '', key: undefined, ...rig.targets.get(id) });
    rig.caller.prepare('land', rig.targets).begin();
    expect(rig.sent.map(({ port, atMs }) => [port, atMs])).toEqual(
      Array.from({ length: 500 }, (_, index) => [index + 1, 0]),
    );
    expect(rig.signatures()).toBe(32);
    for (const { port, datagram } of rig.sent) {
      const order = readOrder(datagram)?.order;
      expect(order).toMatchObject({ id: 'server', epoch: 3, command: 'k-1', what: 'land' });
      expect(order?.to).toContain(order && addresseeOf(own(`drone-${port}`), order));
    }
  });

  it('is sent every 50 ms until 10 s have passed, with the same bytes', async () => {
    const rig = makeRig(1);
    const call = rig.caller.prepare('land', rig.targets);
    call.begin();
    await rig.clock.advance(20_000);
    expect(rig.times(1)).toEqual(Array.from({ length: 200 }, (_, index) => index * 50));
    expect(new Set(rig.sent.map(({ datagram }) => datagram)).size).toBe(1);
    expect(await call.outcome('drone-1')).toBeUndefined();
    expect(rig.clock.pending).toBe(0);
  });

  it("stays with that drone which has not answered, and gives each one's outcome", async () => {
    const rig = makeRig(3);
    const call = rig.caller.prepare('land', rig.targets);
    call.begin();
    rig.hear(1, 'done');
    rig.hear(2, 'heard');
    expect([1, 2, 3].map((port) => call.hasHeard(`drone-${port}`))).toEqual([true, true, false]);
    await rig.clock.advance(1040);
    expect([rig.times(1).length, rig.times(2), rig.times(3).length]).toEqual([1, [0, 500, 1000], 21]);
    rig.hear(2, 'refused');
    call.settle('drone-3');
    expect(await call.outcome('drone-1')).toMatchObject({ state: 'done' });
    expect(await call.outcome('drone-2')).toMatchObject({ state: 'refused' });
    const { length } = rig.sent;
    await rig.clock.advance(2000);
    expect(rig.sent).toHaveLength(length);
    expect(rig.clock.pending).toBe(0);
  });

  it('leaves room in the air where hundreds do not answer', async () => {
    const rig = makeRig(400);
    rig.caller.prepare('land', rig.targets).begin();
    await rig.clock.advance(999);
    expect(rig.times(400)).toEqual([0, 200, 400, 600, 800]);
  });

  it('does not believe an answer that proves another key', async () => {
    const rig = makeRig(1, acknowledgementKey(new Uint8Array(32)));
    const call = rig.caller.prepare('land', rig.targets);
    call.begin();
    rig.hear(1, 'done', 'nobody');
    rig.hear(1, 'done', acknowledgementKey(new Uint8Array(32).fill(9)));
    await rig.clock.advance(60);
    expect([call.hasHeard('drone-1'), rig.times(1)]).toEqual([false, [0, 50]]);
    rig.hear(1, 'done');
    await rig.clock.advance(60);
    expect(rig.times(1)).toEqual([0, 50]);
  });

  it('ends where a newer one makes it needless', async () => {
    const rig = makeRig(2);
    const first = rig.caller.prepare('stop', rig.targets);
    first.begin();
    const one = new Map([...rig.targets].slice(0, 1));
    rig.caller.prepare('land', one).begin();
    expect(await first.outcome('drone-1')).toBeUndefined();
    await rig.clock.advance(50);
    const said = rig.sent.map(({ port, datagram }) => `${port} ${readOrder(datagram)?.order.command}`);
    expect(said).toEqual(['1 k-1', '2 k-1', '1 k-2', '2 k-1', '1 k-2']);
    rig.caller.close();
    await rig.clock.advance(200);
    expect(rig.sent).toHaveLength(5);
  });

  it('goes on beside a newer, weaker one', async () => {
    const rig = makeRig(1);
    const kill = rig.caller.prepare('kill', rig.targets);
    kill.begin();
    const land = rig.caller.prepare('land', rig.targets);
    land.begin();
    rig.caller.prepare('stop', rig.targets).begin();
    await rig.clock.advance(50);
    const said = rig.sent.map(({ datagram }) => readOrder(datagram)?.order.what);
    expect(said).toEqual(['kill', 'land', 'stop', 'kill', 'land', 'stop']);
    rig.caller.prepare('kill', rig.targets).begin();
    expect([await kill.outcome('drone-1'), await land.outcome('drone-1')]).toEqual([undefined, undefined]);
    await rig.clock.advance(50);
    expect(rig.sent.slice(6).map(({ datagram }) => readOrder(datagram)?.order.command)).toEqual([
      'k-4',
      'k-4',
    ]);
  });

  it('goes out in more datagrams where names are long', () => {
    const rig = makeRig(0);
    const bootOf32 = (port: number) => String(port).padStart(32, 'x');
    for (let port = 1; port <= 16; port += 1)
      rig.targets.set(`d${port}`, { address: '10.0.0.1', port, boot: bootOf32(port), key: undefined });
    const id = 'h'.repeat(100);
    const caller = new EmergencyCaller({
      ...{ clock: rig.clock, id, prefix: 'k', epoch: () => 3 },
      sign: (_action, kwargs) => ({ ...kwargs, signature: 's'.repeat(300) }),
      send: (datagram, { port }) => rig.sent.push({ atMs: 0, port, datagram }),
    });
    caller.prepare('land', rig.targets).begin();
    expect(rig.sent).toHaveLength(16);
    for (const { port, datagram } of rig.sent) {
      const order = readOrder(datagram)?.order;
      const boot = bootOf32(port);
      expect(order?.to).toContain(order && addresseeOf({ id: `d${port}`, boot, key: undefined }, order));
    }
  });

  it('that is made after the end sends nothing and keeps nothing alive', async () => {
    const rig = makeRig(2);
    rig.caller.close();
    const call = rig.caller.prepare('stop', rig.targets);
    call.begin();
    expect([rig.sent, rig.clock.pending]).toEqual([[], 0]);
    await expect(call.outcome('drone-1')).resolves.toBeUndefined();
  });

  it('that can not be said ends no earlier one', async () => {
    const rig = makeRig(1);
    rig.caller.prepare('stop', rig.targets).begin();
    const unknown = 'dance' as 'land';
    expect(() => rig.caller.prepare(unknown, rig.targets)).toThrow('can not be ordered');
    await rig.clock.advance(50);
    expect(rig.times(1)).toEqual([0, 50]);
  });
});
