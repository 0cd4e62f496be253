/** Opens the Lacewing gateway's port for TCP (or TLS) and for UDP. Knows sockets; not what is said. */
import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import { formatHostPort } from '../../../../lib/host-port.js';
import { lacewingPort } from '../../../../lib/protocols/lacewing/index.js';
import { cannotOpen, type Listener, listen } from '../../adapters/listen.js';
import type { GatewayOptions } from '../../gateway.js';
import { lacewingGateway } from '../house.js';
import { BlastSocket } from './blast-socket.js';

/** How often another free port is tried where the UDP half of one is taken. */
const maxTries = 10;

type PortOptions = Pick<GatewayOptions, 'host' | 'log' | 'tls'> & { readonly port?: number };

type Ports = { readonly listener: Listener; readonly blasts: BlastSocket };

/**
 * The stream's port first: where any will do, one is looked for whose UDP half is free too.
 * @throws RefusedError `no_gateway` that names address and reason; UsageError for a certificate that can not be used.
 */
export async function openPorts(options: PortOptions, onSocket: (socket: Socket) => void): Promise<Ports> {
  const { host, port = lacewingPort, log, tls } = options;
  const address = await addressOf(host, port);
  const listening = { name: lacewingGateway, host: address, port, log, ...(tls && { tls }), onSocket };
  for (let tries = 1; ; tries++) {
    const listener = await listen(listening);
    try {
      return { listener, blasts: await BlastSocket.bind(address, listener.port) };
    } catch (error) {
      await listener.close();
      if (port === 0 && tries < maxTries) continue;
      throw cannotOpen(lacewingGateway, `${formatHostPort(host, listener.port)} (UDP)`, error);
    }
  }
}

/** Both halves must be at the same address, and a name can have several. */
async function addressOf(host: string, port: number): Promise<string> {
  if (isIP(host) !== 0) return host;
  try {
    return (await lookup(host)).address;
  } catch (error) {
    throw cannotOpen(lacewingGateway, formatHostPort(host, port), error);
  }
}
