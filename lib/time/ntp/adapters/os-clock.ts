/** Asks chrony, now and then, whether it keeps the clock of this machine. Knows `chronyc`; never sets a clock. */
import { execFile } from 'node:child_process';
import { errorCode, errorText } from '../../../errors.js';
import { type Cancel, type Clock, every } from '../../clock.js';
import type { ClockState } from '../clock-state.js';
import { alone, type OsClockReport, parseTracking } from '../tracking.js';

/** Between two questions, ms: as long as chrony itself takes to notice much. */
const refreshMs = 30_000;

/** Time that chronyc has for its answer, ms. */
const answerMs = 2000;

/** No answer of chronyc's is this long, bytes. */
const maxAnswerBytes = 4096;

export type OsClockOptions = {
  readonly clock: Clock;
  /** Told in a sentence what the state is, at first and whenever that has changed. */
  readonly onChange?: (text: string) => void;
  /** chronyc and what comes before `tracking`; default `chronyc -n -c`. */
  readonly command?: readonly [file: string, ...args: string[]];
};

/** The state of the OS clock as of the last answer; `alone` until one came, and whenever none can be had. */
export class OsClock {
  readonly #options: OsClockOptions;
  readonly #abort = new AbortController();
  readonly #cancel: Cancel;
  #report = alone('chrony has not been asked yet');
  #asking: Promise<void> | undefined;

  /** Asks at once, and then every 30 s until closed. */
  constructor(options: OsClockOptions) {
    this.#options = options;
    this.#cancel = every(options.clock, refreshMs, () => void this.refresh());
    void this.refresh();
  }

  get state(): ClockState {
    return this.#report.state;
  }

  /** Why it is so, in a sentence. */
  get text(): string {
    return this.#report.text;
  }

  /** Asks now, unless an answer is awaited already; resolves when it is there or is not to be had. Never rejects. */
  refresh(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Asks nothing more; a chronyc that still runs is ended. */
  close(): void {
    this.#cancel();
    this.#abort.abort();
  }

  async #ask(): Promise<void> {
    const report = await this.#answer();
    if (this.#abort.signal.aborted) return;
    const isNew = report.text !== this.#report.text;
    this.#report = report;
    if (isNew) this.#options.onChange?.(report.text);
  }

  #answer(): Promise<OsClockReport> {
    const [file, ...args] = this.#options.command ?? ['chronyc', '-n', '-c'];
    const limits = { timeout: answerMs, killSignal: 'SIGKILL', maxBuffer: maxAnswerBytes } as const;
    const options = { ...limits, signal: this.#abort.signal, env: { ...process.env, LC_ALL: 'C' } };
    return new Promise((resolve) => {
      execFile(file, [...args, 'tracking'], options, (error, stdout) => {
        resolve(error ? alone(whyNot(error)) : parseTracking(stdout, this.#options.clock.utcMs()));
      });
    });
  }
}

function whyNot(error: Error & { readonly killed?: boolean | undefined }): string {
  if (errorCode(error) === 'ENOENT') return 'chrony is not installed';
  if (error.killed) return `chronyc did not answer within ${answerMs} ms`;
  // Of a command that failed, Node's text has what it printed on the lines after the first.
  const isExit = 'code' in error && typeof error.code === 'number';
  return isExit ? 'chrony does not run' : `chronyc can not be asked: ${errorText(error).split('\n')[0]}`;
}
