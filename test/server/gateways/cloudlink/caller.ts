/** A WebSocket client that knows no protocol: what it says, and what it is told, message by message. */

import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';

export class Caller {
  readonly socket: WebSocket;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #told: string[] = [];
  #onTold: (() => void) | undefined;

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(url, options);
    this.socket.on('message', (data) => {
      this.#told.push(String(data));
      this.#onTold?.();
    });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  static async open(url: string, options: ClientOptions = {}): Promise<Caller> {
    const caller = new Caller(url, options);
    await once(caller.socket, 'open');
    return caller;
  }

  say(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The next so many texts that it is told. */
  async texts(count: number): Promise<readonly string[]> {
    while (this.#told.length < count)
      await new Promise<void>((resolve) => {
        this.#onTold = resolve;
      });
    return this.#told.splice(0, count);
  }

  /** The same as objects. */
  async told(count: number): Promise<readonly unknown[]> {
    return (await this.texts(count)).map((text): unknown => JSON.parse(text));
  }

  /** Says it, and what it is told next. */
  async ask(message: object | string, count = 1): Promise<readonly unknown[]> {
    this.say(message);
    return this.told(count);
  }

  /** What was told and nobody has asked for. */
  get unread(): readonly string[] {
    return this.#told;
  }
}
