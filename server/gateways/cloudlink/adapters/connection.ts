/** One WebSocket of the port: brings its messages in one at a time, writes what it is sent, and cuts it when it does not read. */
import { Buffer } from 'node:buffer';
import { type RawData, WebSocket } from 'ws';
import { errorText } from '../../../../lib/errors.js';
import type { Cancel } from '../../../../lib/time/clock.js';
import type { Delivery } from '../../../hub/deliveries.js';
import { maxWaitingBytes } from '../../adapters/outlet.js';
import { Inlet } from '../../inlet.js';
import type { Switchboard } from '../../switchboard.js';
import { Conversation, type Incoming } from '../conversation.js';
import { type Handles, memberIdOf } from '../directory.js';
import { cloudlinkName, type Shared, type Visit, type Wire } from '../visit.js';

/** With so many bytes waiting, what is sent slowly waits too. */
const slowBytes = 256 * 1024;

/** Most bytes of a reason: with its code it must fit a WebSocket's control frame. */
const maxReasonBytes = 123;

/** How long what one has sent who has left is still dealt with, ms. */
const lingerMs = 30_000;

const asText = { binary: false } as const;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export type ConnectionOptions = {
  readonly socket: WebSocket;
  readonly board: Switchboard;
  readonly shared: Shared;
  readonly handles: Handles;
  readonly address: string;
  readonly bringsLogin: boolean;
  readonly userAgent: string | undefined;
  readonly onEnd: () => void;
};

export class Connection implements Wire {
  readonly #options: ConnectionOptions;
  readonly #socket: WebSocket;
  readonly #memberId: string;
  readonly #inlet: Inlet<Incoming>;
  readonly #conversation: Conversation;
  #slow: Iterator<Uint8Array>[] = [];
  #isPumping = false;
  /** When it was asked whether it is there, monotonic; undefined: it has answered. */
  #pingedMs: number | undefined;
  #isHeard = true;
  #hasEnded = false;
  #cancelLinger: Cancel | undefined;

  constructor(options: ConnectionOptions) {
    const { board, socket, shared, address, bringsLogin, userAgent, handles } = options;
    this.#options = options;
    this.#socket = socket;
    this.#memberId = memberIdOf(handles);
    const visit: Visit = {
      ...{ ...shared, address, bringsLogin, userAgent, memberId: this.#memberId, wire: this },
      ask: (sizeBytes, correlation) => board.ask(this.#memberId, sizeBytes, correlation),
    };
    this.#conversation = new Conversation(visit);
    this.#inlet = new Inlet<Incoming>({
      clock: shared.clock,
      take: (incoming) => (this.#hasEnded ? 0 : this.#take(incoming)),
      pause: () => socket.pause(),
      resume: () => socket.resume(),
    });
  }

  /** Into the hub; it is told and closed when there is no place. */
  enter(): void {
    const { board, address, shared, handles } = this.#options;
    const socket = this.#socket;
    socket.on('error', (error) => board.hub.reportError(cloudlinkName, error.message, this.#memberId));
    socket.once('close', (code) => this.#left(`closed with ${code}`));
    const arrival = { id: this.#memberId, gateway: cloudlinkName, address };
    const { denied } = board.connect(arrival, {
      hear: (delivery: Delivery) => this.#conversation.hear(delivery),
      end: ({ reason }) => this.#conversation.end(reason),
    });
    if (denied) {
      turnAway(socket, denied.code === 'hub_full' ? undefined : denied.reason);
      return;
    }
    shared.directory.add(handles);
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('pong', () => this.#answered());
  }

  send(frame: Uint8Array): void {
    if (!this.#isOpen || this.#cutWhenSlow()) return;
    this.#socket.send(frame, asText);
  }

  sendSlowly(frames: Iterator<Uint8Array>): void {
    this.#slow.push(frames);
    if (!this.#isPumping) this.#pump();
  }

  close(code: number, reason: string): void {
    if (!this.#isOpen) return;
    this.#socket.close(code, shortened(reason));
    this.#end(reason);
    // It may be unread at this moment: its own part of the closing must be read.
    this.#socket.resume();
  }

  cut(reason: string): void {
    this.#socket.terminate();
    this.#end(reason);
  }

  /** Asks whether it is there; one that did not answer the last time is cut, unless its answer may wait unread. */
  beat(nowMs: number): void {
    if (!this.#isOpen) return;
    if (!this.#isHeard && this.#inlet.waiting === 0) {
      this.cut('no answer to a ping');
      return;
    }
    this.#isHeard = false;
    this.#pingedMs = nowMs;
    this.#socket.ping();
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** A fault of ours with one message ends neither the connection nor the server. */
  #take(incoming: Incoming): number {
    this.#isHeard = true;
    try {
      return this.#conversation.take(incoming);
    } catch (error) {
      this.#options.board.hub.reportError(cloudlinkName, errorText(error), this.#memberId);
      this.#conversation.failed();
      return 0;
    }
  }

  #answered(): void {
    this.#isHeard = true;
    if (this.#pingedMs === undefined) return;
    const { shared } = this.#options;
    shared.hub.setLatency(this.#memberId, shared.clock.monotonicMs() - this.#pingedMs);
    this.#pingedMs = undefined;
  }

  #receive(data: RawData, isBinary: boolean): void {
    const bytes = Buffer.isBuffer(data)
      ? data
      : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
    this.#inlet.push([{ text: decoded(bytes), isBinary, sizeBytes: bytes.length }]);
  }

  #pump(): void {
    this.#isPumping = false;
    while (this.#isOpen) {
      const [first] = this.#slow;
      if (first === undefined) return;
      const next = first.next();
      if (next.done) this.#slow.shift();
      else if (this.#socket.bufferedAmount < slowBytes) this.#socket.send(next.value, asText);
      else {
        this.#isPumping = true;
        this.#socket.send(next.value, asText, () => this.#pump());
        return;
      }
    }
    this.#slow = [];
  }

  /** What is to be sent now may be large; what waits already must not be. */
  #cutWhenSlow(): boolean {
    const { bufferedAmount } = this.#socket;
    if (bufferedAmount <= maxWaitingBytes) return false;
    const reason = `cut: it left ${bufferedAmount} bytes unread`;
    this.#options.board.hub.reportError(cloudlinkName, reason, this.#memberId);
    this.cut(reason);
    return true;
  }

  /** The other side is gone: what it sent before is dealt with, as when it had stayed. */
  #left(reason: string): void {
    if (this.#hasEnded) return;
    const { board, shared } = this.#options;
    this.#cancelLinger = shared.clock.after(lingerMs, () => {
      const text = `left, and ${this.#inlet.waiting} messages of it were not dealt with`;
      board.hub.reportError(cloudlinkName, text, this.#memberId);
      this.#end(reason);
    });
    this.#inlet.finish(() => this.#end(reason));
  }

  #end(reason: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const { board, shared, handles, onEnd } = this.#options;
    this.#cancelLinger?.();
    this.#inlet.close();
    shared.directory.remove(handles);
    board.disconnect(this.#memberId, reason);
    onEnd();
  }
}

/** There is no place for it. */
export function turnAway(socket: WebSocket, why = 'Server is full!'): void {
  socket.on('error', () => socket.terminate());
  socket.send(why);
  socket.close(1000);
}

/** Text frames are UTF-8 for certain; of others, what is not becomes what is no JSON. */
function decoded(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return '\u0000';
    throw error;
  }
}

function shortened(reason: string): string {
  let short = reason;
  while (Buffer.byteLength(short) > maxReasonBytes) short = [...short].slice(0, -1).join('');
  return short;
}
