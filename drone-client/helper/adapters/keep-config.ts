/**
 * A copy of the client's configuration folder, and its way back. The folder is the client's: `tar` goes through it without
 * following a link, and what comes back is made beside it, where the client can not reach, and then put in its place.
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { StarlingError } from '../../../lib/errors.js';
import type { HelperPaths } from '../helper-paths.js';
import type { HelperPrograms } from '../ports.js';
import { syncPath } from './wary-files.js';

const maxBytes = 16 * 1024 * 1024;
const limitMs = 60_000;

/** `tar` ends with that when a file changed while it was read. */
const changedMeanwhile = 1;

export class KeptConfig {
  readonly #paths: HelperPaths;
  readonly #programs: HelperPrograms;

  constructor(paths: HelperPaths, programs: HelperPrograms) {
    this.#paths = paths;
    this.#programs = programs;
  }

  async keep(): Promise<void> {
    const { config, configCopy } = this.#paths;
    const options = ['--create', '--numeric-owner', '--one-file-system', `--file=${configCopy}`];
    const args = [...options, `--directory=${dirname(config)}`, '--', basename(config)];
    const { exitCode, errors, isOverTime } = await this.#programs.run({
      ...{ program: 'prlimit', args: [`--fsize=${maxBytes}`, 'tar', ...args], limitMs },
    });
    if (exitCode !== 0 && exitCode !== changedMeanwhile)
      throw new StarlingError(
        'config',
        `${config} could not be copied (at most ${maxBytes / 1024 / 1024} MiB are): ${isOverTime ? 'it took too long' : errors.trim() || 'it is too large'}`,
      );
    syncPath(configCopy);
    syncPath(dirname(configCopy));
  }

  /** After a power cut it can be done again. */
  async restore(): Promise<void> {
    const { config, configCopy } = this.#paths;
    const folder = dirname(config);
    const made = join(folder, `.${basename(config)}.restored`);
    const replaced = join(folder, `.${basename(config)}.replaced`);
    await this.#remove([made, replaced]);
    mkdirSync(made, { mode: 0o700 });
    const options = ['--extract', '--numeric-owner', '--same-owner', '--preserve-permissions'];
    await this.#expect('tar', [...options, `--file=${configCopy}`, `--directory=${made}`]);
    // On the disk before it takes its place.
    await this.#expect('sync', ['--file-system', made]);
    if (existsSync(config)) renameSync(config, replaced);
    renameSync(join(made, basename(config)), config);
    syncPath(folder);
    await this.#remove([made, replaced]);
  }

  /** `rm` follows no link, whatever is done in there meanwhile. */
  async #remove(paths: readonly string[]): Promise<void> {
    await this.#expect('rm', ['--recursive', '--force', '--one-file-system', '--', ...paths]);
  }

  async #expect(program: string, args: readonly string[]): Promise<void> {
    const { exitCode, errors } = await this.#programs.run({ program, args, limitMs });
    if (exitCode !== 0)
      throw new StarlingError('config', `${program} ${args.join(' ')}: ${errors.trim() || 'it failed'}`);
  }
}
