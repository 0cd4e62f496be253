/** A peer as clever-show has it, made of raw bytes: it shares no code with the library that it tests. */
import { once } from 'node:events';
import { connect, type Server, type Socket } from 'node:net';

export type OldFrame = { readonly header: Record<string, unknown>; readonly content: Buffer };

/** One frame: 2-byte big-endian length of the JSON header, header, content. */
export function oldFrame(header: Record<string, unknown>, content: Buffer, contentType = 'json'): Buffer {
  const full = {
    byteorder: 'little',
    'content-type': contentType,
    'content-encoding': 'utf-8',
    'content-length': content.length,
    ...header,
  };
  const headerBytes = Buffer.from(JSON.stringify(full));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(headerBytes.length);
  return Buffer.concat([length, headerBytes, content]);
}

/** Frames as they arrive, in order; each can be awaited. */
export class OldPeer {
  readonly socket: Socket;
  readonly frames: OldFrame[] = [];
  #buffer = Buffer.alloc(0);
  readonly #waiting = new Set<() => void>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('close', () => this.#wake());
    socket.on('error', () => this.#wake());
  }

  static async connect(port: number, host = '127.0.0.1', localAddress?: string): Promise<OldPeer> {
    const socket = connect({ port, host, ...(localAddress !== undefined && { localAddress }) });
    await once(socket, 'connect');
    return new OldPeer(socket);
  }

  static async accept(server: Server): Promise<OldPeer> {
    const [socket] = (await once(server, 'connection')) as [Socket];
    return new OldPeer(socket);
  }

  action(action: string, kwargs: Record<string, unknown> = {}): void {
    const content = Buffer.from(JSON.stringify({ args: [], kwargs }));
    this.socket.write(oldFrame({ 'message-type': 'message', action }, content));
  }

  /** An action whose content is written as the given text, for what JSON.stringify can not say (NaN). */
  rawAction(action: string, content: string): void {
    this.socket.write(oldFrame({ 'message-type': 'message', action }, Buffer.from(content)));
  }

  pushFile(filepath: string, content: Buffer): void {
    const header = { 'message-type': 'message', action: 'filetransfer', filepath };
    this.socket.write(oldFrame(header, content, 'binary'));
  }

  request(name: string, id: string, kwargs: Record<string, unknown> = {}): void {
    const content = Buffer.from(JSON.stringify({ requested_value: name, request_id: id, args: [], kwargs }));
    this.socket.write(oldFrame({ 'message-type': 'request' }, content));
  }

  respond(name: string, id: string, value: unknown): void {
    const header = { 'message-type': 'response', requested_value: name, request_id: id };
    this.socket.write(oldFrame(header, Buffer.from(JSON.stringify({ value }))));
  }

  /** Asks as an old server does and gives the answer's value; rejects when none comes in time. */
  async ask(name: string, kwargs: Record<string, unknown> = {}, timeoutMs = 20_000): Promise<unknown> {
    const id = String(1000 + this.frames.length);
    this.request(name, id, kwargs);
    const frame = await this.next(
      ({ header }) => header['message-type'] === 'response' && header.request_id === id,
      timeoutMs,
    );
    return (json(frame) as { value: unknown }).value;
  }

  /** The first frame, past or to come, that fits. */
  async next(fits: (frame: OldFrame) => boolean, timeoutMs = 20_000): Promise<OldFrame> {
    const untilMs = Date.now() + timeoutMs;
    for (;;) {
      const found = this.frames.find(fits);
      if (found) return found;
      const leftMs = untilMs - Date.now();
      if (leftMs <= 0 || this.socket.destroyed) {
        throw new Error(
          `no such frame came; came: ${this.frames.map(({ header }) => JSON.stringify(header)).join('\n')}`,
        );
      }
      await this.#change(leftMs);
    }
  }

  nextAction(action: string, timeoutMs?: number): Promise<OldFrame> {
    return this.next(({ header }) => header.action === action, timeoutMs);
  }

  nextRequest(name: string, timeoutMs?: number): Promise<OldFrame> {
    return this.next((frame) => {
      if (frame.header['message-type'] !== 'request') return false;
      return (json(frame) as { requested_value: string }).requested_value === name;
    }, timeoutMs);
  }

  /** Resolves when the other side has closed. */
  async closed(timeoutMs = 20_000): Promise<void> {
    const untilMs = Date.now() + timeoutMs;
    while (!this.socket.destroyed && Date.now() < untilMs) await this.#change(untilMs - Date.now());
    if (!this.socket.destroyed) throw new Error('the connection is still open');
  }

  close(): void {
    this.socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      if (this.#buffer.length < 2) break;
      const headerEnd = 2 + this.#buffer.readUInt16BE(0);
      if (this.#buffer.length < headerEnd) break;
      const header = JSON.parse(this.#buffer.subarray(2, headerEnd).toString()) as Record<string, unknown>;
      const end = headerEnd + Number(header['content-length']);
      if (this.#buffer.length < end) break;
      this.frames.push({ header, content: this.#buffer.subarray(headerEnd, end) });
      this.#buffer = this.#buffer.subarray(end);
    }
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  #change(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      this.#waiting.add(wake);
    });
  }
}

/** The content of a frame as JSON, with the bare word NaN as null. */
export function json(frame: OldFrame): unknown {
  return JSON.parse(frame.content.toString().replace(/\bNaN\b/g, 'null'));
}
