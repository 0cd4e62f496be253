/** What is left on a drone's disk when the power goes in the middle of an upload. */
import { describe, expect, it } from 'vitest';
import type { Drone } from '../../../drone-client/client/drone.js';
import type { FilePlace } from '../../../drone-client/client/file-jail.js';
import { FileService } from '../../../drone-client/client/file-service.js';

/** A drone whose disk does `steps` things more, and then nothing any more. */
function makeDrone(files: Map<string, string>, steps: number) {
  let left = steps;
  const spend = () => {
    if (left-- <= 0) throw new Error('the power is gone');
  };
  const drone = {
    vehicle: { state: { armed: false } },
    player: { isBusy: false },
    log: () => undefined,
    shows: { refresh: async () => undefined },
    files: {
      roots: { data: '/data', payload: '/payload' },
      async writeBeside({ path }: FilePlace, content: Uint8Array) {
        spend();
        const commit = async () => {
          spend();
          files.set(path, new TextDecoder().decode(content));
        };
        return { commit, discard: async () => undefined };
      },
      async remove({ path }: FilePlace) {
        spend();
        files.delete(path);
      },
    },
  };
  return drone as unknown as Drone;
}

const content = new TextEncoder().encode('new');

describe('a file of a show that takes the place of another', () => {
  it.each([
    ['animation.csv', 'show.part'],
    ['show.part', 'animation.csv'],
  ])(
    '%s never lies beside %s, wherever the power goes, nor is that lost before it is written',
    async (sent, before) => {
      for (const [steps, expected] of [
        [0, [[before, 'old']]],
        [1, [[before, 'old']]],
        [2, []],
        [3, [[sent, 'new']]],
      ] as const) {
        const files = new Map([[before, 'old']]);
        await new FileService(makeDrone(files, steps)).store(sent, content).catch(() => undefined);
        expect([...files]).toEqual(expected);
      }
    },
  );
});
