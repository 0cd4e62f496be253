/**
 * The music of this server: what is played, with the show or by hand, and the cues of the loaded show. Knows the phase
 * and programs by their ports; no disk, and nothing that flies.
 */
import { basename } from 'node:path';
import { errorText, RefusedError } from '../../lib/errors.js';
import { type Clock, every } from '../../lib/time/clock.js';
import type { ShowOutline } from '../show-control/show-store.js';
import type { LogLine, ShowPhase } from '../snapshot.js';
import { Conductor } from './conductor.js';
import { CueWatch } from './cues.js';
import { Deck } from './deck.js';
import { HandMusic } from './hand-music.js';
import { LatePlayer, type LatePlayerOptions } from './late-player.js';
import type { MusicControls } from './music-controls.js';
import type { MusicTiming } from './music-plan.js';

export type MusicSettings = {
  readonly use: boolean;
  /** Absolute; played instead of the show's own; undefined: that. */
  readonly file: string | undefined;
  readonly offsetS: number;
  readonly latencyS: number;
};

export type MusicDeskOptions = {
  readonly clock: Clock;
  readonly phase: () => ShowPhase;
  /** Asked again and again: they may be changed while the server runs. */
  readonly settings: () => MusicSettings;
  readonly openPlayer: LatePlayerOptions['open'];
  /** Rejects with a sentence when the file can not be read. */
  readonly checkFile: (path: string) => Promise<void>;
  readonly log: (level: LogLine['level'], text: string) => void;
};

/** What the music needs of a show. */
export type MusicShow = {
  readonly outline: Pick<ShowOutline, 'leadS' | 'cues'> & { readonly music?: { readonly startS: number } };
  /** Where its own music lies on this machine. */
  readonly ownFile: string | undefined;
};

/** How often it is looked where the show is, ms: changes of its course are told ahead, cues need no more. */
const lookMs = 100;

export class MusicDesk implements MusicControls {
  readonly #options: MusicDeskOptions;
  readonly #player: LatePlayer;
  readonly #deck: Deck;
  readonly #conductor: Conductor;
  readonly #hand: HandMusic;
  readonly #stopLooking: () => void;
  #show: MusicShow | undefined;
  #chosen: string | undefined;
  #cues: CueWatch | undefined;

  constructor(options: MusicDeskOptions) {
    const { clock, openPlayer, log } = options;
    this.#options = options;
    this.#player = new LatePlayer({
      ...{ clock, open: openPlayer },
      onFailed: (reason) => {
        log('warning', `music: ${reason}; the show goes on`);
        this.#deck.lost();
      },
    });
    const [deck, file] = [new Deck({ clock, player: this.#player, log }), () => this.#file];
    this.#deck = deck;
    this.#conductor = new Conductor({ clock, deck, file, timing: () => this.#timing, log });
    this.#hand = new HandMusic({ deck, conductor: this.#conductor, file });
    this.#stopLooking = every(clock, lookMs, () => this.#look());
  }

  /** A show is loaded; its player is started ahead, which nobody waits for. */
  useShow(show: MusicShow): void {
    this.#show = show;
    this.#cues = new CueWatch(show.outline);
    const file = this.#file;
    if (file === undefined) return;
    const { log } = this.#options;
    const how = this.#chosen === undefined ? '' : ' (chosen by hand)';
    this.#player.open().then(
      (name) => log('info', `music: ${basename(file)}${how}, played by ${name}`),
      (error: unknown) => log('warning', `no music: ${errorText(error)}`),
    );
  }

  /** The show is not loaded any more; its own music ends, other music goes on. */
  leaveShow(): void {
    if (this.#file === this.#show?.ownFile) this.#deck.silence();
    this.#show = undefined;
    this.#cues = undefined;
  }

  async choose(file: string | undefined): Promise<string> {
    this.#expectUse();
    if (file !== undefined) await this.#options.checkFile(file);
    const player = await this.#player.open();
    const before = this.#chosen;
    this.#chosen = file;
    const { isFollowing } = this.#conductor;
    this.#conductor.fileChanged();
    const present = this.#file;
    if (present === undefined) return 'nothing is chosen any more, and no show with music is loaded';
    if (!isFollowing) await this.#load(file, before);
    const again = file === undefined ? ' again' : '';
    const then = isFollowing ? '; the show goes on with it' : '';
    return `from now on the music is ${basename(present)}${again}, played by ${player}${then}`;
  }

  async play(atS: number | undefined): Promise<string> {
    this.#expectUse();
    return this.#hand.play(atS);
  }

  async hold(): Promise<string> {
    return this.#hand.hold();
  }

  async stop(): Promise<string> {
    return this.#hand.stop();
  }

  async close(): Promise<void> {
    this.#stopLooking();
    await this.#deck.close();
  }

  /** A choice that can not be played is none. */
  async #load(file: string | undefined, before: string | undefined): Promise<void> {
    try {
      await this.#hand.load();
    } catch (error) {
      if (this.#chosen === file) this.#chosen = before;
      throw error;
    }
  }

  /** @throws RefusedError */
  #expectUse(): void {
    if (this.#options.settings().use) return;
    throw new RefusedError('no_music', 'music is switched off: set [MUSIC] use = true');
  }

  get #file(): string | undefined {
    const { use, file } = this.#options.settings();
    return use ? (this.#chosen ?? file ?? this.#show?.ownFile) : undefined;
  }

  get #timing(): MusicTiming {
    const { offsetS, latencyS } = this.#options.settings();
    const { leadS = 0, music } = this.#show?.outline ?? {};
    return { leadS, musicStartS: music?.startS ?? 0, offsetS, latencyS };
  }

  #look(): void {
    const phase = this.#options.phase();
    this.#conductor.follow(phase);
    const passed = this.#cues?.passed(phase, this.#options.clock.utcMs()) ?? [];
    for (const { name } of passed) this.#options.log('info', `cue: ${name}`);
  }
}
