/** What a service tells the manager that started it, and how: names and shapes of systemd's protocol. Pure. */

/** Told in one datagram; what is absent is not said. Source: sd_notify(3). */
export type Notice = {
  /** The service has begun. */
  readonly ready?: true;
  /** The service ends. */
  readonly stopping?: true;
  /** It lives: to be said again within the manager's limit. */
  readonly watchdog?: true;
  /** For people who ask for the service's state. */
  readonly status?: string;
};

/** The port to it: never waits, never throws. */
export interface ServiceManager {
  /** Without a sign of life for so long it ends the service and starts it anew, ms; undefined: it does not watch. */
  readonly watchdogMs: number | undefined;
  /** False when the manager did not take it: its queue is full, as at a busy boot. */
  tell(notice: Notice): boolean;
  close(): void;
}

/** Longest status, characters. */
const maxStatus = 200;

export function noticeText({ ready, stopping, watchdog, status }: Notice): string {
  const lines = [
    ...(ready ? ['READY=1'] : []),
    ...(stopping ? ['STOPPING=1'] : []),
    ...(watchdog ? ['WATCHDOG=1'] : []),
    // What a peer calls itself must not begin a line of its own.
    ...(status === undefined
      ? []
      : [`STATUS=${status.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, maxStatus)}`]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

export type ServiceEnvironment = {
  readonly NOTIFY_SOCKET?: string | undefined;
  readonly WATCHDOG_USEC?: string | undefined;
  readonly WATCHDOG_PID?: string | undefined;
};

/** The manager's limit for this process; undefined where it sets none. Source: sd_watchdog_enabled(3). */
export function watchdogLimitMs(
  { WATCHDOG_USEC: limit, WATCHDOG_PID: watched }: ServiceEnvironment,
  pid: number,
): number | undefined {
  if (limit === undefined || !/^[1-9]\d{0,14}$/.test(limit)) return undefined;
  if (watched !== undefined && watched !== String(pid)) return undefined;
  return Number(limit) / 1000;
}

/** Source: unix(7). */
const unixFamily = 1;
const maxPathBytes = 108;

/**
 * A `struct sockaddr_un` for the address that the manager gave: a path, or `@NAME` for one that is in no folder. Undefined
 * for what is neither.
 */
export function unixAddress(name: string): Uint8Array | undefined {
  const isAbstract = name.startsWith('@');
  if (!isAbstract && !name.startsWith('/')) return undefined;
  const path = new TextEncoder().encode(name);
  // A path ends with a zero; a name of the other kind has its zero first, and its length is the address'.
  const room = isAbstract ? maxPathBytes : maxPathBytes - 1;
  if (path.length < 2 || path.length > room || path.includes(0)) return undefined;
  if (isAbstract) path[0] = 0;
  const family = new Uint8Array(new Uint16Array([unixFamily]).buffer);
  return Uint8Array.from([...family, ...path, ...(isAbstract ? [] : [0])]);
}
