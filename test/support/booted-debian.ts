/**
 * A `DebianRoot` that was booted: its own systemd is process 1 in namespaces of its own, on the kernel of this machine.
 * For tests of services, of updates that a power cut ends, and of what ssh finds on a drone. Knows nothing of Starling.
 *
 *     const root = await DebianRoot.make();
 *     const debian = await BootedDebian.boot(root, { network: 'cable' });
 *     await debian.must('systemctl start ssh');       // ssh root@${debian.address}
 *     await debian.powerCut();
 *     await debian.boot();                            // the same files again
 *     await debian.close();
 *     await root.close();
 *
 * It has no udev, no module of the kernel and no clock of its own to set. /run and /tmp are new at each boot; the journal
 * stays. It dies with this process.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  copyIn,
  type DebianRoot,
  groupsPlace,
  type RunOptions,
  rootPlace,
  runBounded,
  shell,
  succeed,
} from './debian-root.js';
import type { Outcome } from './program.js';
import { until } from './until.js';

/**
 * `host`: the network of this process, 127.0.0.1 and its ports included. `own`: nothing but a 127.0.0.1 of its own.
 * `cable`: as `own`, and `eth0` with `address`, at whose other end this process is as `hostAddress`.
 */
type BootNetwork = 'host' | 'own' | 'cable';

export type BootOptions = {
  /** Default: own. */
  readonly network?: BootNetwork;
  /** Default: drone-pi. */
  readonly hostname?: string;
};

const bootMs = 60_000;

/** GROUP HOSTNAME NETWORK. Tells the number that the first process has outside. */
const start = `set -e
read -r pid rest </proc/self/stat
mkdir -p "${groupsPlace}/$1"
echo $$ >"${groupsPlace}/$1/cgroup.procs"
cd ${rootPlace}
umount proc
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=0755 tmpfs run
cat /proc/sys/kernel/random/uuid >run/boot-id
mount --bind run/boot-id proc/sys/kernel/random/boot_id
mount -t tmpfs -o mode=1777 tmpfs tmp
hostname "$2"
echo "$2" >etc/hostname
[ "$3" = host ] || ip link set lo up
echo "first $pid"
if [ "$3" = cable ]; then
  tries=0
  until ip link show eth0 >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 500 ] || { echo 'nobody plugs in the cable'; exit 1; }
    sleep 0.02
  done
fi
exec unshare --cgroup sh -c 'mount -t cgroup2 cgroup2 sys/fs/cgroup
exec env -i container=starling-test PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot . /lib/systemd/systemd \
--log-target=journal --show-status=no systemd.unified_cgroup_hierarchy=1'`;

type Running = { readonly child: ChildProcess; readonly pid: number };

export class BootedDebian {
  readonly root: DebianRoot;
  readonly #options: Required<BootOptions>;
  #running: Running | undefined;
  #said = '';

  private constructor(root: DebianRoot, options: BootOptions) {
    this.root = root;
    this.#options = { network: 'own', hostname: 'drone-pi', ...options };
  }

  /** Gives it when systemd has started what it starts. @throws with what it said, after a minute at the latest. */
  static async boot(root: DebianRoot, options: BootOptions = {}): Promise<BootedDebian> {
    const debian = new BootedDebian(root, options);
    await debian.boot();
    return debian;
  }

  /** Its `/`, with what is mounted in it, for file functions of this process; only while it runs. */
  get path(): string {
    return `/proc/${this.pid}/root`;
  }

