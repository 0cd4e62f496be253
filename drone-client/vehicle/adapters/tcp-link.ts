/** MAVLink over a TCP connection that we open, to a simulator or a serial bridge. Knows no MAVLink. */
import { connect, type Socket } from 'node:net';
import { errorCode, errorText } from '../../../lib/errors.js';
import type { Clock } from '../../../lib/time/clock.js';
import type { MavlinkLink } from '../mavlink/link.js';
import type { Line } from './line-writer.js';
import type { LinkReport } from './link-reports.js';
import { type LineListener, ReopeningLink } from './reopening-link.js';

export type TcpLinkOptions = {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly onReport?: (report: LinkReport) => void;
};

const connectLimitMs = 3000;
/** What may wait for the socket: half a second of what a drone is told. */
const maxQueuedBytes = 4096;
/**
 * An autopilot beats once a second; the system would take a quarter of an hour to see that a peer without power is
 * gone, and would deliver all that it holds for a peer that only slept. Source: MAVLink heartbeat protocol.
 */
const silenceMs = 5000;

/** A link to `host:port`, where nobody need listen yet: it is tried each second, and after every cut. */
export function openTcpLink({ host, port, clock, onReport }: TcpLinkOptions): MavlinkLink {
  return new ReopeningLink({
    name: `tcp ${host.includes(':') ? `[${host}]` : host}:${port}`,
    clock,
    openLine: (listener) => openConnection({ host, port, clock }, listener),
    backlog: { maxQueuedBytes },
    silenceMs,
    ...(onReport && { onReport }),
  });
}

async function openConnection(options: TcpLinkOptions, listener: LineListener): Promise<Line> {
  const { host, port, clock } = options;
  const { signal } = listener;
  const socket = connect({ host, port, noDelay: true });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const cancelLimit = clock.after(connectLimitMs, () =>
    socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
  );
  signal.addEventListener('abort', () => leave(socket, signal.reason === 'closed'));
  try {
    await connected(socket);
  } finally {
    cancelLimit();
  }
  socket.on('data', (bytes) => listener.received(bytes));
  socket.on('error', (error) => listener.broken(`broke: ${advice(error)}`));
  socket.on('close', () => listener.broken('the other end closed the connection; trying again'));
  return { write: (bytes) => written(socket, bytes), close: () => closed };
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.on('error', (error) => reject(new Error(advice(error), { cause: error })));
    socket.once('close', () => reject(new Error('given up')));
  });
}

/** Rejects also when the socket is destroyed under it. */
function written(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** A broken connection is reset: what the peer has not read yet must not reach it later. */
function leave(socket: Socket, isOrderly: boolean): void {
  if (isOrderly || socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}

function advice(error: Error): string {
  switch (errorCode(error)) {
    case 'ECONNREFUSED':
      return 'nobody listens there: is the autopilot, simulator or bridge running?';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'there is no host of that name: check the name, or the network';
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'the host does not answer: check its address, the network and its power';
    default:
      return errorText(error);
  }
}
