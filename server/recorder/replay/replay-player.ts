/**
 * Plays a recording: stands in for a server before the panel, and moves along the recording on a clock. Nothing can be
 * commanded. Knows no screen and no file.
 */
import { errorText, RefusedError } from '../../../lib/errors.js';
import type { Cancel, Clock } from '../../../lib/time/clock.js';
import type { PanelFacade } from '../../panel/panel-facade.js';
import type { LogLine, ServerSnapshot } from '../../snapshot.js';
import { checkingChain } from './chain-view.js';
import { ReplaySnapshots, type ReplaySnapshotsOptions } from './replay-snapshots.js';
import type { ChainView, ReplayView } from './replay-view.js';
import type { SessionLine } from './session-log.js';
import {
  advanceTransport,
  nextEventAt,
  type Played,
  stepTransport,
  type TransportState,
  type TransportStep,
} from './transport.js';

export type ReplayPlayerOptions = ReplaySnapshotsOptions & {
  readonly clock: Clock;
  /** The recording's name. */
  readonly session: string;
  /** How many there were to choose from; undefined where it was named. */
  readonly newestOf: number | undefined;
  readonly begin: TransportState;
};

/** From one picture to the next while it plays, ms: as often as the fleet was written down. */
const tickMs = 200;

/** A fleet that is shown so much too late or too early, ms of the recording, is another one. */
const behindMs = 1000;

const refusal = 'this is a recording: nothing can be commanded';

const refuse = () => Promise.reject(new RefusedError('recording', refusal));

export class ReplayPlayer implements PanelFacade {
  readonly operate = refuse;
  readonly loadShow = refuse;
  readonly configs = { read: refuse, save: refuse, setOwn: refuse };
  readonly folders = { look: refuse };
  readonly #options: ReplayPlayerOptions;
  readonly #snapshots: ReplaySnapshots;
  readonly #events: readonly SessionLine[];
  readonly #played: Played;
  readonly #listeners = new Set<() => void>();
  #base: ServerSnapshot;
  #gap: string | undefined;
  #transport: TransportState;
  /** The moment that is shown; it may be behind where the replay stands, while the recording is read. */
  #shownMs: number;
  #isReading = false;
  #trouble: string | undefined;
  #chain: ChainView = checkingChain;
  #own: readonly LogLine[] = [];
  #tickedMs: number;
  #cancelTick: Cancel | undefined;
  #isClosed = false;

  private constructor(options: ReplayPlayerOptions, first: First) {
    this.#options = options;
    this.#snapshots = first.snapshots;
    this.#base = first.base;
    this.#gap = first.gap;
    this.#transport = options.begin;
    this.#shownMs = options.begin.tMs;
    this.#events = options.story.events;
    const eventsMs = this.#events.map(({ tMs }) => tMs);
    this.#played = { durationMs: options.recording.durationMs, eventsMs };
    this.#tickedMs = options.clock.monotonicMs();
    this.#follow();
  }

  /** Resolves when the first moment can be shown. Rejects with the file system's error. */
  static async open(options: ReplayPlayerOptions): Promise<ReplayPlayer> {
    const { recording, begin } = options;
    const beginMs = Math.max(0, Math.min(begin.tMs, recording.durationMs));
    const snapshots = new ReplaySnapshots(options);
    const moment = await recording.at(beginMs);
    const isPlaying = begin.isPlaying && beginMs < recording.durationMs;
    return new ReplayPlayer(
      { ...options, begin: { ...begin, tMs: beginMs, isPlaying } },
      { snapshots, base: snapshots.of(moment), gap: moment.gap },
    );
  }

  /** What a key asks for. */
  take(step: TransportStep): void {
    this.#advance();
    this.#transport = stepTransport(this.#transport, step, this.#played);
    this.#follow();
  }

  /** What was found out of the recording. */
  setChain(chain: ChainView): void {
    this.#chain = chain;
    if (chain.state === 'broken') this.log('error', chain.text);
    else this.#changed();
  }

  snapshot(): ServerSnapshot {
    const { log } = this.#base;
    return { ...this.#base, log: this.#own.length === 0 ? log : [...log, ...this.#own], replay: this.#view };
  }

  ids(): readonly string[] {
    return this.#base.drones.map(({ record }) => record.id);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Of the replay itself: it stands behind what was recorded. */
  log(level: LogLine['level'], text: string): void {
    const atUtcMs = this.#base.utcMs;
    this.#own = [...this.#own.slice(-99), { atUtcMs, level, text: `replay: ${text}` }];
    this.#changed();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTick?.();
  }

  get #view(): ReplayView {
    const { tMs, isPlaying, speed } = this.#transport;
    const index = nextEventAt(tMs, this.#played.eventsMs);
    const next = index === undefined ? undefined : this.#events[index];
    const { session, newestOf } = this.#options;
    return {
      ...{ session, newestOf, tMs, isPlaying, speed },
      isBehind: Math.abs(tMs - this.#shownMs) > Math.max(behindMs, 3 * tickMs * speed),
      durationMs: this.#played.durationMs,
      chain: this.#chain,
      gap: this.#gap,
      next: next && { tMs: next.tMs, text: next.text },
      trouble: this.#trouble,
    };
  }

  /** Time has passed, or another place was chosen. */
  #follow(): void {
    this.#cancelTick?.();
    if (this.#isClosed) return;
    if (this.#transport.isPlaying)
      this.#cancelTick = this.#options.clock.after(tickMs, () => {
        this.#advance();
        this.#follow();
      });
    this.#changed();
    void this.#read();
  }

  #advance(): void {
    const nowMs = this.#options.clock.monotonicMs();
    this.#transport = advanceTransport(this.#transport, nowMs - this.#tickedMs, this.#played);
    this.#tickedMs = nowMs;
  }

  /** One after the other; whoever seeks on while it is read gets the last place alone. */
  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#shownMs !== this.#transport.tMs && !this.#isClosed) await this.#show(this.#transport.tMs);
    } finally {
      this.#isReading = false;
    }
  }

  async #show(tMs: number): Promise<void> {
    try {
      const moment = await this.#options.recording.at(tMs);
      this.#base = this.#snapshots.of(moment);
      this.#gap = moment.gap;
      this.#trouble = undefined;
    } catch (error) {
      this.#trouble = errorText(error);
      this.#transport = { ...this.#transport, isPlaying: false };
    }
    this.#shownMs = tMs;
    this.#changed();
  }

  #changed(): void {
    if (!this.#isClosed) for (const listener of this.#listeners) listener();
  }
}

type First = {
  readonly snapshots: ReplaySnapshots;
  readonly base: ServerSnapshot;
  readonly gap: string | undefined;
};
