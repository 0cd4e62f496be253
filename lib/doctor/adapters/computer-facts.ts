/** Reads what is to be known of this computer: memory, folders, who keeps its clock. Changes nothing and judges nothing. */
import { access, constants, readFile, stat, statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { errorCode } from '../../errors.js';
import type { Clock } from '../../time/clock.js';
import { OsClock } from '../../time/ntp/adapters/os-clock.js';
import type { Folder, Memory, TimeKeeper } from '../computer.js';

const bytesPerKib = 1024;

/** What may be given to programs, caches included, where the system says that. Source: Linux, proc_meminfo(5). */
export async function readMemory(): Promise<Memory> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(absent);
  const [, kib] = /^MemAvailable:\s+(\d+) kB$/m.exec(text ?? '') ?? [];
  return {
    availableBytes: kib === undefined ? freemem() : Number(kib) * bytesPerKib,
    totalBytes: totalmem(),
  };
}

/** A folder as it is; of one that is missing, the nearest that is there. @throws the file system's own error. */
export async function readFolder(path: string): Promise<Folder> {
  const folder = resolve(path);
  const nearest = await nearestThere(folder);
  const [isWritable, disk] = await Promise.all([mayWrite(nearest), statfs(nearest).catch(absent)]);
  return {
    path: folder,
    isThere: nearest === folder,
    isWritable: isWritable && (await stat(nearest)).isDirectory(),
    freeBytes: disk && disk.bavail * disk.bsize,
  };
}

async function nearestThere(path: string): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    (error: unknown) => {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return false;
      throw error;
    },
  );
  return isThere || dirname(path) === path ? path : nearestThere(dirname(path));
}

function mayWrite(path: string): Promise<boolean> {
  return access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** There once the clock was set from outside. Source: systemd-timesyncd.service(8), Files. */
const timesyncMark = '/run/systemd/timesync/synchronized';
const timesyncFolder = '/run/systemd/timesync';

export async function readTimeKeeper(clock: Clock): Promise<TimeKeeper> {
  const chrony = new OsClock({ clock });
  try {
    await chrony.refresh();
    const { state, text } = chrony;
    if (state.type === 'disciplined') return { by: 'chrony', isSynchronized: true, text };
    const why = text.replace(/^the OS clock is the reference: /, '');
    if (why.startsWith('chrony runs')) return { by: 'chrony', isSynchronized: false, text: why };
    return (await readTimesync()) ?? { by: undefined, text: why };
  } finally {
    chrony.close();
  }
}

async function readTimesync(): Promise<TimeKeeper | undefined> {
  const by = 'systemd-timesyncd';
  if (await stat(timesyncMark).catch(absent))
    return { by, isSynchronized: true, text: `kept by ${by}, which was synchronized since the start` };
  if (await stat(timesyncFolder).catch(absent))
    return { by, isSynchronized: false, text: `${by} runs and has reached no source of time yet` };
  return undefined;
}

/** What the system refuses to say is absent. */
function absent(): undefined {
  return undefined;
}
