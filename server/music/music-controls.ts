/** The music by hand, as the operations of the server ask for it. Knows no player and no show. */
import { RefusedError } from '../../lib/errors.js';

/**
 * Each answers with what was done, a clause for people, and rejects (RefusedError, StarlingError) with why it can not be
 * done. None of them touches a drone, nor waits for one.
 */
export interface MusicControls {
  /** `file` is played in place of the show's own from now on; undefined: that again. */
  choose(file: string | undefined): Promise<string>;
  /** From `atS` of the file; without it goes on where it was held, or begins. */
  play(atS: number | undefined): Promise<string>;
  hold(): Promise<string>;
  stop(): Promise<string>;
}

const refuse = () => Promise.reject(new RefusedError('no_music', 'this server plays no music'));

/** Of a server that has no music. */
export const noMusic: MusicControls = { choose: refuse, play: refuse, hold: refuse, stop: refuse };
