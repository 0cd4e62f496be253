import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type LinkConditions, perfectLink } from '../../../lib/rehearsal/access-link.js';
import { runVirtual } from '../../../lib/rehearsal/adapters/run-virtual.js';
import { MemoryNetwork } from '../../../lib/rehearsal/memory-network.js';
import type { MemorySocket } from '../../../lib/rehearsal/memory-socket.js';
import { SeededRandom } from '../../../lib/rehearsal/seeded-random.js';
import { VirtualClock } from '../../../lib/rehearsal/virtual-clock.js';

function field(conditions: Partial<LinkConditions> = {}, seed = 1) {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, random: new SeededRandom(seed) });
  const [near, far] = [network.host('drone', { ...perfectLink, ...conditions }), network.host('server')];
  const run = (untilMs: number, isDone = () => false) => runVirtual({ clock, isDone, untilMs });
  return { clock, near, far, run };
}

async function connected(options: Partial<LinkConditions> = {}, seed = 1) {
  const world = field(options, seed);
  const accepted: MemorySocket[] = [];
  const { port } = world.far.listen((socket) => accepted.push(socket));
  const connecting = world.near.connect({ address: 'server', port }, { timeoutMs: 60_000 });
  await world.run(60_000, () => accepted.length > 0);
  const near = await connecting;
  const [far] = accepted;
  if (!far) throw new Error('not accepted');
  for (const socket of [near, far]) socket.on('error', () => undefined);
  return { ...world, socket: near, far, farHost: world.far, nearHost: world.near };
}

const lossy = { latencyMs: 5, jitterMs: 10, lossFraction: 0.2, bytesPerS: 1_000_000 };

describe('a connection in memory', () => {
  it('brings every byte in its order over a bad link, and the end after it', async () => {
    const { socket, far, run } = await connected(lossy);
    const heard = createHash('sha256');
    const said = createHash('sha256');
    let isEnded = false;
    far.on('data', (chunk: Uint8Array) => heard.update(chunk));
    far.on('end', () => {
      isEnded = true;
    });
    const random = new SeededRandom(7);
    for (let i = 0; i < 40; i += 1) {
      const chunk = random.bytes(1 + random.below(5000));
      said.update(chunk);
      // Once it is taken the writer's memory is its own again.
      socket.write(chunk, () => chunk.fill(0));
    }
    socket.end();
    await run(600_000, () => isEnded);
    expect(isEnded).toBe(true);
    expect(heard.digest('hex')).toBe(said.digest('hex'));
  });

  it('takes as long as its link, and a whole retransmission longer for a lost packet', async () => {
    const arrivals = async (lossFraction: number) => {
      const { clock, socket, far, run } = await connected({ latencyMs: 10, lossFraction });
      const tookMs: number[] = [];
      far.on('data', (chunk: Uint8Array) => tookMs.push(clock.monotonicMs() - Number(String(chunk))));
      for (let i = 0; i < 200; i += 1)
        clock.after(i * 1000, () => socket.write(String(clock.monotonicMs()).padEnd(30)));
      await run(400_000, () => tookMs.length === 200);
      return tookMs.map((ms) => Math.round(ms));
    };
    expect(new Set(await arrivals(0))).toEqual(new Set([10]));
    const late = await arrivals(0.1);
    expect(late.filter((ms) => ms === 10).length).toBeGreaterThan(150);
    expect(late.filter((ms) => ms === 210).length).toBeGreaterThan(5);
  });

  it('holds back what is written while the link is cut, and is whole again after it', async () => {
    const { clock, socket, far, run, nearHost } = await connected({ latencyMs: 1 });
    const heard: [string, number][] = [];
    far.on('data', (chunk: Uint8Array) => heard.push([String(chunk), clock.monotonicMs()]));
    const fromMs = clock.monotonicMs();
    nearHost.link.isCut = true;
    socket.write('a');
    clock.after(100, () => socket.write('b'));
    clock.after(2500, () => {
      nearHost.link.isCut = false;
    });
    await run(fromMs + 20_000, () => heard.length === 2);
    expect(heard.map(([text]) => text).join('')).toBe('ab');
    // It is tried again after 0.2, 0.6, 1.4 and 3 s, and the last one passes.
    expect(heard[0]?.[1]).toBeCloseTo(fromMs + 3001, 0);
  });

  it('stops a writer whose reader does not read', async () => {
    const { socket, far, run, clock } = await connected();
    const chunk = new Uint8Array(10_000);
    let taken = 0;
    const write = () =>
      socket.write(chunk, () => {
        taken += 1;
        write();
      });
    write();
    far.pause();
    await run(clock.monotonicMs() + 5000);
    expect(taken).toBeGreaterThan(10);
    expect(taken).toBeLessThan(50);
    const before = taken;
    far.resume();
    await run(clock.monotonicMs() + 1, () => taken > before + 50);
    expect(taken).toBeGreaterThan(before + 50);
  });

  it('is no faster than its link', async () => {
    const { socket, far, run, clock } = await connected({ bytesPerS: 100_000 });
    const fromMs = clock.monotonicMs();
    let bytes = 0;
    far.on('data', (chunk: Uint8Array) => {
      bytes += chunk.length;
    });
    socket.write(new Uint8Array(200_000));
    await run(60_000, () => bytes === 200_000);
    expect(bytes).toBe(200_000);
    expect(clock.monotonicMs() - fromMs).toBeCloseTo(2000, -2);
  });

  it('ends for the other side when it is destroyed, and with a reset for who writes on', async () => {
    const { socket, far, run, clock } = await connected({ latencyMs: 3 });
    const ends: string[] = [];
    far.on('end', () => ends.push('end')).on('close', () => ends.push('close'));
    far.resume();
    socket.destroy();
    await run(clock.monotonicMs() + 1000);
    expect(ends).toEqual(['end', 'close']);

    const other = await connected({ latencyMs: 3 });
    const errors: string[] = [];
    other.far.on('error', (error) => errors.push(error.message));
    other.nearHost.vanish();
    await other.run(other.clock.monotonicMs() + 5000);
    expect(other.far.destroyed).toBe(false);
    other.far.write('is anybody there?');
    await other.run(other.clock.monotonicMs() + 5000);
    expect(errors).toEqual(['read ECONNRESET']);
  });

  it('is refused where nobody listens, and gives up where nothing answers', async () => {
    const { near, run, clock } = field({ latencyMs: 2 });
    const ends: [string, number][] = [];
    const attempt = () =>
      near.connect({ address: 'server', port: 9 }, { timeoutMs: 4000 }).catch((error: Error) => {
        ends.push([error.message, clock.monotonicMs()]);
      });
    void attempt();
    await run(10_000, () => ends.length === 1);
    near.link.isCut = true;
    void attempt();
    await run(20_000, () => ends.length === 2);
    expect(ends).toEqual([
      ['connect ECONNREFUSED server:9', 4],
      ['connect ETIMEDOUT server:9', 4004],
    ]);
  });
});

