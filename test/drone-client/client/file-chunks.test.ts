/** Files that come to a drone in pieces, on a real disk: what it takes, when, and what it holds afterwards. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DroneDisk } from '../../../drone-client/adapters/drone-disk.js';
import type { Drone } from '../../../drone-client/client/drone.js';
import { FileService } from '../../../drone-client/client/file-service.js';
import type { IncomingFile } from '../../../lib/messaging/index.js';

let root: string;
let data: string;
let isArmed: boolean;
let isBusy: boolean;
let refreshes: number;
let removed: string[][];
let service: FileService;
/** What was opened: ended with the test. */
let opened: IncomingFile[];

const content = Buffer.alloc(40_000, 'new');
const offer = (filepath = 'show.part') => ({
  filepath,
  size: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
});

/** The client as it is after a start, on what lies on the disk. */
function start(): FileService {
  class WatchedDisk extends DroneDisk {
    override async remove(place: Parameters<DroneDisk['remove']>[0]): Promise<void> {
      await super.remove(place);
      removed.push(await readdir(data));
    }
  }
  const drone = {
    vehicle: {
      get state() {
        return { armed: isArmed };
      },
    },
    player: {
      get isBusy() {
        return isBusy;
      },
    },
    log: () => undefined,
    shows: {
      refresh: async () => {
        refreshes += 1;
      },
    },
    files: new WatchedDisk({ data, payload: join(root, 'payload') }),
  };
  const files = new FileService(drone as unknown as Drone);
  const open = files.open.bind(files);
  files.open = async (wanted) => {
    const file = await open(wanted);
    opened.push(file);
    return file;
  };
  return files;
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'starling-chunks-'));
  data = join(root, 'data');
  [isArmed, isBusy, refreshes, removed, opened] = [false, false, 0, [], []];
  service = start();
});

afterEach(async () => {
  for (const file of opened) await file.suspend();
  await rm(root, { recursive: true, force: true });
});

async function receive(filepath?: string): Promise<void> {
  const file = await service.open(offer(filepath));
  await file.append([content.subarray(file.offset, 30_000), content.subarray(30_000)]);
  await file.finish();
}

describe('a file that comes in pieces', () => {
  it('is in its place when it is finished, and the show is looked at anew', async () => {
    await receive();
    expect(await readdir(data)).toEqual(['show.part']);
    expect((await readFile(join(data, 'show.part'))).equals(content)).toBe(true);
    expect(refreshes).toBe(1);
  });

  it('takes the place of the other show, which is gone before it is there', async () => {
    await receive('animation.csv');
    await receive('show.part');
    expect(await readdir(data)).toEqual(['show.part']);
    expect(removed.at(-1)?.filter((name) => !name.startsWith('.'))).toEqual([]);
  });

  it('leaves the other show until it is whole', async () => {
    await receive('animation.csv');
    const file = await service.open(offer());
    await file.append([content.subarray(0, 100)]);
    await expect(file.finish()).rejects.toMatchObject({ code: 'digest_differs' });
    expect(await readdir(data)).toEqual(['animation.csv']);
  });

  it('is not wanted when it is there, and the other show is not left beside it', async () => {
    await receive('show.part');
    await writeFile(join(data, 'animation.csv'), 'left by a power cut');
    expect(await service.open(offer())).toMatchObject({ isDone: true });
    expect(await readdir(data)).toEqual(['show.part']);
    expect(refreshes).toBe(2);
  });

  it('goes on after a start where it was', async () => {
    const file = await service.open(offer());
    await file.append([content.subarray(0, 25_000)]);
    await file.suspend();
    service = start();
    expect(await service.open(offer())).toMatchObject({ offset: 25_000, isDone: false });
  });

  it.each(['client.ini', '../x', '/etc/passwd', 'launch/..', 'show.part\0'])(
    'is not taken at %j',
    async (filepath) => {
      await expect(service.open(offer(filepath))).rejects.toMatchObject({ code: 'refused' });
      expect(await readdir(root)).toEqual([]);
    },
  );

  it('is not taken over a link', async () => {
    await receive('temp.params');
    await symlink(join(root, 'elsewhere'), join(data, 'animation.csv'));
    await expect(service.open(offer('animation.csv'))).rejects.toMatchObject({ code: 'refused' });
  });
});

describe('a drone that flies', () => {
  it.each(['armed', 'busy'])('takes no file (%s)', async (how) => {
    [isArmed, isBusy] = [how === 'armed', how === 'busy'];
    await expect(service.open(offer())).rejects.toMatchObject({ code: 'armed' });
  });

  it('takes no more of one that was on its way, and goes on with it later', async () => {
    const file = await service.open(offer());
    await file.append([content.subarray(0, 25_000)]);
    isArmed = true;
    await expect(file.append([content.subarray(25_000)])).rejects.toMatchObject({ code: 'armed' });
    isArmed = false;
    expect(await service.open(offer())).toMatchObject({ offset: 25_000 });
  });

  it('puts none into its place, and can be given it again after it has landed', async () => {
    await receive('animation.csv');
    const file = await service.open(offer());
    await file.append([content]);
    isArmed = true;
    await expect(file.finish()).rejects.toMatchObject({ code: 'armed' });
    expect((await readdir(data)).filter((name) => !name.startsWith('.'))).toEqual(['animation.csv']);
    isArmed = false;
    const again = await service.open(offer());
    expect(again.offset).toBe(content.length);
    await again.finish();
    expect(await readdir(data)).toEqual(['show.part']);
  });
});
