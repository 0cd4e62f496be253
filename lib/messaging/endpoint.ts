/** What one side of a program answers to: its handlers by name. Knows no connection of its own; shared by many. */
import type { ConnectionManager } from './connection-manager.js';
import type { IncomingStore } from './files/incoming-store.js';
import type { Json } from './json.js';

/** Called with the connection, the message's args, and last its kwargs (always an object). May be async. */
export type MessageHandler = (
  connection: ConnectionManager,
  ...argsThenKwargs: Json[]
) => void | Promise<void>;

/**
 * Called as a `MessageHandler`; what it returns (or resolves to) is the answer, a `Uint8Array` as a file.
 * What it throws is answered as an error where the peer understands one; an error's `code` crosses the wire.
 */
export type RequestHandler = (
  connection: ConnectionManager,
  ...argsThenKwargs: Json[]
) => unknown | Promise<unknown>;

/** Called with a pushed file: `filepath` is the peer's wish and must be checked; the content may be kept. */
export type FileHandler = (
  connection: ConnectionManager,
  filepath: string,
  content: Uint8Array,
) => void | Promise<void>;

export class Endpoint {
  readonly #messages = new Map<string, MessageHandler>();
  readonly #requests = new Map<string, RequestHandler>();
  #file: FileHandler | undefined;
  #store: IncomingStore | undefined;

  /** Handles an action; a later handler of the same action takes its place. */
  messageCallback(action: string, fn: MessageHandler): void {
    this.#messages.set(action, fn);
  }

  /** Answers a request; `filetransfer` (kwargs `filepath`) with a `Uint8Array` answers a pulled file. */
  requestCallback(name: string, fn: RequestHandler): void {
    this.#requests.set(name, fn);
  }

  /** Takes pushed files; of a peer that sends chunks, whole and verified, unless there is a store for them. */
  fileCallback(fn: FileHandler): void {
    this.#file = fn;
  }

  /** Takes files that come in chunks, so that they need not be held in memory and can be resumed. */
  fileStore(store: IncomingStore): void {
    this.#store = store;
  }

  messageHandler(action: string): MessageHandler | undefined {
    return this.#messages.get(action);
  }

  requestHandler(name: string): RequestHandler | undefined {
    return this.#requests.get(name);
  }

  get incomingStore(): IncomingStore | undefined {
    return this.#store;
  }

  get fileHandler(): FileHandler | undefined {
    return this.#file;
  }
}
