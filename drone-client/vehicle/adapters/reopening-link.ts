/**
 * A link over a line that breaks and is opened again, each second, until it is closed: what serial and TCP have in
 * common. Knows neither of them, and no MAVLink.
 */
import { errorText } from '../../../lib/errors.js';
import type { Cancel, Clock } from '../../../lib/time/clock.js';
import type { MavlinkLink } from '../mavlink/link.js';
import { type Line, LineWriter } from './line-writer.js';
import { type LinkReport, LinkReports } from './link-reports.js';
import type { BacklogLimits } from './outgoing-backlog.js';

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
  /** Rejects, within a time limit of its own, with what is wrong and what to do. The line is closed after the abort. */
  readonly openLine: (listener: LineListener) => Promise<Line>;
  readonly backlog: BacklogLimits;
  /** A line on which nothing arrives for this long is taken for dead. */
  readonly silenceMs?: number;
  readonly onReport?: (report: LinkReport) => void;
};

const retryMs = 1000;
const lineClosesWithinMs = 1000;

export class ReopeningLink implements MavlinkLink {
  readonly framing = 'stream';
  readonly #options: ReopeningLinkOptions;
  readonly #reports: LinkReports;
  readonly #onData: ((bytes: Uint8Array) => void)[] = [];
  readonly #onReopen: (() => void)[] = [];
  #open: { readonly line: Line; readonly writer: LineWriter } | undefined;
  #attempt: Promise<void>;
  #closing: Promise<void> | undefined;
  /** Of the line that counts now, and of the attempt to open it: what earlier ones still tell is not heard. */
  #abort = new AbortController();
  #hasBeenOpen = false;
  #heardMs = 0;
  #cancelRetry: Cancel = () => undefined;
  #cancelSilence: Cancel = () => undefined;

  constructor(options: ReopeningLinkOptions) {
    this.#options = options;
    this.#reports = new LinkReports(options.name, (report) => options.onReport?.(report));
    this.#attempt = this.#tryToOpen();
  }

  send(bytes: Uint8Array): void {
    this.#open?.writer.send(bytes);
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
  async #tryToOpen(): Promise<void> {
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
      else this.#opened(line, abort);
    } catch (error) {
      this.#broken(abort, errorText(error));
    }
  }

  #opened(line: Line, abort: AbortController): void {
    const { clock, backlog } = this.#options;
    const writer = new LineWriter({
      ...{ line, clock, limits: backlog },
      onBroken: (reason) => this.#broken(abort, reason),
      onDropped: () => this.#reports.overloaded(),
    });
    this.#open = { line, writer };
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
      this.#attempt = this.#tryToOpen();
    });
  }

  /** From here on nothing of the line or the attempt is heard. */
  #leaveLine(why: 'closed' | 'broken'): Line | undefined {
    const open = this.#open;
    this.#open = undefined;
    open?.writer.stop();
    this.#abort.abort(why);
    this.#cancelSilence();
    return open?.line;
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
