/** Runs the system's programs as root: no shell, a fixed environment, bounded in time and words. Knows none of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { errorCode, errorText, RefusedError } from '../../../lib/errors.js';
import type { HelperPrograms, ProgramCall, ProgramEnd } from '../ports.js';

/** A listing of a package's files is some 100 KiB. */
const maxOutputCharacters = 8 * 1024 * 1024;

export type RunProgramsOptions = {
  /** Folders in which programs are looked for, with `:`. */
  readonly path: string;
  /** For their temporary files; root's alone. */
  readonly temporary: string;
  /** Beside what all have. */
  readonly environment: { readonly [name: string]: string };
};

export class RunPrograms implements HelperPrograms {
  readonly #environment: { readonly [name: string]: string };

  constructor({ path, temporary, environment }: RunProgramsOptions) {
    this.#environment = {
      ...{ PATH: path, TMPDIR: temporary, HOME: '/root', LC_ALL: 'C' },
      // Nobody is there to be asked.
      ...{ DEBIAN_FRONTEND: 'noninteractive', SYSTEMD_PAGER: '' },
      ...environment,
    };
  }

  run({ program, args, limitMs }: ProgramCall): Promise<ProgramEnd> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        ...{ shell: false, cwd: '/', env: this.#environment, detached: true },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [output, errors, isOverTime] = ['', '', false];
      const keep = (text: string, more: string) => `${text}${more}`.slice(-maxOutputCharacters);
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output = keep(output, text);
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        errors = keep(errors, text);
      });
      const timer = setTimeout(() => {
        isOverTime = true;
        killGroup(child);
        // What left the group may hold the pipes open.
        child.stdout.destroy();
        child.stderr.destroy();
      }, limitMs);
      child.once('error', (error) => {
        clearTimeout(timer);
        reject(new RefusedError('no_program', `${program} can not be run: ${errorText(error)}`));
      });
      child.once('close', (code) => {
        clearTimeout(timer);
        resolve({ exitCode: isOverTime ? undefined : (code ?? undefined), isOverTime, output, errors });
      });
    });
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}
