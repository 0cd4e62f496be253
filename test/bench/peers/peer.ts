/** What a messaging peer under measurement can do, whoever made it. Knows no implementation. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** The telemetry that every peer carries, made anew for each message as a drone does. */
export function telemetry(n: number): Record<string, unknown> {
  return {
    git_version: '1a2b3c4',
    animation_info: ['basic', 'OK'],
    battery: [15.83, 0.87],
    armed: false,
    fcu_status: 'STANDBY',
    calibration_status: 'OK',
    mode: 'OFFBOARD',
    selfcheck: 'OK',
    current_position: [1.25, -3.5, 0.02, 90.1, 'map'],
    start_position: [1.2, -3.5, 0, 1.57, 'takeoff', 0],
    last_task: 'No task',
    time_delta: 1700000000 + n,
  };
}

/** Client and server of one implementation in this process, joined by a number of TCP connections on loopback. */
export interface Rig {
  /** Asks the server for the telemetry that it is sent. */
  roundTrip(connection: number, n: number): Promise<unknown>;
  /** Sends telemetry without an answer. */
  send(connection: number, n: number): void;
  /** How many messages without an answer the server has taken. */
  readonly received: number;
  /** Sends a buffer over the first connection; resolves when the server has all of it. */
  transfer(content: Buffer): Promise<void>;
  close(): void;
}

export type Peer = { readonly name: string; readonly open: (connections: number) => Promise<Rig> };

/** Both ends of as many TCP connections. */
export async function socketPairs(count: number): Promise<[Socket, Socket][]> {
  const server = createServer({ noDelay: true });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  const pairs: [Socket, Socket][] = [];
  for (let n = 0; n < count; n++) {
    const accepted = once(server, 'connection');
    const client = connect({ port: address.port, host: '127.0.0.1', noDelay: true });
    const [far] = (await accepted) as [Socket];
    await (client.connecting ? once(client, 'connect') : undefined);
    pairs.push([client, far]);
  }
  server.close();
  return pairs;
}

/** The item of an index that must be there. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
}
