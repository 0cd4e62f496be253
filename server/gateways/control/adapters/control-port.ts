/** The control port: TCP listeners for the house of its callers. Knows no caller and no action. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { errorCode, errorText, RefusedError } from '../../../../lib/errors.js';
import { formatHostPort } from '../../../../lib/host-port.js';
import { alsoListenOn } from '../address-rules.js';
import { OpenHouse, type OpenHouseOptions } from './open-house.js';

export type ControlPortOptions = OpenHouseOptions & {
  /** An address of this machine; anything but loopback takes TLS only, and this machine is served on 127.0.0.1 too. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
};

export interface ControlPort {
  readonly port: number;
  /** Listens no more, cuts every connection; resolves when that is done. */
  close(): Promise<void>;
}

/**
 * @throws RefusedError when the port can not be opened (`port_in_use` when another program has it); UsageError when the
 * certificate can not be used.
 */
export async function startControlPort(options: ControlPortOptions): Promise<ControlPort> {
  const { host, port } = options;
  const house = new OpenHouse(options);
  const first = await listen(options, house, { host, port });
  const servers = [first];
  const { port: bound } = first.address() as AddressInfo;
  const local = alsoListenOn(host);
  const close = async () => {
    const closed = servers.map((server) => once(server, 'close'));
    for (const server of servers) server.close();
    house.cutAll();
    await Promise.all(closed);
  };
  try {
    if (local !== undefined) servers.push(await listen(options, house, { host: local, port: bound }));
  } catch (error) {
    await close();
    throw error;
  }
  return { port: bound, close };
}

type Place = { readonly host: string; readonly port: number };

async function listen({ facade }: ControlPortOptions, house: OpenHouse, place: Place): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => house.admit(socket));
  server.maxConnections = house.maxSockets;
  try {
    const listening = once(server, 'listening');
    server.listen(place);
    await listening;
  } catch (error) {
    throw cannotListen(error, place);
  }
  server.on('error', (error) => facade.log('error', `control port: ${error.message}`));
  return server;
}

function cannotListen(error: unknown, { host, port }: Place): RefusedError {
  const code = errorCode(error) === 'EADDRINUSE' ? 'port_in_use' : 'no_control_port';
  const where = formatHostPort(host, port);
  return new RefusedError(code, `the control port ${where} can not be opened: ${errorText(error)}`, {
    cause: error,
  });
}
