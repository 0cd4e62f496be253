/** Plays music by `ffplay`, which can only be started, stopped and held by signals. Knows the program; no show. */
import { type ChildProcess, spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { errorText, StarlingError } from '../../../lib/errors.js';
import type { MusicPlayer } from '../music-player.js';

export type FfplayOptions = {
  readonly program: string;
  readonly onFailed: (reason: string) => void;
};

/** The program is started at the moment itself: what it takes until it sounds is the operator's `latency`. */
export class FfplayPlayer implements MusicPlayer {
  readonly name = 'ffplay';
  readonly #options: FfplayOptions;
  #file: string | undefined;
  #positionS = 0;
  /** Counts what was to be loaded: a later one, or a stop, takes the place of what is under way. */
  #turn = 0;
  #child: ChildProcess | undefined;

  constructor(options: FfplayOptions) {
    this.#options = options;
  }

  async prepare(file: string, positionS: number): Promise<void> {
    this.stop();
    const turn = this.#turn;
    await access(file, constants.R_OK).catch((error: unknown) => {
      throw new StarlingError('no_music', `${file} can not be read: ${errorText(error)}`);
    });
    if (turn !== this.#turn) throw new StarlingError('no_music', `${file} gave way to what came after it`);
    this.#file = file;
    this.#positionS = positionS;
  }

  play(): void {
    if (this.#child) this.#child.kill('SIGCONT');
    else if (this.#file !== undefined) this.#child = this.#start(this.#file);
  }

  hold(): void {
    this.#child?.kill('SIGSTOP');
  }

  stop(): void {
    this.#turn += 1;
    this.#kill();
    this.#file = undefined;
  }

  async positionS(): Promise<undefined> {
    return undefined;
  }

  async close(): Promise<void> {
    this.stop();
  }

  #start(file: string): ChildProcess {
    const { program, onFailed } = this.#options;
    const quiet = ['-nodisp', '-autoexit', '-loglevel', 'error', '-ss', this.#positionS.toFixed(3)];
    const child = spawn(program, [...quiet, file], { stdio: 'ignore' });
    child.once('error', (error) => onFailed(`${program} can not be started: ${error.message}`));
    child.once('exit', (code) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      if (code !== 0) onFailed(`ffplay could not play ${file} (${code})`);
    });
    return child;
  }

  #kill(): void {
    const child = this.#child;
    this.#child = undefined;
    // A held process does not hear the other signals.
    child?.kill('SIGKILL');
  }
}
