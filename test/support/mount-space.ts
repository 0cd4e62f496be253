/**
 * A mount namespace of its own with an empty folder in memory, for tests that mount disks and make them read-only. Ends,
 * with all mounts, when this process does. Needs root; knows nothing of what is mounted.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { runBounded, succeed } from './debian-root.js';

const place = '/run/starling-mounts';

const hold = `set -e
mkdir -p ${place}
mount -t tmpfs tmpfs ${place}
echo held
exec cat >/dev/null`;

export class MountSpace {
  readonly #holder: ChildProcess;
  readonly #pid: number;

  private constructor(holder: ChildProcess, pid: number) {
    this.#holder = holder;
    this.#pid = pid;
  }

  static async open(): Promise<MountSpace> {
    const args = ['--pdeathsig', 'KILL', 'unshare', '--mount', '--propagation', 'private', 'sh', '-c', hold];
    const holder = spawn('setpriv', args, { stdio: ['pipe', 'pipe', 'inherit'] });
    await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')]);
    if (holder.pid === undefined || holder.exitCode !== null) throw new Error('no mounts without root');
    return new MountSpace(holder, holder.pid);
  }

  /** The path of a name in the folder, in the namespace. */
  inside(name: string): string {
    return `${place}/${name}`;
  }

  /** The same, for this process. */
  path(name: string): string {
    return `/proc/${this.#pid}/root${place}/${name}`;
  }

  /** Put before a command that is to run in it. */
  get prefix(): readonly string[] {
    return ['nsenter', `--mount=/proc/${this.#pid}/ns/mnt`];
  }

  /** Runs a command of the shell in the folder. @throws with what it said. */
  must(command: string): Promise<string> {
    const script = `set -e; cd ${place}; ${command}`;
    return succeed(command, runBounded([...this.prefix, 'sh', '-c', script], {}));
  }

  async close(): Promise<void> {
    if (this.#holder.exitCode !== null || this.#holder.signalCode !== null) return;
    const gone = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await gone;
  }
}
