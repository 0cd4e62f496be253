/** The port to what sounds: one piece of music, started and held on time. Knows no show and no clock. */

/**
 * Obligations: `prepare` loads the file and holds it at a place (s from its beginning), so that `play` is heard as
 * soon as can be; it rejects with a sentence when the file can not be played. `play` and `hold` take effect at once and
 * never throw; `stop` forgets the file. A player that dies tells by `onFailed`, once, and does nothing from then on.
 */
export interface MusicPlayer {
  /** As its program is called. */
  readonly name: string;
  prepare(file: string, positionS: number): Promise<void>;
  play(): void;
  hold(): void;
  stop(): void;
  /** Where the music is, s; undefined where the program does not tell. */
  positionS(): Promise<number | undefined>;
  close(): Promise<void>;
}
