/** Puts the music of a show where a program can read it, and finds the program. Knows the disk and the search path. */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { errorText } from '../../../lib/errors.js';
import type { Clock } from '../../../lib/time/clock.js';
import type { ShowOutline } from '../../show-control/show-store.js';
import type { LogLine, ShowPhase } from '../../snapshot.js';
import { ShowMusic } from '../show-music.js';
import { findPlayer, noPlayerText } from './find-player.js';

export type StartMusicOptions = {
  readonly clock: Clock;
  readonly show: ShowOutline;
  /** Where the show's own music and the socket of the program are put. */
  readonly folder: string;
  readonly searchPath: string;
  readonly settings: MusicSettings;
  readonly phase: () => ShowPhase;
  readonly log: (level: LogLine['level'], text: string) => void;
};

export type MusicSettings = {
  readonly use: boolean;
  /** Played instead of the show's own; empty: that. */
  readonly file: string;
  readonly offsetS: number;
  readonly latencyS: number;
};

/** Never rejects: what is wrong with the music is a line in the log. */
export async function startMusic(options: StartMusicOptions): Promise<ShowMusic> {
  const { clock, show, phase, log, settings } = options;
  const sound = settings.use
    ? await soundOf(options).catch((error: unknown) => {
        log('warning', `no music: ${errorText(error)}`);
        return undefined;
      })
    : undefined;
  const { offsetS, latencyS } = settings;
  return new ShowMusic({ clock, show, phase, sound, offsetS, latencyS, log });
}

async function soundOf(options: StartMusicOptions) {
  const { clock, folder, searchPath, log } = options;
  const file = await fileOf(options);
  if (file === undefined) return undefined;
  await mkdir(folder, { recursive: true });
  const player = await findPlayer({
    ...{ clock, searchPath, socketPath: join(folder, 'player.sock') },
    onFailed: (reason) => log('warning', `music: ${reason}; the show goes on`),
  });
  if (!player) {
    log('warning', `no music: ${noPlayerText}`);
    return undefined;
  }
  log('info', `music: ${basename(file)}, played by ${player.name}`);
  return { player, file };
}

async function fileOf({ show, folder, settings }: StartMusicOptions): Promise<string | undefined> {
  if (settings.file !== '') return resolve(settings.file);
  if (!show.music) return undefined;
  await mkdir(folder, { recursive: true });
  // The name is for its ending, by which programs tell formats; whatever else it has stays out of the path.
  const ending = /\.[a-z0-9]{1,5}$/i.exec(show.music.fileName)?.[0] ?? '';
  const file = join(folder, `show-music${ending}`);
  await writeFile(file, show.music.bytes);
  return file;
}
