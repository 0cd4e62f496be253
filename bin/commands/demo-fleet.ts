/** The simulated fleet of a demo: a process of its own, as real drones are, which a busy server does not slow down. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { StarlingError, UsageError } from '../../lib/errors.js';

export type DemoFleet = {
  /** Rejects with its last words when it ends before it is told to; never resolves. */
  readonly failed: Promise<never>;
  end(): Promise<void>;
};

const program = fileURLToPath(new URL('../starling.js', import.meta.url));
/** Its exit code when it was called wrongly, or a program that it needs is missing. */
const wrongCall = 2;
const lastWordsLength = 2000;

/** Starts `starling sim` with these arguments; what it keeps on the disk lies in `folder`, which is the caller's to remove. */
export function startDemoFleet(args: readonly string[], folder: string): DemoFleet {
  const fleet = fork(program, ['sim', ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    detached: true,
    env: { ...process.env, TMPDIR: folder },
  });
  let said = '';
  fleet.stderr?.on('data', (bytes: Uint8Array) => {
    said = `${said}${new TextDecoder().decode(bytes)}`.slice(-lastWordsLength);
  });
  let isEnding = false;
  const closed = once(fleet, 'close');
  const failed = closed.then(([code, signal]) => {
    // Whoever told it to end does not wait for this.
    if (isEnding) return new Promise<never>(() => undefined);
    const lastLine = said.trim().split('\n').at(-1) ?? '';
    if (code === wrongCall) throw new UsageError(lastLine.replace(/^starling: /, ''));
    throw new StarlingError('fleet_ended', `the simulated fleet has ended (${signal ?? code}): ${lastLine}`);
  });
  failed.catch(() => undefined);
  return {
    failed,
    async end() {
      isEnding = true;
      if (fleet.exitCode === null && fleet.signalCode === null) fleet.kill('SIGTERM');
      await closed;
    },
  };
}
