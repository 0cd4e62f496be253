/** TCP keepalive of a socket, as far as Node sets it. Knows sockets; no frames. */
import type { Socket } from 'node:net';

/**
 * Lets the kernel probe a silent link, so that a dead peer of the old kind is noticed.
 * Node sets only the idle time: the interval of the probes and their number stay as libuv sets them (1 s, 10 probes on
 * Linux), whatever is given here. To a peer of ours the heartbeat gives the verdict of `intervalSec` and `maxFails`.
 */
export function setKeepalive(socket: Socket, afterIdleSec = 1, _intervalSec = 3, _maxFails = 5): void {
  socket.setKeepAlive(true, afterIdleSec * 1000);
}
