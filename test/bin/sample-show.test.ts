import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { smallestShow } from '../../bin/commands/sample-show.js';

describe('the sample show of a fleet', () => {
  it.each([
    [1, 'circle'],
    [5, 'circle'],
    [6, 'wave'],
    [12, 'wave'],
    [13, 'starling'],
  ])(
    'of %d drones is the smallest that has enough slots, and never a folder of something else',
    async (drones, name) => {
      expect(basename(await smallestShow(drones))).toBe(name);
    },
  );

  it('is refused where none is large enough, with how many the largest has', async () => {
    await expect(smallestShow(100_000)).rejects.toThrow(
      /no sample show has 100000 drones; the largest has \d+/,
    );
  });
});
