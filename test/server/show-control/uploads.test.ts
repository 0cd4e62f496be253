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
