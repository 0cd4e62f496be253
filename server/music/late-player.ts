/** A player that is started once it is needed, given up when it does not answer, and then started anew. Knows no program. */
import { errorText, StarlingError } from '../../lib/errors.js';
import type { Clock } from '../../lib/time/clock.js';
import type { MusicPlayer } from './music-player.js';

export type LatePlayerOptions = {
  readonly clock: Clock;
  /** Starts a player, which tells its failure by `onFailed`. Rejects with a sentence when there is none. */
  readonly open: (onFailed: (reason: string) => void) => Promise<MusicPlayer>;
  /** The player is gone; the next `prepare` starts another one. */
  readonly onFailed: (reason: string) => void;
};

/** Longer than any program needs that is well: starting, loading and going to a place, ms. */
const answerMs = 20_000;

/** What a player does wrong stays in here: `play`, `hold` and `stop` never throw, `prepare` ends within its time. */
export class LatePlayer implements MusicPlayer {
  readonly #options: LatePlayerOptions;
  #player: MusicPlayer | undefined;
  #opening: Promise<MusicPlayer> | undefined;
  #isClosed = false;

  constructor(options: LatePlayerOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#player?.name ?? 'no player';
  }

  /** Starts it ahead and gives its name. @throws StarlingError `no_music` when there is none, or it does not start. */
  async open(): Promise<string> {
    const player = await this.#within(this.#opened(), () => undefined);
    return player.name;
  }

  /** @throws StarlingError `no_music` */
  async prepare(file: string, positionS: number): Promise<void> {
    await this.open();
    const player = this.#player;
    if (!player) throw new StarlingError('no_music', 'the player has ended');
    await this.#within(player.prepare(file, positionS), () => this.#giveUp(player));
  }

  play(): void {
    this.#tell((player) => player.play());
  }

  hold(): void {
    this.#tell((player) => player.hold());
  }

  stop(): void {
    this.#tell((player) => player.stop());
  }

  async positionS(): Promise<number | undefined> {
    return this.#player?.positionS();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#opening?.catch(() => undefined);
    await this.#player?.close();
    this.#player = undefined;
  }

  #tell(what: (player: MusicPlayer) => void): void {
    const player = this.#player;
    if (!player) return;
    try {
      what(player);
    } catch (error) {
      this.#giveUp(player);
      this.#options.onFailed(errorText(error));
    }
  }

  #opened(): Promise<MusicPlayer> {
    if (this.#player) return Promise.resolve(this.#player);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<MusicPlayer> {
    const opened: { player?: MusicPlayer } = {};
    const player = await this.#options.open((reason) => this.#failed(opened.player, reason));
    if (this.#isClosed) {
      await player.close();
      throw new StarlingError('no_music', 'the server ends');
    }
    opened.player = player;
    this.#player = player;
    return player;
  }

  #failed(player: MusicPlayer | undefined, reason: string): void {
    if (this.#player === player) this.#player = undefined;
    this.#options.onFailed(reason);
  }

  #giveUp(player: MusicPlayer): void {
    if (this.#player !== player) return;
    this.#player = undefined;
    player.close().catch((error: unknown) => this.#options.onFailed(errorText(error)));
  }

  #within<T>(answer: Promise<T>, onLate: () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#options.clock.after(answerMs, () => {
        const text = `the player (${this.name}) has not answered within ${answerMs / 1000} s`;
        onLate();
        reject(new StarlingError('no_music', text));
      });
      answer.finally(cancel).then(resolve, reject);
    });
  }
}
