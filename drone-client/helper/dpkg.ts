/** What the helper asks of dpkg. Knows its words and its lock; starts no program and touches no file itself. */
import { RefusedError, StarlingError } from '../../lib/errors.js';
import type { Clock } from '../../lib/time/clock.js';
import { type HelperPaths, ownPackage } from './helper-paths.js';
import { pause } from './pause.js';
import type { HelperPrograms, ProgramEnd } from './ports.js';

export type InstalledPackage = {
  readonly version: string;
  readonly architecture: string;
  readonly installedKib: number;
  /** Neither half installed nor waiting to be configured. */
  readonly isComplete: boolean;
};

/** What a package file says of itself. */
export type PackageFacts = {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly installedKib: number;
};

export type DpkgOptions = {
  readonly programs: HelperPrograms;
  readonly clock: Clock;
  readonly paths: Pick<HelperPaths, 'root' | 'dpkg'>;
};

const quickMs = 60_000;

/** A Pi with a slow card unpacks 130 MiB in less than a minute. */
const installMs = 10 * 60_000;

const lockLookMs = 2000;

/** How much of dpkg's words is told, characters. */
const maxWords = 700;

export class Dpkg {
  readonly #programs: HelperPrograms;
  readonly #clock: Clock;
  readonly #adminFolder: string;
  readonly #rootOptions: readonly string[];

  constructor({ programs, clock, paths }: DpkgOptions) {
    this.#programs = programs;
    this.#clock = clock;
    this.#adminFolder = `--admindir=${paths.dpkg}`;
    this.#rootOptions = paths.root === '/' ? [] : [`--root=${paths.root}`, '--force-script-chrootless'];
  }

  /** Undefined when nothing of it is there. */
  async installed(): Promise<InstalledPackage | undefined> {
    const fields = ['db:Status-Abbrev', 'Version', 'Architecture', 'Installed-Size'];
    const format = fields.map((field) => `\${${field}}`).join('|');
    const args = [this.#adminFolder, '--show', `--showformat=${format}\\n`, ownPackage];
    const { exitCode, output } = await this.#run('dpkg-query', args);
    const [state = '', version = '', architecture = '', sizeKib = ''] = output.trim().split('|');
    if (exitCode !== 0 || version === '') return undefined;
    return { version, architecture, installedKib: Number(sizeKib) || 0, isComplete: state.trim() === 'ii' };
  }

  /** Paths of installed files that are not as they were installed; configuration may be. */
  async changedFiles(): Promise<string[]> {
    const { output } = await this.#run('dpkg', [...this.#rootOptions, '--verify', ownPackage]);
    // A line: nine marks, or `missing` and blanks; `c` for configuration or a blank; the path.
    return output
      .split('\n')
      .filter((line) => line !== '' && !/^\S+\s+c\s/.test(line))
      .map((line) => line.slice(line.indexOf(' ')).trim());
  }

  /** Debian's name of this system's processor. */
  async architecture(): Promise<string> {
    return (await this.#expect('dpkg', ['--print-architecture'])).trim();
  }

  /** @throws StarlingError `dpkg` for what is no package. */
  async describe(path: string): Promise<PackageFacts> {
    const fields = ['Package', 'Version', 'Architecture', 'Installed-Size'];
    const output = await this.#expect('dpkg-deb', ['--field', path, ...fields]);
    const value = (field: string) => new RegExp(`^${field}: (.*)$`, 'm').exec(output)?.[1]?.trim() ?? '';
    const [name = '', version = '', architecture = '', sizeKib] = fields.map(value);
    return { name, version, architecture, installedKib: Number(sizeKib) || 0 };
  }

  /** A file of a package's control part; undefined where it has none of that name. */
  async fact(path: string, name: string): Promise<string | undefined> {
    const { exitCode, output } = await this.#run('dpkg-deb', ['--info', path, name]);
    return exitCode === 0 ? output : undefined;
  }

  async isOlder(version: string, than: string): Promise<boolean> {
    const { exitCode } = await this.#run('dpkg', ['--compare-versions', version, 'lt', than]);
    return exitCode === 0;
  }

  /**
   * Configuration that somebody changed stays. Another program that installs is waited for, so long.
   * @throws RefusedError `busy` when that goes on installing, StarlingError `dpkg` when it fails.
   */
  async install(path: string, waitMs: number): Promise<void> {
    const args = [...this.#rootOptions, '--install', '--force-confold', path];
    const untilMs = this.#clock.monotonicMs() + waitMs;
    for (;;) {
      const end = await this.#programs.run({ program: 'dpkg', args, limitMs: installMs });
      if (end.exitCode === 0) return;
      if (!/lock was locked|unable to lock|is locked by/i.test(end.errors)) throw failure('dpkg', args, end);
      if (this.#clock.monotonicMs() >= untilMs)
        throw new RefusedError('busy', 'another program is installing on this computer: do this again later');
      await pause(this.#clock, lockLookMs);
    }
  }

  async #expect(program: string, args: readonly string[]): Promise<string> {
    const end = await this.#run(program, args);
    if (end.exitCode === 0) return end.output;
    throw failure(program, args, end);
  }

  #run(program: string, args: readonly string[]): Promise<ProgramEnd> {
    return this.#programs.run({ program, args, limitMs: quickMs });
  }
}

function failure(program: string, args: readonly string[], end: ProgramEnd): StarlingError {
  const words = end.isOverTime ? 'it took too long and was ended' : end.errors.trim() || end.output.trim();
  return new StarlingError('dpkg', `${program} ${args.join(' ')}: ${words.slice(-maxWords)}`);
}
