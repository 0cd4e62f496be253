/** The music as somebody plays it by hand, in a show or without one. Knows the deck and who else uses it; no program. */
import { basename } from 'node:path';
import { RefusedError } from '../../lib/errors.js';
import type { Conductor } from './conductor.js';
import type { Deck } from './deck.js';

export type HandMusicOptions = {
  readonly deck: Deck;
  readonly conductor: Pick<Conductor, 'giveWay' | 'isFollowing' | 'isShowOn'>;
  /** What is to be played now; undefined: nothing. */
  readonly file: () => string | undefined;
};

/** Each answers with what was done, a clause for people. */
export class HandMusic {
  readonly #options: HandMusicOptions;

  constructor(options: HandMusicOptions) {
    this.#options = options;
  }

  /** Loads the file and holds it at its beginning. @throws StarlingError when it can not be played. */
  async load(): Promise<void> {
    const { deck, conductor } = this.#options;
    const file = this.#expectFile();
    await deck.load(file, 0, conductor.giveWay());
  }

  /** From `atS`; without it goes on where it was held, or begins. @throws RefusedError, StarlingError */
  async play(atS: number | undefined): Promise<string> {
    const { deck, conductor } = this.#options;
    const file = this.#expectFile();
    const name = basename(file);
    if (atS === undefined && deck.state === 'sounding')
      return `${name} plays already: music_play 0 begins anew${this.#untilText}`;
    const turn = conductor.giveWay();
    if (atS === undefined && deck.state === 'held') {
      deck.play(0);
      return `${name} plays${this.#untilText}`;
    }
    const isMine = await deck.load(file, atS ?? 0, turn);
    if (!isMine) throw new RefusedError('overtaken', `${name} is not played: something else came first`);
    deck.play(atS ?? 0);
    return `${name} plays${atS ? ` from ${atS} s` : ''}${this.#untilText}`;
  }

  /** @throws RefusedError when there is nothing to hold. */
  hold(): string {
    const { deck, conductor } = this.#options;
    if (deck.state === 'silent' && !conductor.isFollowing)
      throw new RefusedError('no_music', 'no music plays: there is nothing to hold');
    conductor.giveWay();
    deck.hold();
    return `the music is held: music_play goes on${this.#untilText}`;
  }

  stop(): string {
    const { deck, conductor } = this.#options;
    const wasOn = deck.state !== 'silent' || conductor.isFollowing;
    conductor.giveWay();
    deck.silence();
    return wasOn ? `the music is stopped${this.#untilText}` : 'no music plays';
  }

  get #untilText(): string {
    if (!this.#options.conductor.isShowOn) return '';
    return '; it follows the show again when that begins, pauses, goes on or ends';
  }

  /** @throws RefusedError */
  #expectFile(): string {
    const file = this.#options.file();
    if (file !== undefined) return file;
    const text = 'there is no music: choose a file (music_choose), or load a show with music';
    throw new RefusedError('no_music', text);
  }
}
