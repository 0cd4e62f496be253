/** Finds a program that plays music. Knows names and the search path; starts nothing by itself. */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Clock } from '../../../lib/time/clock.js';
import type { MusicPlayer } from '../music-player.js';
import { FfplayPlayer } from './ffplay-player.js';
import { startMpv } from './mpv-player.js';

export type FindPlayerOptions = {
  readonly clock: Clock;
  /** As the environment has it: folders, separated. */
  readonly searchPath: string;
  readonly socketPath: string;
  readonly onFailed: (reason: string) => void;
};

/** The best that is installed, ready to be used; undefined when there is none. @throws StarlingError `no_music`. */
export async function findPlayer({
  searchPath,
  ...options
}: FindPlayerOptions): Promise<MusicPlayer | undefined> {
  const mpv = await whichOf('mpv', searchPath);
  if (mpv !== undefined) return startMpv({ ...options, program: mpv });
  const ffplay = await whichOf('ffplay', searchPath);
  return ffplay === undefined ? undefined : new FfplayPlayer({ ...options, program: ffplay });
}

/** What to say when there is none. */
export const noPlayerText =
  'no program that plays music is installed: install mpv (or ffmpeg, for ffplay) to hear it';

/** Where a program of that name is; undefined when it is not installed. */
export async function whichOf(name: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(delimiter).filter((entry) => entry !== '')) {
    const path = join(folder, name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}
