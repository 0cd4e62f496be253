/** One player, and what it is about to do: whoever takes it drops what was planned before. Knows no show and no program. */
import type { Cancel, Clock } from '../../lib/time/clock.js';
import type { LogLine } from '../snapshot.js';
import type { MusicPlayer } from './music-player.js';

export type DeckOptions = {
  readonly clock: Clock;
  readonly player: MusicPlayer;
  readonly log: (level: LogLine['level'], text: string) => void;
};

export class Deck {
  readonly #options: DeckOptions;
  #cancel: Cancel = () => undefined;
  /** Counts the changes of what is to be: what was begun for an older one is dropped. */
  #turn = 0;
  #state: 'silent' | 'held' | 'sounding' = 'silent';

  constructor(options: DeckOptions) {
    this.#options = options;
  }

  /** `held`: a file is loaded, and `play` is heard at once. */
  get state(): 'silent' | 'held' | 'sounding' {
    return this.#state;
  }

  /** Drops what was planned; what sounds goes on. Gives the turn by which its holder goes on. */
  take(): number {
    this.#cancel();
    this.#turn += 1;
    return this.#turn;
  }

  /** Loads a file and holds it there: true, or false when somebody else took over meanwhile. @throws StarlingError */
  async load(file: string, positionS: number, turn: number): Promise<boolean> {
    this.#state = 'silent';
    try {
      await this.#options.player.prepare(file, positionS);
    } catch (error) {
      // What came first tells for itself.
      if (turn === this.#turn) throw error;
    }
    if (turn !== this.#turn) return false;
    this.#state = 'held';
    return true;
  }

  /** `positionS`: where it is, for the log. */
  play(positionS: number): void {
    const { player, log } = this.#options;
    const turn = this.#turn;
    this.#state = 'sounding';
    player.play();
    // One that fails just now tells that by itself.
    if (turn !== this.#turn) return;
    log('info', `music plays${positionS > 0 ? ` from ${positionS.toFixed(1)} s` : ''} (${player.name})`);
  }

  hold(): void {
    if (this.#state === 'sounding') this.#state = 'held';
    this.#options.player.hold();
  }

  silence(): void {
    this.take();
    this.#state = 'silent';
    this.#options.player.stop();
  }

  /** The player is gone, and what it was to play with it. */
  lost(): void {
    this.take();
    this.#state = 'silent';
  }

  /** Does something at a moment of the server's clock, unless somebody takes over before. */
  at(utcMs: number, act: () => void): void {
    const { clock } = this.#options;
    this.#cancel = clock.after(utcMs - clock.utcMs(), act);
  }

  close(): Promise<void> {
    this.take();
    return this.#options.player.close();
  }
}
