/**
 * A link over a line that breaks and is opened again, each second, until it is closed: what serial and TCP have in
 * common. Knows neither of them, and no MAVLink.
 */
import { errorText } from '../../../lib/errors.js';
import type { Cancel, Clock } from '../../../lib/time/clock.js';
import type { MavlinkLink } from '../mavlink/link.js';
import { type LinkReport, LinkReports } from './link-reports.js';
import { type BacklogLimits, OutgoingBacklog } from './outgoing-backlog.js';

/** An open way for bytes. */
export interface Line {
  /** Resolves when the system took them; rejects when the line is broken. Called for one write at a time. */
  write(bytes: Uint8Array): Promise<void>;
  /** Called after the abort; resolves soon, whatever state the line is in. */
  close(): Promise<void>;
}

/** What a line tells, from the moment it is being opened. */
export type LineListener = {
  /** `bytes` are borrowed for the call. */
  received(bytes: Uint8Array): void;
  broken(reason: string): void;
  /** Aborted when the line is not wanted any more, also while it is being opened: by `'closed'` or `'broken'`. */
  readonly signal: AbortSignal;
};

export type ReopeningLinkOptions = {
  /** For people: `serial /dev/ttyAMA0`. */
  readonly name: string;
  readonly clock: Clock;
  /** Rejects, within a time limit of its own, with what is wrong and what to do. */
  readonly openLine: (listener: LineListener) => Promise<Line>;
  readonly backlog: BacklogLimits;
  /** A line on which nothing arrives for this long is taken for dead. */
  readonly silenceMs?: number;
  readonly onReport?: (report: LinkReport) => void;
};

const retryMs = 1000;
/** A line that takes no bytes for this long is closed: what waits in it is too old to be sent. */
const writeLimitMs = 1000;
const lineClosesWithinMs = 1000;

export class ReopeningLink implements MavlinkLink {
  readonly framing = 'stream';
  readonly #options: ReopeningLinkOptions;
  readonly #backlog: OutgoingBacklog;
  readonly #reports: LinkReports;
  readonly #onData: ((bytes: Uint8Array) => void)[] = [];
  readonly #onReopen: (() => void)[] = [];
  #line: Line | undefined;
  #attempt: Promise<void>;
  #closing: Promise<void> | undefined;
  /** Of the line that counts now, and of the attempt to open it: what earlier ones still tell is not heard. */
  #abort = new AbortController();
  #isWriting = false;
  #hasBeenOpen = false;
  #heardMs = 0;
  #cancelRetry: Cancel = () => undefined;
  #cancelPump: Cancel | undefined;
  #cancelSilence: Cancel = () => undefined;

  constructor(options: ReopeningLinkOptions) {
    this.#options = options;
    this.#backlog = new OutgoingBacklog(options.backlog);
    this.#reports = new LinkReports(options.name, (report) => options.onReport?.(report));
    this.#attempt = this.#open();
  }

  send(bytes: Uint8Array): void {
    if (!this.#line) return;
    if (this.#backlog.push(bytes) > 0) this.#reports.overloaded();
    this.#pump();
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData.push(listener);
  }

  onClose(): void {
    // It never breaks for good.
  }

  onReopen(listener: () => void): void {
    this.#onReopen.push(listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    const line = this.#leaveLine('closed');
    this.#cancelRetry();
    await Promise.all([this.#attempt, line && this.#closed(line)]);
  }

  /** Never rejects. */
  async #open(): Promise<void> {
    const abort = new AbortController();
    const { signal } = abort;
    this.#abort = abort;
    try {
      const line = await this.#options.openLine({
        signal,
        received: (bytes) => !signal.aborted && this.#received(bytes),
        broken: (reason) => this.#broken(abort, reason),
      });
      if (signal.aborted) await this.#closed(line);
      else this.#opened(line);
    } catch (error) {
      this.#broken(abort, errorText(error));
    }
  }

  #opened(line: Line): void {
    this.#line = line;
    this.#heardMs = this.#nowMs;
    this.#reports.opened();
    this.#watchSilence();
    if (this.#hasBeenOpen) for (const listener of this.#onReopen) listener();
    this.#hasBeenOpen = true;
  }

  #received(bytes: Uint8Array): void {
    this.#heardMs = this.#nowMs;
    this.#reports.heard();
    for (const listener of this.#onData) listener(bytes);
  }

  #broken(abort: AbortController, reason: string): void {
    if (abort.signal.aborted) return;
    const line = this.#leaveLine('broken');
    this.#reports.broken(reason);
    if (line) this.#attempt = this.#closed(line).then(() => this.#retryLater());
    else this.#retryLater();
  }

  #retryLater(): void {
    if (this.#closing !== undefined) return;
    this.#cancelRetry = this.#options.clock.after(retryMs, () => {
      this.#attempt = this.#open();
    });
  }

  /** From here on nothing of the line or the attempt is heard. */
  #leaveLine(why: 'closed' | 'broken'): Line | undefined {
    const line = this.#line;
    this.#line = undefined;
    this.#abort.abort(why);
    this.#isWriting = false;
    this.#backlog.clear();
    this.#cancelPump?.();
    this.#cancelPump = undefined;
    this.#cancelSilence();
    return line;
  }

  /** Resolves when the line is closed, or would not. */
  #closed(line: Line): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(lineClosesWithinMs, resolve);
      const done = (): void => {
        cancel();
        resolve();
      };
      line.close().then(done, done);
    });
  }

  #pump(): void {
    if (!this.#line || this.#isWriting) return;
    const bytes = this.#backlog.take(this.#nowMs);
    if (bytes) {
      void this.#write(this.#line, bytes);
      return;
    }
    const waitMs = this.#backlog.waitMs(this.#nowMs);
    if (waitMs === undefined) return;
    this.#cancelPump ??= this.#options.clock.after(waitMs, () => {
      this.#cancelPump = undefined;
      this.#pump();
    });
  }

  async #write(line: Line, bytes: Uint8Array): Promise<void> {
    const abort = this.#abort;
    this.#isWriting = true;
    const cancelLimit = this.#options.clock.after(writeLimitMs, () =>
      this.#broken(abort, `took no bytes for ${writeLimitMs / 1000} s: the other end does not read`),
    );
    try {
      await line.write(bytes);
    } catch (error) {
      this.#broken(abort, errorText(error));
    }
    cancelLimit();
    if (abort.signal.aborted) return;
    this.#isWriting = false;
    this.#pump();
  }

  #watchSilence(): void {
    const { silenceMs, clock } = this.#options;
    if (silenceMs === undefined) return;
    const abort = this.#abort;
    const leftMs = this.#heardMs + silenceMs - this.#nowMs;
    if (leftMs > 0) this.#cancelSilence = clock.after(leftMs, () => this.#watchSilence());
    else this.#broken(abort, `nothing arrived for ${silenceMs / 1000} s: connecting anew`);
  }

  get #nowMs(): number {
    return this.#options.clock.monotonicMs();
  }
}
