/** Runs programs of this computer for the drone: no shell, no inherited secrets, bounded in time and in words. */
import { type ChildProcess, spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { errorCode, errorText, RefusedError } from '../../lib/errors.js';
import type { ProgramCall, ProgramEnd, Programs } from '../client/programs.js';

/** Output that is kept, bytes; what comes after it is read and dropped. */
const maxOutputBytes = 64 * 1024;

/** How long output may still come when the program has ended: a child of its own may hold the pipe, ms. */
const drainMs = 500;

export class ProgramRunner implements Programs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  run({ program, args, timeLimitMs }: ProgramCall): Promise<ProgramEnd> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, [...args], {
        shell: false,
        cwd: this.#folder,
        env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' },
        stdio: ['ignore', 'pipe', 'pipe'],
        // Of its own group, so that all that it begins ends with it.
        detached: true,
      });
      const output = new Output();
      let isOverTime = false;
      const timer = setTimeout(() => {
        isOverTime = true;
        killGroup(child);
      }, timeLimitMs);
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Uint8Array) => output.add(chunk));
      child.once('error', (error) => {
        clearTimeout(timer);
        reject(new RefusedError('no_program', `${program} can not be run: ${errorText(error)}`));
      });
      child.once('exit', () => {
        clearTimeout(timer);
        killGroup(child);
        const drained = setTimeout(() => destroyPipes(child), drainMs);
        child.once('close', () => clearTimeout(drained));
      });
      child.once('close', (code, signal) => {
        const { text, isCut } = output;
        resolve({
          ...{ exitCode: isOverTime ? undefined : (code ?? undefined), signal: signal ?? undefined },
          ...{ isOverTime, output: text, isOutputCut: isCut },
        });
      });
    });
  }
}

class Output {
  readonly #decoder = new StringDecoder('utf8');
  #text = '';
  #bytes = 0;
  isCut = false;

  get text(): string {
    return this.#text;
  }

  add(chunk: Uint8Array): void {
    const kept = chunk.subarray(0, maxOutputBytes - this.#bytes);
    this.#bytes += kept.length;
    this.#text += this.#decoder.write(Buffer.from(kept));
    if (kept.length < chunk.length) this.isCut = true;
  }
}

/** The program and what it began; a process that left the group by itself is not reached. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

function destroyPipes({ stdout, stderr }: ChildProcess): void {
  stdout?.destroy();
  stderr?.destroy();
}
