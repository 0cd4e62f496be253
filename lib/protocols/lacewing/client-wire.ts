/** The bytes of a Lacewing client: its stream and its datagrams, opened by somebody else. Knows messages; not their sense. */
import type { Duplex } from 'node:stream';
import { CorruptFrameError, DisconnectedError, errorText, QueueFullError } from '../../errors.js';
import { decodeServerDatagram, encodeClientDatagram, maxDatagramBytes } from './datagrams.js';
import { LacewingDecoder } from './frames.js';
import type { LacewingClientMessage, LacewingServerMessage } from './messages.js';
import { encodeClientMessage, lacewingFirstByte, nextServerMessage } from './stream-messages.js';

/** Largest message that is taken from a server, bytes: a list of channels is larger than any message. */
const maxFromServerBytes = 16 * 1024 * 1024;

/** What may wait for a server that reads slowly, bytes. */
const maxUnsentBytes = 8 * 1024 * 1024;

/** The way of datagrams to and from one server. */
export interface LacewingDatagrams {
  /** Sends one, which may get lost. Never throws. */
  send(bytes: Uint8Array): void;
  /** Gives all that come from the server, and from nobody else, to `take`. Called once. */
  onDatagram(take: (bytes: Uint8Array) => void): void;
  close(): void;
}

export type WireOptions = {
  /** Connected; used up by the client. */
  readonly stream: Duplex;
  /** Absent: nothing can be blasted. */
  readonly datagrams?: LacewingDatagrams | undefined;
};

export type WireEnds = {
  readonly onMessage: (message: LacewingServerMessage, isBlasted: boolean) => void;
  /** Comes once; undefined after `close`. */
  readonly onEnd: (error: Error | undefined) => void;
};

export class ClientWire {
  readonly #stream: Duplex;
  readonly #datagrams: LacewingDatagrams | undefined;
  readonly #ends: WireEnds;
  readonly #decoder = new LacewingDecoder({ maxMessageBytes: maxFromServerBytes });
  #isOver = false;

  constructor({ stream, datagrams }: WireOptions, ends: WireEnds) {
    this.#stream = stream;
    this.#datagrams = datagrams;
    this.#ends = ends;
    stream.on('data', (chunk: Uint8Array) => this.#take(chunk));
    stream.on('error', (error) =>
      this.#end(new DisconnectedError(`the connection broke: ${errorText(error)}`, { cause: error })),
    );
    stream.on('close', () => this.#end(new DisconnectedError('the server closed the connection')));
    stream.on('end', () => this.#end(new DisconnectedError('the server closed the connection')));
    datagrams?.onDatagram((bytes) => this.#takeDatagram(bytes));
    stream.write(Uint8Array.of(lacewingFirstByte));
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get hasDatagrams(): boolean {
    return this.#datagrams !== undefined;
  }

  /**
   * @throws DisconnectedError after the end; QueueFullError when the server reads too slowly; CorruptFrameError for
   * what does not fit its field.
   */
  send(message: LacewingClientMessage): void {
    if (this.#isOver) throw new DisconnectedError('the connection to the server is over');
    if (this.#stream.writableLength > maxUnsentBytes)
      throw new QueueFullError('the server reads too slowly: the message was not sent');
    this.#stream.write(encodeClientMessage(message));
  }

  /** Sends an answer of the protocol's own. A server that reads too slowly for one ends the connection. */
  reply(message: LacewingClientMessage): void {
    try {
      this.send(message);
    } catch (error) {
      if (!(error instanceof QueueFullError)) throw error;
      this.#end(error);
    }
  }

  /** As `send`, in a datagram. @throws CorruptFrameError when the message is too large for one as well. */
  blast(clientId: number, message: LacewingClientMessage): void {
    if (this.#isOver) throw new DisconnectedError('the connection to the server is over');
    const bytes = encodeClientDatagram({ clientId, message });
    if (bytes.length > maxDatagramBytes)
      throw new CorruptFrameError(`${bytes.length} bytes do not fit into a datagram of ${maxDatagramBytes}`);
    this.#datagrams?.send(bytes);
  }

  /** Ends the stream behind what was sent. */
  close(): void {
    this.#end(undefined);
  }

  #take(chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#decoder.push(chunk);
    for (let message = this.#next(); message && !this.#isOver; message = this.#next())
      this.#ends.onMessage(message, false);
  }

  #next(): LacewingServerMessage | undefined {
    try {
      return nextServerMessage(this.#decoder);
    } catch (error) {
      if (!(error instanceof CorruptFrameError)) throw error;
      this.#end(error);
      return undefined;
    }
  }

  #takeDatagram(bytes: Uint8Array): void {
    if (this.#isOver) return;
    let message: LacewingServerMessage;
    try {
      message = decodeServerDatagram(bytes);
    } catch (error) {
      // Anybody on the way can garble a datagram: it counts as lost.
      if (error instanceof CorruptFrameError) return;
      throw error;
    }
    this.#ends.onMessage(message, true);
  }

  #end(error: Error | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#datagrams?.close();
    if (error) this.#stream.destroy();
    else this.#stream.end();
    this.#ends.onEnd(error);
  }
}
