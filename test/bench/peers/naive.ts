/** The plain way: a `net` socket, the same framing, both JSON texts written and parsed, one write a frame; nothing else. */
import type { Socket } from 'node:net';
import { at, type Peer, type Rig, socketPairs, telemetry } from './peer.js';

type Header = {
  'content-type': string;
  'content-length': number;
  'message-type': string;
  [key: string]: unknown;
};
type OnFrame = (header: Header, content: Buffer) => void;

export const naive: Peer = {
  name: 'plain net',
  async open(connections) {
    const rig = new NaiveRig();
    for (const [near, far] of await socketPairs(connections)) rig.join(near, far);
    return rig;
  },
};

class NaiveRig implements Rig {
  readonly #clients: Socket[] = [];
  readonly #servers: Socket[] = [];
  readonly #pending = new Map<string, (value: unknown) => void>();
  #lastId = 0;
  #onFile: (bytes: number) => void = () => undefined;
  received = 0;

  join(near: Socket, far: Socket): void {
    readFrames(near, (header, content) => {
      const id = String(header.request_id);
      this.#pending.get(id)?.(JSON.parse(content.toString()).value);
      this.#pending.delete(id);
    });
    readFrames(far, (header, content) => this.#serve(far, header, content));
    this.#clients.push(near);
    this.#servers.push(far);
  }

  #serve(socket: Socket, header: Header, content: Buffer): void {
    if (header['content-type'] === 'binary') {
      this.#onFile(content.length);
      return;
    }
    const call = JSON.parse(content.toString());
    if (header['message-type'] === 'message') {
      this.received += 1;
      return;
    }
    const { requested_value, request_id } = call;
    writeJson(socket, { 'message-type': 'response', requested_value, request_id }, { value: call.kwargs });
  }

  roundTrip(connection: number, n: number): Promise<unknown> {
    return new Promise((resolve) => {
      this.#lastId += 1;
      const request_id = String(this.#lastId);
      this.#pending.set(request_id, resolve);
      const call = { requested_value: 'echo', request_id, args: [], kwargs: { value: telemetry(n) } };
      writeJson(at(this.#clients, connection), { 'message-type': 'request' }, call);
    });
  }

  send(connection: number, n: number): void {
    const header = { 'message-type': 'message', action: 'telemetry' };
    writeJson(at(this.#clients, connection), header, { args: [], kwargs: { value: telemetry(n) } });
  }

  async transfer(content: Buffer): Promise<void> {
    const arrived = new Promise<number>((resolve) => {
      this.#onFile = resolve;
    });
    const socket = at(this.#clients, 0);
    const header = { 'message-type': 'message', action: 'filetransfer', filepath: 'buffer' };
    socket.write(head(header, 'binary', content.length));
    socket.write(content);
    if ((await arrived) !== content.length) throw new Error('bytes were lost');
  }

  close(): void {
    for (const socket of [...this.#clients, ...this.#servers]) socket.destroy();
  }
}

function head(more: Record<string, unknown>, contentType: string, contentLength: number): Buffer {
  const text = JSON.stringify({
    byteorder: 'little',
    'content-type': contentType,
    'content-encoding': 'utf-8',
    'content-length': contentLength,
    ...more,
  });
  const bytes = Buffer.from(`  ${text}`);
  bytes.writeUInt16BE(bytes.length - 2);
  return bytes;
}

function writeJson(socket: Socket, more: Record<string, unknown>, value: unknown): void {
  const content = Buffer.from(JSON.stringify(value));
  socket.write(Buffer.concat([head(more, 'json', content.length), content]));
}

/** Joins chunks only when the frame they belong to is complete. */
function readFrames(socket: Socket, onFrame: OnFrame): void {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let needed = 2;
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes < needed) return;
    let buffer = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    for (;;) {
      needed = 2;
      if (buffer.length < needed) break;
      needed = 2 + buffer.readUInt16BE(0);
      if (buffer.length < needed) break;
      const headerEnd = needed;
      const header: Header = JSON.parse(buffer.toString('utf8', 2, headerEnd));
      needed = headerEnd + header['content-length'];
      if (buffer.length < needed) break;
      onFrame(header, buffer.subarray(headerEnd, needed));
      buffer = buffer.subarray(needed);
    }
    chunks = [buffer];
    bytes = buffer.length;
  });
}
