/** Keeps the music with the show: prepares, plays, holds and stops it as the show does. Knows no program and no disk. */
import { errorText } from '../../lib/errors.js';
import type { Cancel, Clock } from '../../lib/time/clock.js';
import type { LogLine, ShowPhase } from '../snapshot.js';
import { type MusicPlan, type MusicTiming, musicPlan } from './music-plan.js';
import type { MusicPlayer } from './music-player.js';

export type ConductorOptions = {
  readonly clock: Clock;
  readonly player: MusicPlayer;
  readonly file: string;
  readonly timing: MusicTiming;
  readonly log: (level: LogLine['level'], text: string) => void;
};

/** A failure of the music is one line in the log; the show does not wait for it. */
export class Conductor {
  readonly #options: ConductorOptions;
  #phaseKey = '';
  #cancel: Cancel = () => undefined;
  /** Counts the changes of the phase: what was begun for an older one is dropped. */
  #turn = 0;
  #isSounding = false;

  constructor(options: ConductorOptions) {
    this.#options = options;
  }

  /** To be called whenever the phase may have changed; calls without a change cost nothing. */
  follow(phase: ShowPhase): void {
    const key = keyOf(phase);
    if (key === this.#phaseKey) return;
    const before = this.#phaseKey;
    this.#phaseKey = key;
    this.#turn += 1;
    this.#cancel();
    const { clock, timing } = this.#options;
    const plan = musicPlan(phase, timing, clock.utcMs());
    if (plan.kind === 'silent') this.#silence(before);
    else if (plan.kind === 'held') this.#at(plan.atUtcMs, () => this.#hold());
    else void this.#playAt(plan, this.#turn);
  }

  close(): Promise<void> {
    this.#turn += 1;
    this.#cancel();
    return this.#options.player.close();
  }

  #silence(before: string): void {
    this.#isSounding = false;
    if (before !== '') this.#options.player.stop();
  }

  #hold(): void {
    this.#isSounding = false;
    this.#options.player.hold();
  }

  /** Loaded ahead, so that the moment itself costs nothing but one word to the program. */
  async #playAt(
    { atUtcMs, positionS }: Extract<MusicPlan, { kind: 'due' | 'held' }>,
    turn: number,
  ): Promise<void> {
    const { player, file, log } = this.#options;
    try {
      await player.prepare(file, positionS);
    } catch (error) {
      log('warning', `music: ${errorText(error)}`);
      return;
    }
    if (turn === this.#turn) this.#at(atUtcMs, () => this.#play(positionS));
  }

  #play(positionS: number): void {
    const { player, log } = this.#options;
    this.#isSounding = true;
    player.play();
    log('info', `music plays${positionS > 0 ? ` from ${positionS.toFixed(1)} s` : ''} (${player.name})`);
  }

  get isSounding(): boolean {
    return this.#isSounding;
  }

  #at(utcMs: number, act: () => void): void {
    const { clock } = this.#options;
    this.#cancel = clock.after(utcMs - clock.utcMs(), act);
  }
}

/** A countdown that becomes a run is no change for the music. */
function keyOf(phase: ShowPhase): string {
  if (phase.phase === 'idle') return 'idle';
  return phase.phase === 'paused' ? `held ${phase.startUtcMs} ${phase.pausedUtcMs}` : `${phase.startUtcMs}`;
}
