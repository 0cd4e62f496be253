/**
 * A network of its own for a measurement: this process on one side, the drones on the other, the kernel's rate and loss
 * between them. Needs root and Debian's iproute2, util-linux and, for losses, nftables. All of it is gone with the processes.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './rig.js';
import { until } from './rows.js';

export type NetworkOptions = {
  /** Of each direction, as `tc` takes them: rate, what goes at once, and what may wait. */
  readonly rate: string;
  readonly burst: string;
  readonly limit: string;
  /** Of the packets of each direction, in thousandths. */
  readonly lossPermille?: number;
};

const link = 'files0';
const host = '10.79.0.1';
const farHost = '10.79.0.2';

/** Debian packages of the commands. */
const packages: { readonly [command: string]: string } = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  ip: 'iproute2',
  tc: 'iproute2',
  nft: 'nftables',
};

/** What is missing here, and how it is had; undefined when nothing is. */
export function missingForNetwork(hasLoss: boolean): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root, for a network namespace of its own';
  const wanted = Object.keys(packages).filter((command) => hasLoss || command !== 'nft');
  const missing = wanted.find((command) => !isThere(command));
  return missing && `needs ${missing}: apt-get install ${packages[missing]}`;
}

export class Network {
  readonly place: Place;
  readonly #holder: ChildProcess;
  readonly #far: readonly string[];

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
    this.#far = ['nsenter', `--net=/proc/${holder.pid}/ns/net`];
    this.place = { host, far: this.#far };
  }

  /** This process must have been started in a namespace of its own. @throws Error when it was not, or tools fail. */
  static async open({ rate, burst, limit, lossPermille = 0 }: NetworkOptions): Promise<Network> {
    const own = namespaceOf('self');
    if (own === namespaceOf(process.ppid))
      throw new Error('the network of this machine is not for measurements');
    // It lives for as long as its input is open: not longer than this process, however that ends.
    const holder = spawn('unshare', ['--net', 'cat'], { stdio: ['pipe', 'ignore', 'inherit'] });
    const network = new Network(holder);
    try {
      await until(() => holder.pid !== undefined && namespaceOf(holder.pid) !== own);
      run('ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', link, 'netns', String(holder.pid));
      for (const [prefix, address] of [
        [[], host],
        [network.#far, farHost],
      ] as const) {
        run(...prefix, 'ip', 'addr', 'add', `${address}/24`, 'dev', link);
        for (const name of ['lo', link]) run(...prefix, 'ip', 'link', 'set', name, 'up');
        const shape = ['rate', rate, 'burst', burst, 'limit', limit];
        run(...prefix, 'tc', 'qdisc', 'add', 'dev', link, 'root', 'tbf', ...shape);
        if (lossPermille > 0) lose(prefix, lossPermille);
      }
    } catch (error) {
      network.close();
      throw error;
    }
    return network;
  }

  /** Packets that were lost so far, and all that came, in both directions. */
  lost(): { readonly lost: number; readonly all: number } {
    const packets = [[], this.#far].flatMap((prefix) =>
      [...run(...prefix, 'nft', 'list', 'ruleset').matchAll(/counter packets (\d+)/g)].map(([, count]) =>
        Number(count),
      ),
    );
    const [allHere = 0, lostHere = 0, allThere = 0, lostThere = 0] = packets;
    return { lost: lostHere + lostThere, all: allHere + allThere };
  }

  close(): void {
    this.#holder.kill('SIGKILL');
  }
}

/** Drops what comes in: to the sender it is lost on the way. */
function lose(prefix: readonly string[], permille: number): void {
  for (const rule of [
    'add table ip losses',
    'add chain ip losses in { type filter hook input priority 0; }',
    `add rule ip losses in iifname ${link} counter`,
    `add rule ip losses in iifname ${link} numgen random mod 1000 < ${permille} counter drop`,
  ])
    run(...prefix, 'nft', rule);
}

function run(...words: string[]): string {
  const [command = '', ...rest] = words;
  return execFileSync(command, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function namespaceOf(process: number | 'self'): string {
  return readlinkSync(`/proc/${process}/ns/net`);
}

function isThere(command: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, command)));
}
