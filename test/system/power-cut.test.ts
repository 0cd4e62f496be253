/**
 * Clients and servers that are ended amid their writing, and what is on their disk then. SIGKILL loses nothing that the
 * kernel has; so the order of what reaches the disk is looked at by strace, and a disk is copied as a power cut leaves it.
 * Needs root, strace, e2fsprogs and loop devices.
 */
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { SeededRandom } from '../../lib/rehearsal/seeded-random.js';
import { KeptClient, type KeptClientOptions, shows } from '../support/kept-client.js';
import { expectWhole, flightMessages, pieces } from '../support/kept-files.js';
import { MountSpace } from '../support/mount-space.js';
import { renameFaults } from '../support/strace.js';
import { until } from '../support/until.js';

const seed = Number(process.env.STARLING_TEST_SEED ?? 20_261_121);
const cuts = 30;
const flights = 2;
const longAgo = new Date(2020, 0, 1);

let rig: KeptClient;
let space: MountSpace | undefined;

afterEach(async () => {
  await rig.close();
  await space?.close();
  space = undefined;
});

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const animations = [1, 2].map((n) => readFileSync(join(shows[0], `drone-${n}.csv`)));

/** Everything that a server writes to a drone, again and again; what fails is what the cut is for. */
async function writeUntil(isOver: () => boolean, chance: SeededRandom): Promise<void> {
  const ini = join(rig.folder, 'send.ini');
  const works = [
    () => rig.run('upload'),
    () =>
      rig.run('send_animation', { path: join(shows[0], `drone-${1 + Math.floor(chance.next() * 2)}.csv`) }),
    () => rig.run('set_option', { option: 'FLIGHT/takeoff_height', value: String(1 + chance.next()) }),
    () => {
      writeFileSync(ini, `[FLIGHT]\nland_timeout = ${5 + chance.next()}\n[TELEMETRY]\nfrequency = 5\n`);
      return rig.run('send_config', { path: ini });
    },
  ];
  while (!isOver()) await works[Math.floor(chance.next() * works.length)]?.();
}

async function open(options: KeptClientOptions = {}): Promise<void> {
  rig = await KeptClient.open(options);
  rig.start();
  await rig.joins();
}

/** Looks all the time; the client may also write nothing for a while, as when it reads. */
async function pieceAppears(): Promise<void> {
  const untilMs = Date.now() + 2000;
  while (pieces(rig.kept).length === 0 && Date.now() < untilMs)
    await new Promise((resolve) => setImmediate(resolve));
}

const folders = () => ({ etc: join(rig.kept, 'etc'), data: rig.data });

describe('a client that is killed', () => {
  it(`keeps whole files, ${cuts} times`, { timeout: 180_000 }, async () => {
    const chance = new SeededRandom(seed);
    await open();
    expect(await rig.send(shows[0])).toMatchObject({ ok: true });
    const titles = new Set<string | undefined>();
    let [written, cutShort] = [0, 0];
    for (let cut = 0; cut < cuts; cut++) {
      let isOver = false;
      const writing = writeUntil(() => isOver, chance).then(() => {
        written += 1;
      });
      await wait(chance.next() * 400);
      // Every other time amid a file.
      if (cut % 2 === 1) await pieceAppears();
      await rig.kill();
      isOver = true;
      await writing;
      titles.add(expectWhole(folders(), animations));
      // As if the next start were tomorrow.
      const left = pieces(rig.kept);
      cutShort += left.length > 0 ? 1 : 0;
      expect(left.length).toBeLessThan(6);
      for (const piece of left) utimesSync(join(rig.kept, piece), longAgo, longAgo);
      rig.start();
      await rig.joins();
    }
    expect(written).toBe(cuts);
    expect(cutShort, 'cuts amid a file').toBeGreaterThan(0);
    for (const title of titles) expect(['circle', undefined]).toContain(title);
    expect(await rig.run('set_option', { option: 'FLIGHT/takeoff_height', value: '1.25' })).toMatchObject({
      ok: true,
    });
    expect(await rig.run('upload')).toMatchObject({ ok: true });
    expect(pieces(rig.kept)).toEqual([]);
  });

  it('in the air leaves a record of the flight up to there', { timeout: 120_000 }, async () => {
    const chance = new SeededRandom(seed + 1);
    await open();
    for (let flight = 0; flight < flights; flight++) {
      await until(() => rig.view?.isArmed === false);
      void (async () => {
        while (!rig.view?.isArmed && rig.isThere) {
          await rig.run('takeoff');
          await wait(200);
        }
      })();
      await until(
        () => rig.view?.isArmed === true,
        30_000,
        () => rig.lines.slice(-3).join('\n'),
      );
      const armedForMs = 1500 + chance.next() * 2000;
      await wait(armedForMs);
      await rig.kill();
      expectWhole(folders(), animations);
      const messages = flightMessages(rig.data);
      expect(messages).toHaveLength(flight + 1);
      for (const count of messages) expect(count).toBeGreaterThan(5);
      rig.start();
      await rig.joins();
    }
  });
});

