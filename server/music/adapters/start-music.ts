/** Puts the music of a show where a program can read it, and finds the program. Knows the disk and the search path. */
import { constants } from 'node:fs';
import { access, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText, RefusedError, StarlingError } from '../../../lib/errors.js';
import type { ShowOutline } from '../../show-control/show-store.js';
import { MusicDesk, type MusicDeskOptions } from '../music-desk.js';
import { findPlayer, noPlayerText } from './find-player.js';

export type OpenMusicOptions = Pick<MusicDeskOptions, 'clock' | 'phase' | 'settings' | 'log'> & {
  /** Where the show's own music and the socket of the program are put. */
  readonly folder: string;
  readonly searchPath: string;
};

/** Music with the programs that are installed here; none is started before there is something to play. */
export function openMusic({ folder, searchPath, ...options }: OpenMusicOptions): MusicDesk {
  let started = 0;
  return new MusicDesk({
    ...options,
    checkFile,
    openPlayer: async (onFailed) => {
      await mkdir(folder, { recursive: true });
      started += 1;
      // A program that hangs may still hold the socket of before.
      const socketPath = join(folder, `player-${started}.sock`);
      const player = await findPlayer({ clock: options.clock, searchPath, socketPath, onFailed });
      if (!player) throw new StarlingError('no_music', noPlayerText);
      return player;
    },
  });
}

export type StartMusicOptions = {
  readonly desk: MusicDesk;
  readonly show: ShowOutline;
  readonly folder: string;
  readonly log: MusicDeskOptions['log'];
};

/** The music and cues of a show, until that is closed. Never rejects: what is wrong with them is a line in the log. */
export async function startMusic({ desk, show, folder, log }: StartMusicOptions) {
  const ownFile = await ownFileOf(show, folder).catch((error: unknown) => {
    log('warning', `no music of the show: ${errorText(error)}`);
    return undefined;
  });
  desk.useShow({ outline: show, ownFile });
  return { close: async () => desk.leaveShow() };
}

async function ownFileOf({ music }: ShowOutline, folder: string): Promise<string | undefined> {
  if (!music) return undefined;
  await mkdir(folder, { recursive: true });
  // The name is for its ending, by which programs tell formats; whatever else it has stays out of the path.
  const ending = /\.[a-z0-9]{1,5}$/i.exec(music.fileName)?.[0] ?? '';
  const file = join(folder, `show-music${ending}`);
  await writeFile(file, music.bytes);
  return file;
}

/** @throws RefusedError `no_music` */
async function checkFile(path: string): Promise<void> {
  try {
    await access(path, constants.R_OK);
    if ((await stat(path)).isFile()) return;
  } catch (error) {
    throw new RefusedError('no_music', `${path} can not be read: ${errorText(error)}`);
  }
  throw new RefusedError('no_music', `${path} is no file`);
}
