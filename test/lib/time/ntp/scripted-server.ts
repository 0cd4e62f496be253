/** A time server of raw bytes that answers as it is told to. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { answer, changed } from './packets.js';

/** What it does that answers each request with these, in this order, `own` being the right one. */
export type Behaviour = (
  own: Uint8Array,
  request: Uint8Array,
) => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;

/** Listens on loopback; what it was asked can be awaited. */
export async function scriptedServer(behaviour: Behaviour) {
  const socket = createSocket('udp4');
  const requests: Uint8Array[] = [];
  socket.on('message', async (request, from) => {
    requests.push(Uint8Array.from(request));
    const own = changed(answer, 24, ...request.subarray(40, 48));
    for (const bytes of await behaviour(own, request)) socket.send(bytes, from.port, from.address);
  });
  const listening = once(socket, 'listening');
  socket.bind(0, '127.0.0.1');
  await listening;
  const asked = async () => {
    if (requests.length === 0) await once(socket, 'message');
  };
  return { port: socket.address().port, requests, asked, close: () => socket.close() };
}
