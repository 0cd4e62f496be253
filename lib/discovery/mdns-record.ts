/** A server as mDNS tells of it: names and TXT values. Knows no socket. */

/** What a server says of itself by mDNS. */
export type MdnsServer = {
  readonly host: string;
  readonly port: number;
  readonly id: string;
  /** Of the software; undefined when not said. */
  readonly version: string | undefined;
  /** `open` or `psk`; undefined when not said. */
  readonly security: string | undefined;
  /** Where it answers NTP; undefined when it does not. */
  readonly ntpPort: number | undefined;
};

/** `_starling._tcp`. */
export const mdnsType = 'starling';

/** Longest label of a domain name, bytes. Source: RFC 1035, 2.3.4. */
const maxLabelBytes = 63;

/** The service's name: one server's own, so that no two conflict. */
export function mdnsName(id: string): string {
  return `starling-${id.replace(/[^A-Za-z0-9-]/g, '-')}`.slice(0, maxLabelBytes);
}

export function mdnsTxt({ id, version, security, ntpPort }: Omit<MdnsServer, 'host' | 'port'>): {
  [key: string]: string;
} {
  return {
    id,
    ...(version !== undefined && { v: version }),
    ...(security !== undefined && { sec: security }),
    ...(ntpPort !== undefined && { ntp: String(ntpPort) }),
  };
}

/** Reads what a browser found; undefined when it is no server of ours. `host` is the address that the answer came from. */
export function readMdnsService(service: {
  readonly host: string | undefined;
  readonly port: unknown;
  readonly txt: unknown;
}): MdnsServer | undefined {
  const { host, port, txt } = service;
  if (host === undefined || !isPort(port)) return undefined;
  const id = textOf(txt, 'id');
  if (id === undefined || !/^[^\p{C}]{1,200}$/u.test(id)) return undefined;
  const ntpPort = Number(textOf(txt, 'ntp'));
  return {
    host,
    port,
    id,
    version: textOf(txt, 'v'),
    security: textOf(txt, 'sec'),
    ntpPort: isPort(ntpPort) ? ntpPort : undefined,
  };
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;
}

function textOf(txt: unknown, key: string): string | undefined {
  if (typeof txt !== 'object' || txt === null || !Object.hasOwn(txt, key)) return undefined;
  const value: unknown = Reflect.get(txt, key);
  return typeof value === 'string' ? value : undefined;
}
