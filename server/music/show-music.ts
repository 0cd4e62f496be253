/** Music and cues of the loaded show, on the server's clock. Knows the phase and programs by their port; no disk. */
import type { Cue } from '../../lib/show/show.js';
import { type Clock, every } from '../../lib/time/clock.js';
import type { ShowOutline } from '../show-control/show-store.js';
import type { LogLine, ShowPhase } from '../snapshot.js';
import { Conductor } from './conductor.js';
import { cuesBetween } from './cues.js';
import type { MusicTiming } from './music-plan.js';
import type { MusicPlayer } from './music-player.js';

export type ShowMusicOptions = {
  readonly clock: Clock;
  readonly show: Pick<ShowOutline, 'leadS' | 'cues' | 'music'>;
  readonly phase: () => ShowPhase;
  /** What is played, and by what; undefined: cues alone. */
  readonly sound: { readonly player: MusicPlayer; readonly file: string } | undefined;
  readonly offsetS: number;
  readonly latencyS: number;
  readonly log: (level: LogLine['level'], text: string) => void;
};

/** How often it is looked where the show is, ms: changes of its course are told ahead, cues need no more. */
const lookMs = 100;

/** Follows the show until it is closed. */
export class ShowMusic {
  readonly #options: ShowMusicOptions;
  readonly #conductor: Conductor | undefined;
  readonly #leadS: number;
  readonly #stop: () => void;
  #lookedS = Number.NEGATIVE_INFINITY;

  constructor(options: ShowMusicOptions) {
    const { clock, show, sound, offsetS, latencyS, log } = options;
    this.#options = options;
    this.#leadS = show.leadS;
    const timing: MusicTiming = {
      leadS: this.#leadS,
      musicStartS: show.music?.startS ?? 0,
      offsetS,
      latencyS,
    };
    this.#conductor = sound && new Conductor({ clock, ...sound, timing, log });
    this.#stop = every(clock, lookMs, () => this.#look());
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#conductor?.close();
  }

  #look(): void {
    const phase = this.#options.phase();
    this.#conductor?.follow(phase);
    for (const { name } of this.#passed(phase)) this.#options.log('info', `cue: ${name}`);
  }

  /** Cues that went by since the last look; one that a pause holds back comes when the show goes on. */
  #passed(phase: ShowPhase): Cue[] {
    if (phase.phase !== 'running') {
      if (phase.phase !== 'paused') this.#lookedS = Number.NEGATIVE_INFINITY;
      return [];
    }
    const nowS = (this.#options.clock.utcMs() - phase.startUtcMs) / 1000 - this.#leadS;
    const fromS = this.#lookedS;
    this.#lookedS = Math.max(fromS, nowS);
    return cuesBetween(this.#options.show.cues, fromS, nowS);
  }
}