describe('datagrams in memory', () => {
  it('arrive late, in any order, or not at all, and the same for the same seed', async () => {
    const heardWith = async (seed: number) => {
      const { near, far, run } = field({ latencyMs: 5, jitterMs: 20, lossFraction: 0.3 }, seed);
      const heard: number[] = [];
      const ear = far.openDatagrams((datagram) => heard.push(datagram[0] ?? -1));
      const mouth = near.openDatagrams(() => undefined);
      for (let i = 0; i < 200; i += 1) mouth.send(Uint8Array.of(i), { address: 'server', port: ear.port });
      await run(10_000);
      return heard;
    };
    const heard = await heardWith(3);
    expect(heard.length).toBeGreaterThan(110);
    expect(heard.length).toBeLessThan(170);
    expect(heard).not.toEqual([...heard].sort((a, b) => a - b));
    expect(await heardWith(3)).toEqual(heard);
    expect(await heardWith(4)).not.toEqual(heard);
  });

  it('reach nobody who has closed its port', async () => {
    const { near, far, run } = field();
    const ear = far.openDatagrams(() => expect.fail('closed'));
    const mouth = near.openDatagrams(() => undefined);
    mouth.send(Uint8Array.of(1), { address: 'server', port: ear.port });
    ear.close();
    await run(1000);
    expect(ear.port).not.toBe(0);
  });
});

describe('seeded random numbers', () => {
  it('are spread as they say', () => {
    const random = new SeededRandom(11);
    const numbers = Array.from({ length: 20_000 }, () => random.next());
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    expect(mean).toBeCloseTo(0.5, 1);
    const late = Array.from({ length: 20_000 }, () => random.exponential(10));
    expect(late.reduce((sum, number) => sum + number, 0) / late.length).toBeCloseTo(10, 0);
  });

  it('are of one name whoever else has drawn', () => {
    const [one, other] = [new SeededRandom(5), new SeededRandom(5)];
    for (let i = 0; i < 10; i += 1) other.fork('somebody').next();
    other.next();
    expect(one.fork('drone-3').next()).toBe(other.fork('drone-3').next());
    expect(one.fork('drone-3').next()).not.toBe(one.fork('drone-4').next());
    expect(new SeededRandom(6).fork('drone-3').next()).not.toBe(one.fork('drone-3').next());
  });
});
