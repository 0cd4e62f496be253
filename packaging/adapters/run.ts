/** Runs a program of this machine to its end. Knows nothing of what it does. */
import { spawnSync } from 'node:child_process';
import { StarlingError } from '../../lib/errors.js';

export type RunOptions = {
  readonly cwd?: string;
  /** Beside the environment that is there. */
  readonly env?: { readonly [name: string]: string };
};

/** Gives what it printed. @throws StarlingError `program_failed`, with what it said, when it can not be run or fails. */
export function run(program: string, args: readonly string[], { cwd, env }: RunOptions = {}): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    ...{ encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, ...env },
  });
  if (error) throw new StarlingError('program_failed', `${program} can not be run: ${error.message}`);
  if (status === 0) return stdout;
  throw new StarlingError(
    'program_failed',
    `${program} ${args.join(' ')} ended with ${status}: ${stderr.trim()}`,
  );
}
