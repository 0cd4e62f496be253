/** Keeps the music with the show, unless it is played by hand, and then from the show's next change on. Knows no program and no disk. */
import { errorText } from '../../lib/errors.js';
import type { Clock } from '../../lib/time/clock.js';
import type { LogLine, ShowPhase } from '../snapshot.js';
import type { Deck } from './deck.js';
import { type MusicPlan, type MusicTiming, musicPlan } from './music-plan.js';

export type ConductorOptions = {
  readonly clock: Clock;
  readonly deck: Deck;
  /** What is to be played now; undefined: nothing. */
  readonly file: () => string | undefined;
  readonly timing: () => MusicTiming;
  readonly log: (level: LogLine['level'], text: string) => void;
};

/** A failure of the music is one line in the log; the show does not wait for it. */
export class Conductor {
  readonly #options: ConductorOptions;
  #phase: ShowPhase = { phase: 'idle' };
  #isByHand = false;

  constructor(options: ConductorOptions) {
    this.#options = options;
  }

  /** To be called whenever the phase may have changed; calls without a change cost nothing. */
  follow(phase: ShowPhase): void {
    const before = this.#phase;
    this.#phase = phase;
    // Whoever plays by hand in a countdown gives way to the show that begins.
    const hasBegun = this.#isByHand && phase.phase !== before.phase;
    if (hasBegun || keyOf(phase) !== keyOf(before)) this.#followShow();
  }

  get isShowOn(): boolean {
    return this.#phase.phase !== 'idle';
  }

  /** A show is on, and nobody plays by hand. */
  get isFollowing(): boolean {
    return this.isShowOn && !this.#isByHand;
  }

  /** From now on until the show changes somebody plays by hand; gives the deck's turn. */
  giveWay(): number {
    this.#isByHand = true;
    return this.#options.deck.take();
  }

  /** The file is another one now: a show that is followed goes on with it; what was played by hand ends. */
  fileChanged(): void {
    const { isFollowing } = this;
    this.#options.deck.silence();
    if (isFollowing) this.#followShow();
  }

  #followShow(): void {
    const { clock, deck, timing } = this.#options;
    this.#isByHand = false;
    const turn = deck.take();
    const plan = musicPlan(this.#phase, timing(), clock.utcMs());
    if (plan.kind === 'silent') deck.silence();
    else if (plan.kind === 'held') deck.at(plan.atUtcMs, () => deck.hold());
    else void this.#playAt(plan, turn);
  }

  /** Loaded ahead, so that the moment itself costs nothing but one word to the program. */
  async #playAt(
    { atUtcMs, positionS }: Extract<MusicPlan, { kind: 'due' | 'held' }>,
    turn: number,
  ): Promise<void> {
    const { deck, file, log } = this.#options;
    const path = file();
    if (path === undefined) {
      if (this.#phase.phase !== 'idle' && this.#phase.musicUtcMs !== undefined)
        log('warning', 'music: the start asks for some, and there is none: choose a file (music_choose)');
      return;
    }
    try {
      if (await deck.load(path, positionS, turn)) deck.at(atUtcMs, () => deck.play(positionS));
    } catch (error) {
      log('warning', `music: ${errorText(error)}`);
    }
  }
}

/** A countdown that becomes a run is no change for the music. */
function keyOf(phase: ShowPhase): string {
  if (phase.phase === 'idle') return 'idle';
  const { startUtcMs, musicUtcMs = '' } = phase;
  return phase.phase === 'paused'
    ? `held ${startUtcMs} ${phase.pausedUtcMs} ${musicUtcMs}`
    : `${startUtcMs} ${musicUtcMs}`;
}
