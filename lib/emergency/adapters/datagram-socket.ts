/** A UDP socket for short datagrams: one port for IPv4 and IPv6 where this machine has both. Knows no datagram's meaning. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { DatagramEars, DatagramPort } from '../datagram-port.js';

export type DatagramSocketOptions = DatagramEars & {
  /** Address to listen on; undefined: all. */
  readonly host?: string | undefined;
};

/** Opens any free port. @throws the system's own error. */
export async function openDatagramSocket(options: DatagramSocketOptions): Promise<DatagramPort> {
  const { host, onDatagram, onError } = options;
  const socket = await bind(host);
  const isV6 = isIPv6(socket.address().address);
  let isOpen = true;
  socket.on('error', (error) => onError(error.message));
  socket.on('message', (datagram, from) => isOpen && onDatagram(datagram, from));
  return {
    port: socket.address().port,
    send(datagram, { address, port }) {
      if (!isOpen) return;
      const to = isV6 && !isIPv6(address) ? `::ffff:${address}` : address;
      socket.send(datagram, port, to, () => undefined);
    },
    close() {
      if (isOpen) socket.close();
      isOpen = false;
    },
  };
}

/** Orders to a whole fleet leave at once: what finds no room here comes later or never, bytes. Linux gives what it allows. */
const sendBufferSize = 1 << 20;

async function bind(host: string | undefined): Promise<Socket> {
  if (host !== undefined && host !== '0.0.0.0') return bound(isIPv6(host) ? 'udp6' : 'udp4', host);
  // A machine may have no IPv6 at all.
  return bound('udp6', '::').catch(() => bound('udp4', '0.0.0.0'));
}

async function bound(type: 'udp4' | 'udp6', address: string): Promise<Socket> {
  // Addresses need no name service: they are sent to in the same turn.
  const lookup = (
    host: string,
    _options: unknown,
    done: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
  ) => done(null, host, type === 'udp6' ? 6 : 4);
  const socket = createSocket({ type, lookup, sendBufferSize });
  try {
    const listening = once(socket, 'listening');
    socket.bind({ port: 0, address });
    await listening;
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}
