/** Is this computer fit: Node, memory, disk, clock, network? Pure: what was read of it is an argument. */
import type { Ipv4Interface } from '../discovery/targets.js';
import { type Finding, ok, problem, warning } from './finding.js';

const bytesPerMb = 1_000_000;
const leastNodeMajor = 20;

/** A client takes up to 120 MB, a server of a large fleet more. */
const fewMemoryMb = 150;
const littleMemoryMb = 300;

/** Without a battery for its clock a computer wakes up in 1970, or on the day when its system was made. */
const earliestUtcMs = Date.UTC(2026, 0, 1);
const latestUtcMs = Date.UTC(2100, 0, 1);

/** `version`: as Node says it, `22.1.0`. */
export function judgeNode(version: string): Finding {
  const major = Number.parseInt(version, 10);
  if (major >= leastNodeMajor) return ok('Node', version);
  return problem(
    'Node',
    `${version}: too old`,
    `install Node ${leastNodeMajor} or newer, or the package that brings its own`,
  );
}

/** `availableBytes`: what programs could be given now. */
export function judgeMemory({ availableBytes, totalBytes }: Memory): Finding {
  const availableMb = availableBytes / bytesPerMb;
  const text = `${availableMb.toFixed(0)} of ${(totalBytes / bytesPerMb).toFixed(0)} MB are free`;
  const todo = 'end what else runs on this computer (a desktop, a browser)';
  if (availableMb < fewMemoryMb) return problem('memory', text, todo);
  return availableMb < littleMemoryMb ? warning('memory', text, todo) : ok('memory', text);
}

export type Memory = { readonly availableBytes: number; readonly totalBytes: number };

/** A folder, or where it is to be made. */
export type Folder = {
  readonly path: string;
  readonly isThere: boolean;
  /** By whoever runs this; of one that is to be made: whether it can be. */
  readonly isWritable: boolean;
  /** Of its disk; undefined where the system does not say. */
  readonly freeBytes: number | undefined;
};

export type FolderNeeds = {
  /** What the folder is to whoever reads it. */
  readonly name: string;
  /** Less than this is a problem. */
  readonly leastBytes: number;
  /** Less than this makes do, without all that is to be kept. */
  readonly enoughBytes: number;
  /** Which options ask for that room. */
  readonly options: string;
};

/** Two findings: may it be written, and is there room. */
export function judgeFolder({ path, isThere, isWritable, freeBytes }: Folder, needs: FolderNeeds): Finding[] {
  const { name, leastBytes, enoughBytes, options } = needs;
  const writable = isWritable
    ? ok(name, isThere ? `${path} can be written` : `${path} is not there yet, and can be made`)
    : problem(
        name,
        `${path} can not be written by this user`,
        'run this as the user that starling runs as; or give that user the folder: sudo chown -R USER FOLDER',
      );
  if (freeBytes === undefined)
    return [writable, warning('disk', `how much room ${path} has is not known`, 'look at it: df -h')];
  const text = `${mb(freeBytes)} are free at ${path}`;
  const todo = `make room: delete what is old, or ask for less with ${options} (${mb(enoughBytes)} would do)`;
  if (freeBytes < leastBytes) return [writable, problem('disk', `${text}: too few`, todo)];
  if (freeBytes < enoughBytes)
    return [writable, warning('disk', `${text}, fewer than recordings may take`, todo)];
  return [writable, ok('disk', text)];
}

function mb(bytes: number): string {
  return `${(bytes / bytesPerMb).toFixed(0)} MB`;
}

/** Who keeps the clock of this computer; `by` undefined: nobody that is known of. */
export type TimeKeeper =
  | { readonly by: 'chrony' | 'systemd-timesyncd'; readonly isSynchronized: boolean; readonly text: string }
  | { readonly by: undefined; readonly text: string };

export function judgeClock(utcMs: number, keeper: TimeKeeper): Finding[] {
  const date = new Date(utcMs).toISOString().slice(0, 19);
  const isSet = utcMs > earliestUtcMs && utcMs < latestUtcMs;
  const clock = isSet
    ? ok('clock', `${date} UTC`)
    : problem(
        'clock',
        `it says ${date} UTC: nobody has set it`,
        'set it: sudo date -u -s "YYYY-MM-DD HH:MM:SS"',
      );
  return [clock, judgeKeeper(keeper)];
}

function judgeKeeper(keeper: TimeKeeper): Finding {
  if (keeper.by === undefined)
    return ok('time', `kept by nobody (${keeper.text}): the server's clock is the time of the show`);
  if (keeper.isSynchronized) return ok('time', keeper.text);
  return warning(
    'time',
    keeper.text,
    'without a network that is as it should be: drones follow the server. With one: look at "chronyc sources", and name a source that answers',
  );
}

/** `isDrones`: of a drone, which is nothing without a network. */
export function judgeNetwork(interfaces: readonly Ipv4Interface[], isDrones: boolean): Finding {
  const outside = interfaces.filter(({ isInternal }) => !isInternal);
  const text = outside
    .map(({ name, address, netmask }) => `${name} ${address}/${bitsOf(netmask)}`)
    .join(', ');
  if (outside.length === 0) {
    const none = 'no address but that of this computer itself';
    return isDrones
      ? problem(
          'network',
          none,
          'join the Wi-Fi of the show: nmcli device wifi connect SSID password PASSWORD',
        )
      : warning(
          'network',
          none,
          'enough for "starling demo"; for drones join their network, or open an access point',
        );
  }
  const canBroadcast = outside.some(({ netmask }) => bitsOf(netmask) <= 30);
  if (canBroadcast) return ok('network', text);
  return warning('network', `${text}: none of these networks has a broadcast address`, nameTheServer);
}

const nameTheServer =
  "servers are not found there: name the server to the drones, [SERVER] host in each drone's configuration";

function bitsOf(netmask: string): number {
  return netmask
    .split('.')
    .map((byte) => [...Number(byte).toString(2)].filter((bit) => bit === '1').length)
    .reduce((sum, bits) => sum + bits, 0);
}
