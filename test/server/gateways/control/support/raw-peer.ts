/** A peer of the control port made of a socket and bytes: it shares no code with the codec that it tests. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export type Answer = { readonly code: number; readonly body: unknown };

/** `<length>\n<text>`, the length in bytes. */
export function frame(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `${Buffer.byteLength(text)}\n${text}`;
}

export class RawPeer {
  readonly socket: Socket;
  #bytes = Buffer.alloc(0);
  #isOver = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake();
    });
    for (const event of ['end', 'close', 'error']) {
      socket.on(event, () => {
        this.#isOver = true;
        this.#wake();
      });
    }
  }

  /** `from`: another address of this machine than the usual one. */
  static async connect(port: number, host = '127.0.0.1', from?: string): Promise<RawPeer> {
    const local = from === undefined ? {} : { localAddress: from };
    const socket = connect({ port, host, allowHalfOpen: true, ...local });
    await once(socket, 'connect');
    return new RawPeer(socket);
  }

  /** As a client that was given the server's certificate to trust. */
  static async connectTls(port: number, ca: string): Promise<RawPeer> {
    const socket = connectTls({ port, host: '127.0.0.1', ca });
    await once(socket, 'secureConnect');
    return new RawPeer(socket);
  }

  send(bytes: string | Uint8Array): this {
    this.socket.write(bytes);
    return this;
  }

  /** The next answer; undefined when the server closed its side first. */
  async next(): Promise<Answer | undefined> {
    for (;;) {
      const end = this.#bytes.indexOf('\n');
      const length = Number(this.#bytes.toString('latin1', 0, Math.max(0, end)));
      if (end >= 0 && this.#bytes.length >= end + 1 + length) {
        const text = this.#bytes.toString('utf8', end + 1, end + 1 + length);
        this.#bytes = this.#bytes.subarray(end + 1 + length);
        return JSON.parse(text) as Answer;
      }
      if (this.#isOver) return undefined;
      await this.#more();
    }
  }

  /** Everything that comes until the server closes its side, as text. */
  async all(): Promise<string> {
    while (!this.#isOver) await this.#more();
    return this.#bytes.toString('utf8');
  }

  /** So many bytes from the first on, as text; fewer when the server closed its side first. */
  async bytes(count: number): Promise<string> {
    while (this.#bytes.length < count && !this.#isOver) await this.#more();
    return this.#bytes.toString('utf8', 0, count);
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