  /** Number of its process 1, outside. */
  get pid(): number {
    if (!this.#running) throw new Error('this Debian does not run: call boot()');
    return this.#running.pid;
  }

  /** With `cable`: where it is reached. */
  get address(): string {
    return this.#addressOf(2);
  }

  /** With `cable`: where it reaches this process. */
  get hostAddress(): string {
    return this.#addressOf(1);
  }

  /** Boots it (again). */
  async boot(): Promise<void> {
    if (this.#running) throw new Error('this Debian runs: end it before it is booted again');
    this.#prepare();
    const { network, hostname } = this.#options;
    const spaces = ['--pid', '--mount', '--uts', '--ipc', ...(network === 'host' ? [] : ['--net'])];
    const unshare = ['unshare', '--fork', '--kill-child=KILL', '--propagation', 'private', ...spaces];
    const enter = ['nsenter', `--mount=/proc/${this.root.holderPid}/ns/mnt`, ...unshare];
    const args = ['--pdeathsig', 'KILL', ...enter, 'sh', '-c', start, 'sh', this.#group, hostname, network];
    this.#said = '';
    const child = spawn('setpriv', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#said += chunk;
      });
    try {
      await this.#waitUntilUp(child);
    } catch (error) {
      child.kill('SIGKILL');
      this.#running = undefined;
      throw error;
    }
  }

  /** Runs a command of the shell in it, as root. Rejects when it does not end in time. */
  run(command: string, options: RunOptions = {}): Promise<Outcome> {
    return runBounded(
      ['nsenter', '--target', String(this.pid), '--all', '--root', '--wd=/', ...shell(command)],
      options,
    );
  }

  /** As `run`, and gives what it printed. @throws with both outputs unless it ends with 0. */
  must(command: string, options: RunOptions = {}): Promise<string> {
    return succeed(command, this.run(command, options));
  }

  /** Copies a file of this machine to a path in it, whose folder is there; into /run and /tmp too. */
  async copyIn(from: string, to: string, options: Parameters<DebianRoot['copyIn']>[2] = {}): Promise<void> {
    await copyIn(from, join(this.path, to), options);
  }

  /** What its journal has, of one unit or of all, since the last boot. */
  journal(unit?: string): Promise<string> {
    const of = unit === undefined ? '' : ` --unit ${unit}`;
    return this.must(`journalctl --boot --no-pager --output=cat${of}`);
  }

  /**
   * Everything in it ends at once, with nothing said to it; files stay as they are. What was written but not yet flushed
   * stays too, for the kernel lives on.
   */
  async powerCut(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    const { child, pid } = running;
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    process.kill(pid, 'SIGKILL');
    await gone;
    const group = `find ${groupsPlace}/${this.#group} -depth -type d -exec rmdir {} ';'`;
    const enter = ['nsenter', `--mount=/proc/${this.root.holderPid}/ns/mnt`];
    await succeed(group, runBounded([...enter, 'sh', '-c', group], {}));
  }

  /** Ends it; its root stays. */
  async close(): Promise<void> {
    await this.powerCut();
  }

  async #waitUntilUp(child: ChildProcess): Promise<void> {
    const first = () => /^first (\d+)$/m.exec(this.#said)?.[1];
    const saidSo = () => `a booted Debian: ${this.#said}`;
    await until(() => first() !== undefined || child.exitCode !== null, bootMs, saidSo);
    this.#running = { child, pid: Number(first()) };
    if (this.#options.network === 'cable') this.#plugIn();
    await until(
      async () => {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(saidSo());
        const { stdout } = await this.run('systemctl is-system-running', { timeoutMs: bootMs });
        return /^(?:running|degraded)$/m.test(stdout);
      },
      bootMs,
      saidSo,
    );
  }

  #plugIn(): void {
    const device = `pi${this.root.holderPid}`;
    const ip = (...args: readonly string[]) => execFileSync('ip', args);
    const inside = ['-t', String(this.pid), '-n', 'ip'];
    ip('link', 'add', device, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(this.pid));
    ip('addr', 'add', `${this.hostAddress}/30`, 'dev', device);
    ip('link', 'set', device, 'up');
    execFileSync('nsenter', [...inside, 'addr', 'add', `${this.address}/30`, 'dev', 'eth0']);
    execFileSync('nsenter', [...inside, 'link', 'set', 'eth0', 'up']);
  }

  /** Of a network of four addresses, another one for each root. Source: RFC 2544, addresses for tests. */
  #addressOf(end: 1 | 2): string {
    const slot = this.root.holderPid % (1 << 14);
    return `198.18.${slot >> 6}.${(slot & 0x3f) * 4 + end}`;
  }

  get #group(): string {
    return `starling-test-${this.root.holderPid}`;
  }

  /** A name for itself, that systemd keeps, and a journal that stays. */
  #prepare(): void {
    const { path } = this.root;
    if (!existsSync(join(path, 'etc/machine-id'))) writeFileSync(join(path, 'etc/machine-id'), '');
    mkdirSync(join(path, 'var/log/journal'), { recursive: true });
  }
}
