/** Hears servers' announcements by UDP, beside others on the same port. Knows sockets; judges no server. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { DisconnectedError, errorText } from '../../errors.js';
import type { Clock } from '../../time/clock.js';
import type { OnDiscoveryEvent } from '../events.js';
import { type AcceptDatagram, decodeServerIp, type ServerIp } from '../server-ip.js';

export type ListenOptions = {
  /** UDP port; 0: any free one. */
  readonly port: number;
  readonly onServer: (server: ServerIp) => void;
  readonly onEvent?: OnDiscoveryEvent;
  /** Announcements that it does not accept are dropped as well. */
  readonly accept?: AcceptDatagram;
};

export type Listening = { readonly port: number; close(): void };

/**
 * Listens until closed; whatever is not an announcement is dropped in silence.
 * @throws DisconnectedError when the port can not be opened (many can share it: all must allow that).
 */
export async function listenForServers(options: ListenOptions): Promise<Listening> {
  const { port, onServer, onEvent, accept } = options;
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  let isOpen = true;
  const close = () => {
    if (isOpen) socket.close();
    isOpen = false;
  };
  socket.on('message', (datagram, from) => {
    const server = isOpen ? decodeServerIp(datagram, accept, from.address) : undefined;
    if (server) onServer(server);
  });
  try {
    const listening = once(socket, 'listening');
    socket.bind({ address: '0.0.0.0', port });
    await listening;
  } catch (error) {
    close();
    throw new DisconnectedError(`can not listen for servers on UDP port ${port}: ${errorText(error)}`, {
      cause: error,
    });
  }
  socket.on('error', (error) =>
    onEvent?.({ type: 'listenFailed', text: `listening for servers failed: ${error.message}` }),
  );
  return { port: socket.address().port, close };
}

export type HearOptions = {
  readonly port: number;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly accept?: AcceptDatagram;
};

/**
 * The first server that announces itself within the time; undefined when none does, or when the signal ends the wait.
 * @throws DisconnectedError when the port can not be opened.
 */
export async function hearServer(options: HearOptions): Promise<ServerIp | undefined> {
  const { port, clock, timeoutMs, signal, accept } = options;
  if (signal?.aborted) return undefined;
  let settle: (server: ServerIp | undefined) => void = () => undefined;
  const heard = new Promise<ServerIp | undefined>((resolve) => {
    settle = resolve;
  });
  const listening = await listenForServers({ port, onServer: settle, ...(accept && { accept }) });
  const giveUp = () => settle(undefined);
  const cancel = clock.after(timeoutMs, giveUp);
  signal?.addEventListener('abort', giveUp, { once: true });
  if (signal?.aborted) giveUp();
  try {
    return await heard;
  } finally {
    cancel();
    signal?.removeEventListener('abort', giveUp);
    listening.close();
  }
}
