/** A player that makes no sound: it writes down what it is told and when. */
import type { MusicPlayer } from '../../../../server/music/music-player.js';

export class Notebook implements MusicPlayer {
  readonly name = 'notebook';
  readonly lines: string[] = [];
  /** Why nothing can be played. */
  error: Error | undefined;
  readonly #timeMs: () => number;

  constructor(timeMs: () => number) {
    this.#timeMs = timeMs;
  }

  async prepare(file: string, positionS: number): Promise<void> {
    if (this.error) throw this.error;
    this.#note(`prepare ${file} ${Number(positionS.toFixed(3))}`);
  }

  play(): void {
    this.#note('play');
  }

  hold(): void {
    this.#note('hold');
  }

  stop(): void {
    this.#note('stop');
  }

  async positionS(): Promise<undefined> {
    return undefined;
  }

  async close(): Promise<void> {
    this.#note('close');
  }

  #note(what: string): void {
    this.lines.push(`${Math.round(this.#timeMs())} ${what}`);
  }
}