describe('a file that a client has replaced', () => {
  it('has reached the disk before, and its folder after', { timeout: 120_000 }, async () => {
    rig = await KeptClient.open();
    const trace = join(rig.folder, 'trace');
    const calls =
      'open,openat,creat,write,writev,pwrite64,pwritev,ftruncate,fsync,fdatasync,rename,renameat,renameat2,close';
    const traced = [
      'strace',
      '-f',
      '-y',
      '-s',
      '0',
      '-e',
      `trace=${calls}`,
      '-e',
      'signal=none',
      '-o',
      trace,
    ];
    // A strace that is ended lets go of what it looked at: it would stay.
    rig.start([...traced, 'setpriv', '--pdeathsig', 'KILL']);
    await rig.joins();
    expect(await rig.send(shows[0])).toMatchObject({ ok: true });
    const path = join(shows[0], 'drone-1.csv');
    expect(await rig.run('send_animation', { path })).toMatchObject({ ok: true });
    expect(await rig.run('set_option', { option: 'FLIGHT/takeoff_height', value: '2' })).toMatchObject({
      ok: true,
    });
    await rig.client?.stop();
    const { renames, faults } = renameFaults(readFileSync(trace, 'utf8'));
    const kept = renames
      .filter((target) => target.startsWith(rig.kept))
      .map((target) => target.slice(rig.kept.length + 1));
    expect(new Set(kept)).toEqual(
      new Set(['etc/drone.ini', 'data/show.part', 'data/animation.csv', 'data/server-epoch.json']),
    );
    expect(faults.filter((fault) => fault.includes(rig.kept))).toEqual([]);
  });
});

describe('a disk that loses its power', () => {
  it('has all that the client has said it keeps', { timeout: 180_000 }, async () => {
    const chance = new SeededRandom(seed + 2);
    space = await MountSpace.open();
    const image = space.inside('image');
    // What is not flushed by who wrote it is not on the disk: nothing is committed by time or by luck.
    await space.must(
      `truncate -s 24M ${image} && mkfs.ext4 -q -F ${image} && mkdir disk cut && mount -o loop,commit=900,noauto_da_alloc ${image} disk`,
    );
    rig = await KeptClient.open({ kept: space.path('disk'), prefix: space.prefix });
    rig.place = space.inside('disk');
    await space.must('sync');
    rig.start();
    await rig.joins();
    expect(await rig.send(shows[0])).toMatchObject({ ok: true });
    for (let cut = 0; cut < 15; cut++) {
      const height = (1 + chance.next()).toFixed(6);
      const isPart = chance.next() < 0.5;
      const result = await rig.run('set_option', { option: 'FLIGHT/takeoff_height', value: height });
      expect(result).toMatchObject({ ok: true });
      const path = join(shows[0], 'drone-2.csv');
      expect(isPart ? await rig.run('upload') : await rig.run('send_animation', { path })).toMatchObject({
        ok: true,
      });
      let isOver = false;
      const writing = cut % 2 === 0 ? writeUntil(() => isOver, chance) : Promise.resolve();
      if (cut % 2 === 0) await wait(chance.next() * 200);
      await space.must(`
        while cp ${image} copy1 && cp ${image} copy2 && ! cmp -s copy1 copy2; do :; done
        mount -o loop copy1 cut`);
      isOver = true;
      await writing;
      const at = { etc: join(space.path('cut'), 'etc'), data: join(space.path('cut'), 'data') };
      const title = expectWhole(at, animations);
      if (cut % 2 === 1) {
        expect(readFileSync(join(at.etc, 'drone.ini'), 'utf8')).toContain(
          `takeoff_height = ${Number(height)}`,
        );
        expect(title).toBe(isPart ? 'circle' : undefined);
      }
      await space.must('umount cut');
    }
    await rig.client?.stop();
  });
});
