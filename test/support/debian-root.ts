/**
 * A Debian of its own in a folder, for tests that install packages: entered by chroot, nothing of it runs by itself
 * (`booted-debian.ts` boots it). Needs root, debootstrap, and a mirror of Debian for the first root of a day; knows
 * nothing of Starling.
 *
 *     const debian = await DebianRoot.make({ suite: 'trixie', packages: ['chrony'] });
 *     await debian.must('dpkg -i /root/x.deb');
 *     await debian.close();
 *
 * Its files are an overlay over a base that all tests share: changes are in memory, and gone after `close`. Mounts are in
 * a namespace that lives as long as a process that dies with this one: nothing stays mounted, however a test ends.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { chmod, chown, copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Outcome } from './program.js';

export type DebianSuite = 'bookworm' | 'trixie';

export const debianSuites: readonly DebianSuite[] = ['bookworm', 'trixie'];

export type DebianOptions = {
  /** Default: bookworm. */
  readonly suite?: DebianSuite;
  /** Beside `basePackages`; each other list makes another base, which takes most of a minute. */
  readonly packages?: readonly string[];
};

export type RunOptions = {
  /** Default: 60 s; then everything that the command started is killed. */
  readonly timeoutMs?: number;
  /** What it reads from its standard input. */
  readonly input?: string | Uint8Array;
};

type CopyOptions = {
  /** Default: 0o644. */
  readonly mode?: number;
  /** Numbers of the user and the group; default: root's. */
  readonly owner?: readonly [number, number];
};

/** In every base, beside what `debootstrap --variant=minbase` has. */
const basePackages =
  'systemd systemd-sysv dbus udev iproute2 adduser openssh-server procps kmod libstdc++6'.split(' ');

/** Where the root and its parts are mounted, in the namespace of its holder alone. */
const place = '/run/starling-debian';

export const rootPlace = `${place}/root`;

/** Where the tree of control groups is mounted, beside the root. */
export const groupsPlace = `${place}/groups`;

const debootstrapMs = 400_000;

/** BASE. Ends with its standard input. */
const hold = `set -e
mkdir -p ${place}
mount -t tmpfs -o mode=0700 tmpfs ${place}
cd ${place}
mkdir upper work root groups
mount -t overlay -o "lowerdir=$1,upperdir=${place}/upper,workdir=${place}/work" overlay root || cp -a "$1/." root/
mount -t cgroup2 cgroup2 groups
mount -t proc proc root/proc
mount -t tmpfs -o mode=0755 tmpfs root/dev
for name in null zero full random urandom tty; do : >root/dev/$name; mount --bind /dev/$name root/dev/$name; done
mkdir root/dev/pts root/dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts root/dev/pts
mount -t tmpfs -o mode=1777 tmpfs root/dev/shm
ln -s pts/ptmx root/dev/ptmx
ln -s /proc/self/fd root/dev/fd
echo held
exec cat >/dev/null`;

export class DebianRoot {
  readonly suite: DebianSuite;
  /** Its `/`, for file functions of this process. A link with an absolute target in it leads out of it. */
  readonly path: string;
  /** The process in whose mount namespace it is, at `rootPlace`. */
  readonly holderPid: number;
  readonly #holder: ChildProcess;

  private constructor(suite: DebianSuite, holder: ChildProcess, holderPid: number) {
    this.suite = suite;
    this.#holder = holder;
    this.holderPid = holderPid;
    this.path = `/proc/${holderPid}/root${rootPlace}`;
  }

  /** @throws with what debootstrap or mount said. */
  static async make({ suite = 'bookworm', packages = [] }: DebianOptions = {}): Promise<DebianRoot> {
    const base = await makeBase(suite, [...new Set([...basePackages, ...packages])].sort());
    const args = ['--pdeathsig', 'KILL', 'unshare', '--mount', '--propagation', 'private'];
    const holder = spawn('setpriv', [...args, 'sh', '-c', hold, 'sh', base]);
    let said = '';
    for (const stream of [holder.stdout, holder.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk;
      });
    await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit'), once(holder, 'error')]);
    if (holder.pid === undefined || holder.exitCode !== null || !said.includes('held'))
      throw new Error(`a Debian root can not be mounted (are you root?): ${said}`);
    return new DebianRoot(suite, holder, holder.pid);
  }

