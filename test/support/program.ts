/** The built `starling` command as a process of its own, with what it prints; ended by its own pid. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from './until.js';

export const programPath = fileURLToPath(new URL('../../dist/bin/starling.js', import.meta.url));

export type ProgramOptions = {
  /** Put before the command, e.g. `ip netns exec NAME`. */
  readonly prefix?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
};

export class Program {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], { prefix = [], env = {} }: ProgramOptions = {}) {
    const [command = '', ...rest] = [...prefix, process.execPath, programPath, ...args];
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
    this.child = spawn(command, rest, { cwd: '/', stdio, env: { ...process.env, ...env } });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk;
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk;
    });
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Waits for a text on either output, and gives the match. */
  async says(pattern: RegExp, timeoutMs = 20_000): Promise<RegExpExecArray> {
    const find = () => pattern.exec(this.stdout + this.stderr);
    await until(() => find() !== null, timeoutMs, `${pattern} in:\n${this.stdout}${this.stderr}`);
    return find() as RegExpExecArray;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The exit code; null when a signal ended it. */
  async end(timeoutMs = 15_000): Promise<number | null> {
    if (!this.hasEnded) {
      const timer = setTimeout(() => this.child.kill('SIGKILL'), timeoutMs);
      await once(this.child, 'exit');
      clearTimeout(timer);
    }
    return this.child.exitCode;
  }

  /** For clean-up: ends it now if it still runs. */
  async stop(): Promise<void> {
    if (!this.hasEnded) this.child.kill('SIGTERM');
    await this.end(5000);
  }
}

export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs the command to its end, 30 s at most. */
export function runProgram(
  args: readonly string[],
  { prefix = [], env = {}, timeoutMs = 30_000 }: ProgramOptions & { readonly timeoutMs?: number } = {},
): Promise<Outcome> {
  const [command = '', ...rest] = [...prefix, process.execPath, programPath, ...args];
  return new Promise((resolve) => {
    const options = { cwd: '/', timeout: timeoutMs, env: { ...process.env, ...env } };
    execFile(command, rest, options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      resolve({ code, stdout, stderr });
    });
  });
}
