/** Asks the system whether a port can be had, by having it for a moment. One that is held is left alone. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { errorCode, errorText } from '../../errors.js';
import type { PortState } from '../port.js';
import { holderOfPort } from './holders.js';

export type AskedPort = {
  readonly protocol: 'TCP' | 'UDP';
  readonly host: string;
  readonly port: number;
  /** As programs that share the port with others of their kind open it (UDP). */
  readonly isShared?: boolean;
};

export async function readPortState(asked: AskedPort): Promise<PortState> {
  const { protocol, port } = asked;
  const refused = await (protocol === 'TCP' ? tryTcp(asked) : tryUdp(asked));
  const refusal = refused && (errorCode(refused) ?? 'failed');
  const holder = refusal === 'EADDRINUSE' ? await holderOfPort(protocol, port) : undefined;
  return { protocol, port, refusal, refusalText: refused && errorText(refused), holder };
}

function tryTcp({ host, port }: AskedPort): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', resolve);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

function tryUdp({ host, port, isShared = false }: AskedPort): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', reuseAddr: isShared });
    socket.once('error', (error) => {
      socket.close();
      resolve(error);
    });
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve(undefined)));
  });
}