  /** Runs a command of the shell in it, as root. Rejects when it does not end in time. */
  run(command: string, options: RunOptions = {}): Promise<Outcome> {
    const own = ['unshare', '--pid', '--fork', '--kill-child=KILL', `--mount-proc=${rootPlace}/proc`];
    const chroot = ['chroot', rootPlace, ...shell(command)];
    return runBounded(['nsenter', `--mount=/proc/${this.holderPid}/ns/mnt`, ...own, ...chroot], options);
  }

  /** As `run`, and gives what it printed. @throws with both outputs unless it ends with 0. */
  must(command: string, options: RunOptions = {}): Promise<string> {
    return succeed(command, this.run(command, options));
  }

  /** Copies a file of this machine to a path in it, whose folder is there. */
  async copyIn(from: string, to: string, options: CopyOptions = {}): Promise<void> {
    await copyIn(from, join(this.path, to), options);
  }

  /** `dpkg -i` of packages of this machine; the copies do not stay. */
  async install(...packages: readonly string[]): Promise<Outcome> {
    const copies = packages.map((path) => `/var/tmp/${basename(path)}`);
    for (const [index, path] of packages.entries()) await this.copyIn(path, copies[index] ?? '');
    return this.run(`dpkg -i ${copies.join(' ')}; code=$?; rm ${copies.join(' ')}; exit $code`);
  }

  /** Takes all of it away; what still runs in it is not ended by this. */
  async close(): Promise<void> {
    if (this.#holder.exitCode !== null || this.#holder.signalCode !== null) return;
    const gone = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await gone;
  }
}

export async function copyIn(from: string, to: string, options: CopyOptions): Promise<void> {
  const { mode = 0o644, owner = [0, 0] } = options;
  await copyFile(from, to);
  await chown(to, ...owner);
  await chmod(to, mode);
}

/** What runs a command of the shell with an environment of its own. */
export function shell(command: string): string[] {
  const variables = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root'];
  return ['env', '-i', ...variables, 'LC_ALL=C.UTF-8', 'DEBIAN_FRONTEND=noninteractive', 'sh', '-c', command];
}

/** The path, as the first word, is a program of this machine. */
export function runBounded(
  [program = '', ...args]: readonly string[],
  { timeoutMs = 60_000, input }: RunOptions,
): Promise<Outcome> {
  const options = {
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    cwd: '/',
    maxBuffer: 64 * 1024 * 1024,
  } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number')
        reject(new Error(`not ended well within ${timeoutMs} ms: ${error.message}\n${stdout}${stderr}`));
      else resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
    // Whoever does not read its input ends before all of it is written.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

export async function succeed(command: string, outcome: Promise<Outcome>): Promise<string> {
  const { code, stdout, stderr } = await outcome;
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

/** A folder with the freshly made system; whoever asks for the same meanwhile waits. A base serves for a day. */
async function makeBase(suite: DebianSuite, packages: readonly string[]): Promise<string> {
  const day = new Date().toISOString().slice(0, 10);
  const hash = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 8);
  const bases = join(tmpdir(), 'starling-debian');
  const base = join(bases, `${day}-${suite}-${hash}`);
  if (existsSync(base)) return base;
  mkdirSync(bases, { recursive: true, mode: 0o755 });
  for (const name of readdirSync(bases))
    if (/^\d{4}-/.test(name) && name < previousDay(day)) rmSync(join(bases, name), { recursive: true });
  const make = `set -e
[ ! -e "$1" ] || exit 0
rm -rf "$1.part"
debootstrap --variant=minbase --include="$3" "$2" "$1.part" || { tail -n 20 "$1.part/debootstrap/debootstrap.log"; exit 1; }
chroot "$1.part" apt-get clean
mv "$1.part" "$1"`;
  const lock = ['flock', '--timeout', String(debootstrapMs / 1000), `${base}.lock`];
  const args = [...lock, 'sh', '-c', make, 'sh', base, suite, packages.join(',')];
  await succeed(`debootstrap ${suite}`, runBounded(args, { timeoutMs: debootstrapMs }));
  return base;
}

function previousDay(day: string): string {
  const ms = Date.parse(day) - 24 * 3600 * 1000;
  return new Date(ms).toISOString().slice(0, 10);
}
