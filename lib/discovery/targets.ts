/** Where a server's announcements go, and which address each of them names. Pure: interfaces are an argument. */
import { ConfigError } from '../errors.js';

/** An IPv4 address of this machine, with its network. */
export type Ipv4Interface = {
  readonly name: string;
  readonly address: string;
  readonly netmask: string;
  /** True for loopback. */
  readonly isInternal: boolean;
};

/** One datagram: where to, and the address of this machine that it names and is sent from. */
export type BroadcastTarget = { readonly address: string; readonly host: string };

export type TargetOptions = {
  /** The address that the server listens on; `0.0.0.0` or `::` for all of them. */
  readonly bind: string;
  /** `[BROADCAST] send_ip`. */
  readonly sendIp: string;
  readonly interfaces: readonly Ipv4Interface[];
};

const everywhere = '255.255.255.255';
const loopbackBroadcast = '127.255.255.255';

/**
 * The targets, each once. A server on loopback stays there; one on every address is found on its own machine too, with
 * or without a network. 255.255.255.255 stands for every interface, each with its
 * directed broadcast as well: a network without a default route refuses the first. Any other `send_ip` is taken as it is.
 * @throws ConfigError when `send_ip` is not an IPv4 address.
 */
export function broadcastTargets({ bind, sendIp, interfaces }: TargetOptions): BroadcastTarget[] {
  const sendTo = ipv4Number(sendIp);
  if (sendTo === undefined)
    throw new ConfigError(`[BROADCAST] send_ip: an IPv4 address is expected, not "${sendIp}"`);
  if (isLoopback(bind)) return [{ address: loopbackBroadcast, host: bind }];
  if (isLoopback(sendIp)) return [{ address: sendIp, host: '127.0.0.1' }];
  const usable = interfacesOf(bind, interfaces);
  if (sendIp !== everywhere) {
    const host = (usable.find((item) => isInNetwork(item, sendTo)) ?? usable[0])?.address;
    return host === undefined ? [] : [{ address: sendIp, host }];
  }
  const networks = usable.flatMap((item) =>
    [everywhere, directedBroadcast(item)]
      .filter((address) => address !== undefined)
      .map((address) => ({ address, host: item.address })),
  );
  return isAnyAddress(bind) ? [...networks, { address: loopbackBroadcast, host: '127.0.0.1' }] : networks;
}

/** The addresses of this machine on which mDNS is spoken: loopback alone for a server or client that stays there. */
export function mdnsAddresses(bind: string, interfaces: readonly Ipv4Interface[]): string[] {
  return isLoopback(bind) ? [bind] : interfacesOf(bind, interfaces).map(({ address }) => address);
}

/** True for 127.0.0.0/8. */
export function isLoopback(address: string): boolean {
  const value = ipv4Number(address);
  return value !== undefined && value >>> 24 === 127;
}

function interfacesOf(bind: string, interfaces: readonly Ipv4Interface[]): Ipv4Interface[] {
  return interfaces.filter(
    ({ isInternal, address }) => !isInternal && (isAnyAddress(bind) || address === bind),
  );
}

function isAnyAddress(bind: string): boolean {
  return bind === '0.0.0.0' || bind === '::' || bind === '';
}

/** Undefined for a network without one: a single address, or a pair. */
function directedBroadcast({ address, netmask }: Ipv4Interface): string | undefined {
  const own = ipv4Number(address);
  const mask = ipv4Number(netmask);
  if (own === undefined || mask === undefined || mask >= 0xffff_fffe) return undefined;
  return ipv4Text((own | ~mask) >>> 0);
}

function isInNetwork({ address, netmask }: Ipv4Interface, other: number): boolean {
  const own = ipv4Number(address);
  const mask = ipv4Number(netmask);
  return own !== undefined && mask !== undefined && (own & mask) === (other & mask);
}

function ipv4Number(text: string): number | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return undefined;
  const bytes = text.split('.').map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

function ipv4Text(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.');
}
