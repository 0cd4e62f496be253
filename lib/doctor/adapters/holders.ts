/** Finds the programs that hold sockets and devices, by what Linux tells this user of them. Opens none of these. */
import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import type { Holder } from '../port.js';

/** Of a command line, characters that are kept. */
const maxCommandLength = 500;

/** `st_dev` as Linux packs it. Source: glibc, makedev(3). */
function deviceName(dev: number): string {
  const major = (dev >>> 8) & 0xfff;
  const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00);
  return [major, minor].map((part) => part.toString(16).padStart(2, '0')).join(':');
}

/**
 * Who has the file or device open: by the open files of the programs that this user may look at, and by the locks of
 * all of them. Undefined: nobody, as far as can be seen. Source: Linux, proc_pid_fd(5), proc_locks(5).
 */
export async function holderOfFile(path: string): Promise<Holder | undefined> {
  const target = await realpath(path);
  // Who made a pseudo-terminal is its other end: no rival for this one.
  const isMaker = (links: readonly string[]) => target.startsWith('/dev/pts/') && links.some(isTerminalMaker);
  const holds = (links: readonly string[]) => links.includes(target) && !isMaker(links);
  const pid = (await pidWith(holds)) ?? (await pidOfLock(target));
  return pid === undefined ? undefined : describe(pid);
}

/** Who listens on that port. Source: Linux, proc_net_tcp(5): local address, state 0A listens; UDP 07. */
export async function holderOfPort(protocol: 'TCP' | 'UDP', port: number): Promise<Holder | undefined> {
  const [kind, state] = protocol === 'TCP' ? ['tcp', '0A'] : ['udp', '07'];
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const texts = await Promise.all([`/proc/net/${kind}`, `/proc/net/${kind}6`].map(readText));
  const links = texts
    .flatMap((text) => text.split('\n'))
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words[1]?.endsWith(end) && words[3] === state)
    .map((words) => `socket:[${words[9]}]`);
  if (links.length === 0) return undefined;
  const pid = await pidWith((open) => open.some((link) => links.includes(link)));
  return pid === undefined ? undefined : describe(pid);
}

/** Whether some program of this computer is connected to that TCP port, here or elsewhere. State 01: established. */
export async function hasConnectionTo(port: number): Promise<boolean> {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const texts = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readText));
  const lines = texts.flatMap((text) => text.split('\n')).map((line) => line.trim().split(/\s+/));
  return lines.some((words) => words[2]?.endsWith(end) && words[3] === '01');
}

function isTerminalMaker(link: string): boolean {
  return link === '/dev/ptmx' || link === '/dev/pts/ptmx';
}

/** `isSought`: of all that a program has open. */
async function pidWith(isSought: (links: readonly string[]) => boolean): Promise<number | undefined> {
  const own = String(process.pid);
  const pids = (await namesIn('/proc')).filter((name) => /^\d+$/.test(name) && name !== own);
  for (const pid of pids) {
    const folder = `/proc/${pid}/fd`;
    const links = await Promise.all((await namesIn(folder)).map((fd) => readLink(`${folder}/${fd}`)));
    if (isSought(links)) return Number(pid);
  }
  return undefined;
}

async function pidOfLock(path: string): Promise<number | undefined> {
  const { dev, ino } = await stat(path);
  const name = `${deviceName(dev)}:${ino}`;
  const lines = (await readText('/proc/locks')).split('\n').map((line) => line.trim().split(/\s+/));
  const pid = Number(lines.find((words) => words[5] === name)?.[4]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** Node's own name says nothing: the program that it runs does. */
async function describe(pid: number): Promise<Holder> {
  const words = (await readText(`/proc/${pid}/cmdline`)).split('\0').filter((word) => word !== '');
  const [first = 'a program', ...rest] = words.map((word) => word.split('/').at(-1) ?? word);
  const command = first === 'node' && rest.length > 0 ? rest : [first, ...rest];
  return { pid, command: command.join(' ').slice(0, maxCommandLength) };
}

/** Programs end while they are looked at, and those of others are not shown. */
function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

function readLink(path: string): Promise<string> {
  return readlink(path).catch(() => '');
}
