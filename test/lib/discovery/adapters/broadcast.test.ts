import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import {
  Broadcaster,
  type BroadcastTarget,
  type DiscoveryEvent,
  hearServer,
  listenForServers,
  type ServerIp,
} from '../../../../lib/discovery/index.js';
import { SystemClock } from '../../../../lib/time/adapters/system-clock.js';
import { FakeClock } from '../../../support/fake-clock.js';

const loopback: BroadcastTarget = { address: '127.255.255.255', host: '127.0.0.1' };
const server = { port: 25000, id: '4711', startTimeS: 1732160000.1 };

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A listener whose announcements can be awaited one by one. */
async function listener(port = 0) {
  const heard: ServerIp[] = [];
  let wake: () => void = () => undefined;
  const listening = await listenForServers({
    port,
    onServer: (found) => {
      heard.push(found);
      wake();
    },
  });
  cleanups.push(() => listening.close());
  const count = async (wanted: number) => {
    while (heard.length < wanted) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return heard;
  };
  return { port: listening.port, heard, count };
}

function broadcaster(port: number, targets: () => readonly BroadcastTarget[], announced = server) {
  const clock = new FakeClock();
  const events: DiscoveryEvent[] = [];
  const sender = new Broadcaster({
    clock,
    server: announced,
    port,
    delayMs: 3000,
    targets,
    onEvent: (event) => events.push(event),
  });
  cleanups.push(() => sender.close());
  return { clock, events, sender };
}

describe('a broadcasting server', () => {
  it('is heard after one delay, and after each delay again, under the address of the target', async () => {
    const ears = await listener();
    const { clock } = broadcaster(ears.port, () => [loopback]);
    await clock.advance(2999);
    expect(ears.heard).toEqual([]);
    await clock.advance(1);
    expect(await ears.count(1)).toEqual([{ ...server, host: '127.0.0.1' }]);
    await clock.advance(3000);
    expect(await ears.count(2)).toHaveLength(2);
  });

  it('is heard by every drone of one machine on one port', async () => {
    const first = await listener();
    const second = await listener(first.port);
    const { clock } = broadcaster(first.port, () => [loopback]);
    await clock.advance(3000);
    expect(await first.count(1)).toHaveLength(1);
    expect(await second.count(1)).toHaveLength(1);
  });

  it('tells once of a target that can not be reached, and reaches the others', async () => {
    const ears = await listener();
    // From loopback there is no way to another network: the system refuses as it does without a default route.
    const unreachable = { address: '203.0.113.255', host: '127.0.0.1' };
    const { clock, events } = broadcaster(ears.port, () => [unreachable, loopback]);
    await clock.advance(3000);
    await ears.count(1);
    await clock.advance(3000);
    expect(await ears.count(2)).toHaveLength(2);
    expect(events.map(({ type }) => type)).toEqual(['announceFailed']);
    expect(events[0]?.text).toContain('203.0.113.255 from 127.0.0.1');
  });

  it('tells when a target that failed works again', async () => {
    const ears = await listener();
    const changing = { ...server, id: '' };
    const { clock, events } = broadcaster(ears.port, () => [loopback], changing);
    await clock.advance(6000);
    expect(events.map(({ type }) => type)).toEqual(['announceFailed']);
    changing.id = '4711';
    await clock.advance(3000);
    await ears.count(1);
    await until(() => events.length > 1);
    expect(events.map(({ type }) => type)).toEqual(['announceFailed', 'announceWorks']);
  });

  it('goes on when the targets can not be told', async () => {
    const ears = await listener();
    let rounds = 0;
    const { clock, events } = broadcaster(ears.port, () => {
      if (rounds++ === 0) throw new Error('no interfaces');
      return [loopback];
    });
    await clock.advance(6000);
    expect(await ears.count(1)).toHaveLength(1);
    expect(events).toEqual([{ type: 'announceFailed', text: 'no interfaces' }]);
  });

  it('is silent once closed', async () => {
    const ears = await listener();
    const { clock, sender } = broadcaster(ears.port, () => [loopback]);
    await clock.advance(3000);
    await ears.count(1);
    await sender.close();
    await clock.advance(9000);
    expect(clock.pending).toBe(0);
    expect(ears.heard).toHaveLength(1);
  });
});

describe('a listening drone', () => {
  it('passes over garbage and takes the first announcement', async () => {
    const clock = new SystemClock();
    const probe = await listener();
    const { clock: senderClock } = broadcaster(probe.port, () => [loopback]);
    const heard = hearServer({ port: probe.port, clock, timeoutMs: 5000 });
    const noise = createSocket('udp4');
    cleanups.push(() => noise.close());
    for (const text of ['', '\0\0', '\0\x02{}', 'x'.repeat(2000)]) noise.send(text, probe.port, '127.0.0.1');
    await senderClock.advance(3000);
    expect(await heard).toEqual({ ...server, host: '127.0.0.1' });
  });

  it('gives up when its time is over', async () => {
    const clock = new FakeClock();
    const ears = await listener();
    const heard = hearServer({ port: ears.port, clock, timeoutMs: 4000 });
    await until(() => clock.pending === 1);
    await clock.advance(4000);
    expect(await heard).toBeUndefined();
  });

  it('gives up when it is told to, before and while it listens', async () => {
    const clock = new FakeClock();
    const ears = await listener();
    const abort = new AbortController();
    const options = { port: ears.port, clock, timeoutMs: 4000, signal: abort.signal };
    const heard = hearServer(options);
    abort.abort();
    expect(await heard).toBeUndefined();
    expect(await hearServer(options)).toBeUndefined();
    expect(clock.pending).toBe(0);
  });

  it('says which port it can not have', async () => {
    const taken = createSocket({ type: 'udp4' });
    taken.bind(0, '0.0.0.0');
    await once(taken, 'listening');
    cleanups.push(() => taken.close());
    const { port } = taken.address();
    await expect(listenForServers({ port, onServer: () => undefined })).rejects.toThrow(
      `can not listen for servers on UDP port ${port}`,
    );
  });
});

/** Lets the event loop turn until it is so; the test's own time limit ends a hopeless wait. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise<void>((resolve) => setImmediate(resolve));
}
