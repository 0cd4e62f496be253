import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryDisk } from '../../../bin/rehearsal/memory-disk.js';
import type { Drone } from '../../../drone-client/client/drone.js';
import type { FilePlace } from '../../../drone-client/client/file-jail.js';
import { FileService } from '../../../drone-client/client/file-service.js';
import { SoftwareUpdate } from '../../../drone-client/client/software-update.js';
import { StandingWork } from '../../../drone-client/client/standing-work.js';
import { Jobs } from '../../../drone-client/jobs/jobs.js';
import { maxUpdateBytes, updatePaths } from '../../../lib/update/drone-software.js';
import { maxSignedStatementBytes } from '../../../lib/update/update-statement.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeJobFolder } from '../../support/fake-job-folder.js';

/** With as much room as a test says. */
class SmallDisk extends MemoryDisk {
  free: number | undefined;

  override async freeBytes(): Promise<number | undefined> {
    return this.free;
  }
}

const content = new TextEncoder().encode('a package');
const sha256 = createHash('sha256').update(content).digest('hex');
const packagePlace: FilePlace = { root: 'data', path: updatePaths.package };
const signaturePlace: FilePlace = { root: 'data', path: updatePaths.signature };

let clock: FakeClock;
let folder: FakeJobFolder;
let disk: SmallDisk;
let standing: StandingWork;
let log: string[];
const state = { armed: false };
const server = { isRefused: false };

beforeEach(() => {
  clock = new FakeClock();
  folder = new FakeJobFolder();
  disk = new SmallDisk();
  standing = new StandingWork();
  log = [];
  state.armed = false;
  server.isRefused = false;
});

function makeDrone({ hasJobs = true } = {}): Drone {
  const drone = {
    ...{ clock, version: '0.1.0', files: disk, vehicle: { state }, player: { isBusy: false } },
    jobs: hasJobs ? new Jobs({ clock, folder }) : undefined,
    isServerRefused: () => server.isRefused,
    log: (level: string, text: string) => log.push(`${level} ${text}`),
  };
  return drone as unknown as Drone;
}

const makeUpdate = (options = {}) => new SoftwareUpdate(makeDrone(options), standing);

async function put(place: FilePlace, bytes: Uint8Array = content) {
  await (await disk.writeBeside(place, bytes)).commit();
}

async function putBoth() {
  await put(packagePlace);
  await put(signaturePlace);
}

const isThere = async (place: FilePlace) => (await disk.stamp(place)) !== undefined;

describe('what a drone says of its software', () => {
  it('is its version, its architecture and the last update', async () => {
    folder.tell('rolled_back', sha256, 5);
    expect(await makeUpdate().describe()).toEqual({
      ...{ version: '0.1.0', architecture: 'arm64' },
      update: { outcome: 'rolled_back', sha256, text: 'it is rolled_back', atUtcMs: 5 },
    });
  });

  it('says why it can not be updated from here', async () => {
    expect(await makeUpdate({ hasJobs: false }).describe()).toEqual({
      ...{ version: '0.1.0', obstacle: expect.stringContaining('package starling-drone') as string },
    });
    folder.untrusted = 'no key is trusted';
    expect(await makeUpdate().describe()).toMatchObject({ obstacle: 'no key is trusted' });
  });
});

