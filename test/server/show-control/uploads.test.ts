import { expect, it } from 'vitest';
import { Uploads } from '../../../server/show-control/uploads.js';

it('tells how far a file is in steps worth telling, and when none is on its way any more', async () => {
  const told: [string, number | undefined][] = [];
  const uploads = new Uploads((id, share) => told.push([id, share]));
  const result = await uploads.during('drone-1', async (onProgress) => {
    expect(uploads.isReceiving('drone-1')).toBe(true);
    for (const sent of [1, 10, 11, 12, 60, 100]) onProgress(sent, 100);
    return 'done';
  });
  expect(result).toBe('done');
  expect(told).toEqual([
    ['drone-1', 0.1],
    ['drone-1', 0.6],
    ['drone-1', 1],
    ['drone-1', undefined],
  ]);
  expect(uploads.isReceiving('drone-1')).toBe(false);
});

it('counts two files of one drone, and an empty one as whole', async () => {
  const told: (number | undefined)[] = [];
  const uploads = new Uploads((_id, share) => told.push(share));
  let end: () => void = () => undefined;
  const first = uploads.during('a', () => new Promise<void>((resolve) => (end = resolve)));
  await uploads.during('a', async (onProgress) => onProgress(0, 0));
  expect([uploads.isReceiving('a'), told]).toEqual([true, [1]]);
  end();
  await first;
  expect([uploads.isReceiving('a'), told]).toEqual([false, [1, undefined]]);
});

it('tells of all together, those that wait included, and how long they will take', async () => {
  let nowMs = 0;
  const uploads = new Uploads(
    () => undefined,
    () => nowMs,
  );
  expect(uploads.view).toBeUndefined();
  await uploads.batch(['a', 'b', 'c', 'd'], async ({ during, skip }) => {
    skip('d');
    expect(uploads.view).toMatchObject({ active: 0, waiting: 3, sentBytes: 0, totalBytes: 0 });
    await during('a', async (onProgress) => {
      onProgress(0, 1000);
      nowMs = 1000;
      onProgress(500, 1000);
      // 500 bytes in 1 s; 500 of a are left, and as much as a has for b and for c.
      expect(uploads.view).toMatchObject({
        ...{ active: 1, waiting: 2, sentBytes: 500, totalBytes: 3000, bytesPerS: 500, leftS: 5 },
        byDrone: new Map([['a', { sentBytes: 500, totalBytes: 1000 }]]),
      });
      onProgress(1000, 1000);
    });
    expect(uploads.view).toMatchObject({ active: 0, waiting: 2, sentBytes: 1000, totalBytes: 3000 });
    await during('b', async (onProgress) => onProgress(400_000, 400_000));
    // What was there at once was there before: it tells nothing of the rate.
    expect(uploads.view).toMatchObject({ bytesPerS: 1000, sentBytes: 401_000, totalBytes: 601_500 });
    nowMs = 20_000;
    expect(uploads.view?.leftS).toBeUndefined();
  });
  expect(uploads.view).toBeUndefined();
});

it('what is under way and what waits can be called off, and only that', async () => {
  const uploads = new Uploads(() => undefined);
  await uploads.batch(['a', 'b', 'c'], async ({ during }) => {
    const isAborted = (id: string) => during(id, async (_onProgress, signal) => signal.aborted);
    await during('a', async (_onProgress, signal) => {
      expect([uploads.cancel('a'), uploads.cancel('b'), uploads.cancel('x')]).toEqual([true, true, false]);
      expect(signal.aborted).toBe(true);
    });
    expect([await isAborted('b'), await isAborted('c')]).toEqual([true, false]);
    expect(uploads.cancel('a')).toBe(false);
    expect(await uploads.during('b', async (_onProgress, signal) => signal.aborted)).toBe(false);
  });
});
