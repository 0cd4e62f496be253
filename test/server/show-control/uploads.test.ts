import { expect, it } from 'vitest';
import { progressText, type UploadProgress, Uploads } from '../../../server/show-control/uploads.js';

it('tell who is being sent a file, how far it is, and that it is over', async () => {
  const told: [string, UploadProgress | undefined][] = [];
  const uploads = new Uploads((id, progress) => told.push([id, progress]));
  let end: () => void = () => undefined;
  const first = uploads.during('drone-1', (onProgress) => {
    onProgress(10, 30);
    return new Promise<void>((resolve) => {
      end = resolve;
    });
  });
  const failed = uploads.during('drone-1', () => Promise.reject(new Error('no')));
  await expect(failed).rejects.toThrow('no');
  expect(uploads.isReceiving('drone-1')).toBe(true);
  expect(uploads.progressOf('drone-1')).toEqual({ sentBytes: 10, sizeBytes: 30 });
  end();
  await first;
  expect(uploads.isReceiving('drone-1')).toBe(false);
  expect(uploads.progressOf('drone-1')).toBeUndefined();
  expect(told).toEqual([
    ['drone-1', { sentBytes: 10, sizeBytes: 30 }],
    ['drone-1', undefined],
  ]);
});

it('read as a share of the whole', () => {
  expect(progressText('drone-1', { sentBytes: 10, sizeBytes: 30 })).toBe('drone-1 33 %');
  expect(progressText('drone-1', { sentBytes: 0, sizeBytes: 0 })).toBe('drone-1 100 %');
});