describe('an update', () => {
  it('is in hand when the helper says so, holds the drone until it is over, and leaves no files', async () => {
    await putBoth();
    const answer = makeUpdate().update({ sha256 });
    await clock.advance(1000);
    expect([folder.asked, standing.obstacle]).toEqual([
      ['update'],
      expect.stringContaining('a software update'),
    ]);
    folder.tell('running', sha256, 1);
    await clock.advance(200);
    expect(await answer).toEqual({ ok: true });
    await clock.advance(30_000);
    expect(standing.obstacle).toContain('a software update is under way');
    expect(await isThere(packagePlace)).toBe(true);
    folder.tell('refused', sha256, 2);
    await clock.advance(1000);
    expect(standing.obstacle).toBeUndefined();
    expect([await isThere(packagePlace), await isThere(signaturePlace)]).toEqual([false, false]);
    expect(log.at(-1)).toBe('warn software update: refused: it is refused');
    expect(clock.pending).toBe(0);
  });

  it('holds the client that it has started, too', async () => {
    await putBoth();
    folder.tell('running', sha256, 1);
    await makeUpdate().resume();
    expect(standing.obstacle).toContain('a software update');
    folder.tell('done', sha256, 2);
    await clock.advance(1000);
    expect([standing.obstacle, await isThere(packagePlace)]).toEqual([undefined, false]);
  });

  it('that a client before asked for and nobody began is not asked for any more', async () => {
    await folder.put('update');
    await makeUpdate().resume();
    expect([folder.requests.size, log.at(-1)]).toEqual([
      0,
      expect.stringContaining('asked the helper for update'),
    ]);
  });

  it('that never ends holds the drone for five minutes, and what lies there from before goes at the start', async () => {
    folder.tell('running', sha256, 1);
    await makeUpdate().resume();
    await clock.advance(299_000);
    expect(standing.obstacle).toContain('a software update');
    await clock.advance(3000);
    expect(standing.obstacle).toBeUndefined();
    expect(log.at(-1)).toContain('not over after 300 s');
    folder.tell('done', sha256, 2);
    await putBoth();
    await makeUpdate().resume();
    expect([await isThere(packagePlace), await isThere(signaturePlace)]).toEqual([false, false]);
  });

  it.each<[string, string, () => unknown]>([
    ['in the air', 'armed', () => Object.assign(state, { armed: true })],
    [
      'told by a server that is out of charge',
      'superseded',
      () => Object.assign(server, { isRefused: true }),
    ],
    ['of another package', 'digest_differs', () => put(packagePlace, Uint8Array.of(1))],
    ['without its signature', 'no_file', () => disk.remove(signaturePlace)],
    ['without a package', 'no_file', () => disk.remove(packagePlace)],
    ['where no helper is', 'not_supported', () => Object.assign(folder, { missing: 'no helper' })],
    ['while another job waits', 'busy', () => folder.put('reboot')],
  ])('%s is refused: %s', async (_when, code, change) => {
    await putBoth();
    await change();
    const before = [...folder.asked];
    await expect(makeUpdate().update({ sha256 })).rejects.toMatchObject({ code });
    expect([folder.asked, standing.obstacle]).toEqual([before, undefined]);
  });

  it('is asked for once, with a digest, and not beside other work', async () => {
    await putBoth();
    const update = makeUpdate();
    await expect(update.update({ sha256: 'x' })).rejects.toMatchObject({ code: 'bad_argument' });
    await standing.during('load_params', async () =>
      expect(update.update({ sha256 })).rejects.toMatchObject({ code: 'busy' }),
    );
    const [first, second] = [update.update({ sha256 }), update.update({ sha256 })];
    await expect(second).rejects.toMatchObject({ code: 'busy' });
    await clock.advance(400);
    folder.tell('done', sha256, 1);
    await clock.advance(400);
    expect(await first).toEqual({ ok: true });
    expect(folder.asked).toEqual(['update']);
  });

  it('that nobody takes in hand is told after a while', async () => {
    await putBoth();
    const failed = expect(makeUpdate().update({ sha256 })).rejects.toMatchObject({ code: 'timeout' });
    await clock.advance(25_000);
    await failed;
    expect([standing.obstacle, folder.requests.size]).toEqual([undefined, 0]);
  });
});

describe('the two files of an update', () => {
  const offer = (filepath: string, size: number) => ({ filepath, size, sha256 });
  const open = (filepath: string, size: number, options = {}) =>
    new FileService(makeDrone(options)).open(offer(filepath, size));

  it('are taken in pieces, up to their size', async () => {
    const file = await open(updatePaths.package, content.length);
    await file.append([content]);
    await file.finish();
    expect(await isThere(packagePlace)).toBe(true);
    await open(updatePaths.signature, maxSignedStatementBytes);
    for (const [path, bytes] of [
      [updatePaths.package, maxUpdateBytes],
      [updatePaths.signature, maxSignedStatementBytes],
    ] as const)
      await expect(open(path, bytes + 1)).rejects.toMatchObject({ code: 'too_large' });
  });

  it('are taken only where a helper is, and where there is room', async () => {
    disk.free = 100_000_000;
    await (await open(updatePaths.package, 30_000_000)).suspend();
    await expect(open(updatePaths.package, 40_000_000)).rejects.toMatchObject({
      code: 'ENOSPC',
      message: expect.stringContaining('100 MB of disk are free, 108 are needed') as string,
    });
    disk.free = undefined;
    const begun = await open(updatePaths.package, 40_000_000);
    await begun.append([new Uint8Array(10_000_000)]);
    await begun.suspend();
    disk.free = 100_000_000;
    // What came before takes no room again.
    const again = await open(updatePaths.package, 40_000_000);
    expect(again.offset).toBe(10_000_000);
    await again.suspend();
    folder.missing = 'no helper here';
    for (const path of Object.values(updatePaths)) {
      await expect(open(path, 10)).rejects.toMatchObject({ code: 'not_supported' });
      await expect(open(path, 10, { hasJobs: false })).rejects.toMatchObject({ code: 'not_supported' });
    }
  });

  it('are no frame of an old server, where the package would be in memory as a whole', async () => {
    const service = new FileService(makeDrone());
    await expect(service.store(updatePaths.package, content)).rejects.toMatchObject({ code: 'refused' });
    expect(await isThere(packagePlace)).toBe(false);
  });

  it('can be proven without being read into memory', async () => {
    await put(packagePlace);
    expect(await new FileService(makeDrone()).describe(updatePaths.package)).toEqual({
      ...{ bytes: content.length, sha256 },
    });
  });
});
