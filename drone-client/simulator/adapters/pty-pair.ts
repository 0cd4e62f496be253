/** Two pseudo-terminals joined back to back, as a serial cable with a socket at each end. Knows not who plugs in. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode, UsageError } from '../../../lib/errors.js';

export type PtyPair = {
  readonly vehiclePath: string;
  readonly clientPath: string;
  /** Pulls the cable: both ends are gone when it resolves. */
  close(): Promise<void>;
};

const pollMs = 10;
const maxWaitMs = 5000;
const noSuchProgram = 127;

/**
 * socat would outlive a program that is killed. The shell becomes socat, and leaves somebody behind who waits for the
 * end of its input, which that program holds open as long as it lives, and ends socat then.
 */
const socatWhileWeLive =
  'exec 3<&0; { read -r end <&3; kill $$ 2>/dev/null; } & exec socat "$@" </dev/null 3<&-';

const notInstalled =
  'a simulated serial line needs the program socat, which is not installed; install it: apt install socat';

/**
 * Opens a pair named `vehicle` and `client` in `folder`, which must exist; resolves when both are there.
 * @throws UsageError when socat is not installed or does not make them.
 */
export async function openPtyPair({ folder }: { readonly folder: string }): Promise<PtyPair> {
  const [vehiclePath, clientPath] = [join(folder, 'vehicle'), join(folder, 'client')];
  const ends = [vehiclePath, clientPath].map((path) => `pty,raw,echo=0,link=${path}`);
  // Of a group of its own: a Ctrl-C is for the program at the terminal, not for the cables of its drones.
  const socat = spawn('/bin/sh', ['-c', socatWhileWeLive, 'sh', ...ends], {
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
  });
  const said: string[] = [];
  socat.stderr.on('data', (bytes: Uint8Array) => said.push(new TextDecoder().decode(bytes)));
  await once(socat, 'spawn');
  try {
    await appeared([vehiclePath, clientPath], socat, said);
  } catch (error) {
    await ended(socat);
    throw error;
  }
  return { vehiclePath, clientPath, close: () => ended(socat) };
}

async function appeared(
  paths: readonly string[],
  socat: ChildProcess,
  said: readonly string[],
): Promise<void> {
  for (let waitedMs = 0; waitedMs < maxWaitMs; waitedMs += pollMs) {
    if (socat.exitCode === noSuchProgram) throw new UsageError(notInstalled);
    if (socat.exitCode !== null) throw new UsageError(`socat ended: ${said.join('').trim()}`);
    const found = await Promise.all(paths.map(exists));
    if (found.every(Boolean)) return;
    await delay(pollMs);
  }
  throw new UsageError(`socat has not made ${paths.join(' and ')} within ${maxWaitMs / 1000} s`);
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Ends socat and who waits for our end, which both hold its output; at once when it has ended already. */
async function ended(socat: ChildProcess): Promise<void> {
  if (socat.exitCode !== null || socat.signalCode !== null) return;
  const closed = once(socat, 'close');
  socat.kill('SIGTERM');
  await closed;
}
