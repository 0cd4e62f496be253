/**
 * The folder in which the client asks for jobs, and root's folder of their results. What lies in the former is never opened:
 * its name is all that is read.
 */
import { lstatSync, readFileSync, renameSync, type Stats, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../../lib/errors.js';
import type { JobName, JobResult } from '../../jobs/job.js';
import type { JobDesk, Request } from '../helper.js';
import type { HelperPaths } from '../helper-paths.js';
import type { HelperPrograms } from '../ports.js';
import { makeFolder, writeDurably } from './wary-files.js';

const readable = 0o755;
const readableFile = 0o644;

/** A folder of any size is taken away by then, ms; the rest of it lies where nobody looks. */
const removeMs = 20_000;

export class JobDeskFiles implements JobDesk {
  readonly #paths: HelperPaths;
  readonly #programs: HelperPrograms;

  constructor(paths: HelperPaths, programs: HelperPrograms) {
    this.#paths = paths;
    this.#programs = programs;
    makeFolder(paths.results, readable);
  }

  async take(job: JobName): Promise<Request> {
    const path = join(this.#paths.requests, job);
    const stats = look(path);
    if (!stats) return 'none';
    const odd = oddity(stats);
    if (!stats.isDirectory()) {
      if (!remove(path)) return { odd: 'it was taken back' };
      return odd === undefined ? 'taken' : { odd };
    }
    await this.#removeFolder(path);
    return { odd: 'it is a folder' };
  }

  tell(result: Omit<JobResult, 'run'>): void {
    const { results } = this.#paths;
    const counter = join(results, 'runs');
    const run = readNumber(counter) + 1;
    writeDurably(counter, `${run}\n`, readableFile);
    writeDurably(
      join(results, `${result.job}.json`),
      `${JSON.stringify({ ...result, run })}\n`,
      readableFile,
    );
  }

  /** Moved away first: what its owner does in it meanwhile keeps nobody from it. `rm` follows no link. */
  async #removeFolder(path: string): Promise<void> {
    const odd = join(this.#paths.results, 'odd');
    makeFolder(odd, 0o700);
    const args = ['--recursive', '--force', '--one-file-system', '--', odd];
    await this.#programs.run({ program: 'rm', args, limitMs: removeMs });
    makeFolder(odd, 0o700);
    renameSync(path, join(odd, `folder-${Date.now()}`));
    await this.#programs.run({ program: 'rm', args, limitMs: removeMs });
  }
}

function look(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function oddity(stats: Stats): string | undefined {
  if (!stats.isFile()) return 'it is no plain file';
  return stats.size > 0 ? 'it is not empty' : undefined;
}

/** False when it was gone already. */
function remove(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    // What became a folder since it was looked at is seen at the next start.
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'EISDIR') return false;
    throw error;
  }
}

function readNumber(path: string): number {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10) || 0;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
