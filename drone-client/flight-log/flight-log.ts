/**
 * The drone's flight recorder: from shortly before the arming until some seconds after the motors stood, all samples and
 * all that happened. Knows a clock, a folder's port and whom to ask for a sample; no vehicle, no server. Nothing here throws into
 * the caller or waits for the disk.
 */
import { errorText, RefusedError } from '../../lib/errors.js';
import { type Cancel, type Clock, every } from '../../lib/time/clock.js';
import type { FlightLogFiles } from './flight-log-files.js';
import type { FlightIdentity, FlightNote, FlightSample, NoteLevel } from './flight-sample.js';
import { type LogEntry, LogShelf } from './log-shelf.js';
import { type Instant, Recording } from './recording.js';
import type { FlightLogSettings } from './settings.js';

/** A chunk is ended after this, ms: a little less than a second, for the next tick may be late. */
const chunkMs = 950;

/** What happened before a recording began belongs to it, if it is no older than this, ms, and no more than so many. */
const rememberMs = 60_000;
const maxRemembered = 100;

/** How long the end of the program waits for the disk, ms. */
const closeTimeoutMs = 2000;

export type FlightLogOptions = {
  readonly clock: Clock;
  readonly files: FlightLogFiles;
  /** Asked again and again: a change of a limit holds at once, one of `isEnabled` and `frequencyHz` from `start` on. */
  readonly settings: () => FlightLogSettings;
  readonly sample: () => FlightSample;
  /** The motors are about to start: files are opened now and not in the moment itself. */
  readonly isAboutToFly: () => boolean;
  /** Asked when a recording begins. */
  readonly identity: () => FlightIdentity;
  /** A text for people: the record has a gap, and why. At most once a recording. */
  readonly onWarning: (text: string) => void;
};

export class FlightLog {
  readonly #options: FlightLogOptions;
  readonly #shelf: LogShelf;
  #recording: Recording | undefined;
  #remembered: FlightNote[] = [];
  #stop: Cancel | undefined;
  #isHeld = false;
  #hasWarned = false;
  #activeMs = 0;
  #flushedMs = 0;
  #ending: Promise<void> = Promise.resolve();

  constructor(options: FlightLogOptions) {
    this.#options = options;
    this.#shelf = new LogShelf(options.files, options.settings);
  }

  /** Watches for the arming from now on; without effect where the configuration says no. */
  start(): void {
    const { clock, settings } = this.#options;
    const { isEnabled, frequencyHz } = settings();
    if (this.#stop || !isEnabled) return;
    this.#stop = every(clock, 1000 / frequencyHz, () => this.#guard(() => this.#tick()));
  }

  /** Records from now on though nothing is armed, until `end`; while a recording runs it goes on. */
  begin(reason: string): void {
    this.#guard(() => {
      if (!this.#stop) return;
      this.#isHeld = true;
      this.#tick(reason);
    });
  }

  /** Takes `begin` back: the recording ends as after a flight. */
  end(): void {
    this.#isHeld = false;
  }

  /** Something happened. What comes shortly before a recording begins is part of it. */
  note(text: string, level: NoteLevel = 'info', data?: FlightNote['data']): void {
    this.#guard(() => {
      const note = { ...this.#now(), text, level, ...(data && { data }) };
      if (this.#recording) this.#recording.note(note);
      else if (this.#stop) this.#remembered = [...this.#remembered.slice(1 - maxRemembered), note];
    });
  }

  get isRecording(): boolean {
    return this.#recording !== undefined;
  }

  /** Samples and notes of the present recording that were lost; 0 without one. */
  get dropped(): number {
    return this.#recording?.dropped ?? 0;
  }

  /** Every log there is, the oldest first. @throws RefusedError `armed` while the motors run. */
  async list(): Promise<LogEntry[]> {
    this.#requireDisarmed();
    return this.#shelf.list();
  }

  /** A piece of one log; fewer bytes at its end. @throws RefusedError `armed`, `no_file`, or `bad_argument`. */
  async read(name: string, place: { readonly offset: number; readonly length: number }): Promise<Uint8Array> {
    this.#requireDisarmed();
    return this.#shelf.read(name, place);
  }

  /** Ends the recording and stops watching; resolves when the disk has all of it, or after 2 s. */
  async close(): Promise<void> {
    this.#stop?.();
    this.#stop = undefined;
    this.#endRecording();
    await new Promise<void>((resolve) => {
      const giveUp = this.#options.clock.after(closeTimeoutMs, resolve);
      void this.#ending.then(giveUp).then(resolve);
    });
  }

  #tick(reason?: string): void {
    const sample = this.#options.sample();
    const isActive = sample.armed || this.#isHeld || this.#options.isAboutToFly();
    const nowMs = this.#options.clock.monotonicMs();
    if (isActive) this.#activeMs = nowMs;
    const recording =
      this.#recording ??
      (isActive
        ? this.#beginRecording(sample, reason ?? (sample.armed ? 'armed' : 'about to fly'))
        : undefined);
    if (!recording) return;
    recording.add(sample);
    if (nowMs - this.#flushedMs >= chunkMs) {
      this.#flushedMs = nowMs;
      recording.flush(this.#now());
    }
    if (nowMs - this.#activeMs > this.#options.settings().afterDisarmMs) this.#endRecording();
  }

  #beginRecording(sample: FlightSample, reason: string): Recording {
    const { identity, settings, onWarning } = this.#options;
    const recording = new Recording(
      { monotonicMs: sample.monotonicMs, utcMs: sample.utcMs },
      {
        ...{ shelf: this.#shelf, identity: identity(), reason },
        maxFileBytes: () => settings().maxFileBytes,
        onTrouble: (trouble) => onWarning(`the flight log has a gap: ${trouble}`),
      },
    );
    this.#recording = recording;
    this.#hasWarned = false;
    this.#flushedMs = this.#options.clock.monotonicMs();
    const remembered = this.#remembered;
    this.#remembered = [];
    for (const note of remembered)
      if (sample.monotonicMs - note.monotonicMs <= rememberMs) recording.note(note);
    recording.note({ ...this.#now(), level: 'info', text: `recording begins: ${reason}` });
    return recording;
  }

  #endRecording(): void {
    const recording = this.#recording;
    if (!recording) return;
    this.#recording = undefined;
    recording.note({ ...this.#now(), level: 'info', text: 'recording ends' });
    this.#ending = Promise.all([this.#ending, recording.end(this.#now())]).then(() => undefined);
  }

  /** The sample says it now: the wire must not be busy with files one tick longer than the motors stand. */
  #requireDisarmed(): void {
    if (this.#options.sample().armed)
      throw new RefusedError('armed', 'flight logs are not given out while the drone is armed');
  }

  #now(): Instant {
    const { clock } = this.#options;
    return { monotonicMs: clock.monotonicMs(), utcMs: clock.utcMs() };
  }

  /** The recorder's own faults cost the record, never the flight. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.#hasWarned) return;
      this.#hasWarned = true;
      this.#options.onWarning(`the flight log has a gap: ${errorText(error)}`);
    }
  }
}
