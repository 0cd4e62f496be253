/**
 * A peer as a program sees it: requests, messages and files over whatever stream connects it now.
 * Knows sessions, queues and pending requests; no sockets of its own, no time but its clock's, nothing of drones.
 * Longer than most files: it is the one face of the library, and each method is short.
 */
import type { Duplex } from 'node:stream';
import { DisconnectedError, errorText, QueueFullError, RefusedError, RemoteError } from '../errors.js';
import { dispatch, type Outlet, pingName } from './connection/dispatcher.js';
import { ConnectionEvents, type ConnectionListener } from './connection/events.js';
import type { ClockOffset } from './connection/heartbeat.js';
import type { Hello } from './connection/hello.js';
import {
  type ConnectionOptions,
  type FilledOptions,
  fillOptions,
  identifiedLimits,
  strangerLimits,
} from './connection/options.js';
import { type Lane, type OutgoingFrame, OutgoingLanes } from './connection/outgoing-lanes.js';
import { PendingRequests } from './connection/pending-requests.js';
import { Session } from './connection/session.js';
import { type CallArguments, createActionMessage, createFileHead, createRequest } from './create-message.js';
import type { FileExchange } from './files/file-exchange.js';
import type { SendChunksOptions, SentFile } from './files/file-sender.js';
import { chunksFeature } from './files/file-wire.js';
import { makeFileExchange } from './files/make-file-exchange.js';
import { sendUntilArrived } from './files/resume.js';
import type { Json } from './json.js';
import { type FileResponseMessage, fileTransfer, type ResponseMessage } from './message.js';

export type SendOptions = CallArguments & {
  /** Default `control`. In `telemetry` a message replaces an older one of its action that has not left. */
  readonly lane?: Lane | undefined;
};

export type RequestOptions = SendOptions & {
  /** Default: the connection's; `Infinity` waits for ever. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type SendFileOptions = Omit<SendChunksOptions, 'transfer'> & {
  /** Of the single frame to an old peer; chunks are always bulk. Default `bulk`. */
  readonly lane?: Lane | undefined;
  /** Goes on over the next link when one is lost, from what has arrived. Only to a peer that takes chunks. */
  readonly resume?: boolean | undefined;
  /** How long each loss of the link may last, ms; default one minute. */
  readonly resumeTimeoutMs?: number | undefined;
};

/** Where the other end of a stream is, for people. */
export type RemoteInfo = { readonly remoteAddress?: string; readonly remotePort?: number };

/** How long an ended stream may take to hand over its last bytes, ms. */
const lingerMs = 1000;

/** Bytes that may wait in the bulk lane when a pulled file is added, or the peer counts as one that stopped reading. */
const maxBulkAnswerBytes = 256 * 1024 * 1024;

type Answer = ResponseMessage | FileResponseMessage;

export class ConnectionManager {
  readonly #options: FilledOptions;
  readonly #lanes = new OutgoingLanes();
  readonly #pending: PendingRequests;
  readonly #events = new ConnectionEvents();
  readonly #files: FileExchange;
  #session: Session | undefined;
  #outlet: Outlet | undefined;
  #remoteAddress = '';
  #isClosed = false;
  #isIdentified = false;

  constructor(options: ConnectionOptions) {
    this.#options = fillOptions(options);
    this.#pending = new PendingRequests(options.clock);
    this.#files = makeFileExchange(this.#options, {
      connection: this,
      isIdentified: () => this.#isIdentified,
      ask: (name, asked) => this.#ask(name, asked),
      send: (frame) => {
        if (this.#session) this.#trySend(frame);
      },
      warn: (text) => this.#events.warn(text),
    });
  }

  /**
   * Talks over a stream that is connected already; after a loss, over the next.
   * @throws DisconnectedError after `close`, and while another stream is in use.
   */
  connect(stream: Duplex, info: RemoteInfo = {}): void {
    if (this.#isClosed) throw new DisconnectedError('the connection was closed for good');
    if (this.#session) throw new DisconnectedError('the connection has a stream already');
    this.#remoteAddress = info.remoteAddress ?? addressOf(stream);
    const session = new Session(
      stream,
      { ...this.#options, lanes: this.#lanes, limits: strangerLimits(this.#options) },
      {
        received: (message) => this.#outlet && dispatch(this.#outlet, message),
        helloReceived: (hello) => this.#events.emit({ type: 'helloReceived', hello }),
        heartbeat: (latencyMs) => this.#events.emit({ type: 'heartbeat', latencyMs }),
        warn: (text) => this.#events.warn(text),
        lost: (lost, reason, error) => this.#lose(lost, reason, error),
        ping: (kwargs, onAnswer) => this.#ping({ kwargs }, onAnswer),
      },
    );
    this.#session = session;
    this.#isIdentified = false;
    this.#outlet = this.#outletOf(session);
    for (const frame of this.#pending.unansweredFrames()) this.#lanes.add(frame);
    this.#events.emit({ type: 'connected' });
    if (this.#session !== session) return;
    session.start();
    session.wake();
  }

  /** The end: pending requests fail, the stream ends in order, nothing is sent or received any more. */
  close(reason = 'closed'): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const session = this.#session;
    this.#session = undefined;
    const cut = session?.end(lingerMs);
    this.#dropQueue(cut, reason);
    this.#files.disconnected(reason);
    this.#pending.failAll(reason);
    if (session) this.#events.emit({ type: 'disconnected', reason });
    this.#events.emit({ type: 'closed', reason });
  }

  get isConnected(): boolean {
    return this.#session !== undefined;
  }

  /** How long ago a byte came from the peer, or the link began, ms; infinite without a link. */
  get heardMsAgo(): number {
    return this.#session?.heardMsAgo ?? Number.POSITIVE_INFINITY;
  }

  /** What the peer's hello said; undefined for an old peer, before its hello, and without a link. */
  get peer(): Hello | undefined {
    return this.#session?.peer;
  }

  /** The peer has spoken and said no hello so far; false for one of ours, one that is silent so far, and without a link. */
  get isOldPeer(): boolean {
    return this.#session?.isOldPeer ?? false;
  }

  /** On what this program runs; for handlers that store received files. */
  get whoami(): 'computer' | 'pi' {
    return this.#options.whoami;
  }

  /** Whether the peer's hello lists a feature; an old peer has none. */
  hasFeature(feature: string): boolean {
    return this.#session?.hasFeature(feature) ?? false;
  }

  /** The peer's hello, or undefined when 1 s has passed without one, or there is no link. */
  helloSettled(): Promise<Hello | undefined> {
    return this.#session?.helloSettled() ?? Promise.resolve(undefined);
  }

  /** The peer has said who it is: larger frames are let in, for this link. */
  markIdentified(): void {
    if (!this.#session) return;
    this.#isIdentified = true;
    this.#session.limits = identifiedLimits(this.#options);
  }

  /** The shortest of the recent round trips. */
  get latencyMs(): number | undefined {
    return this.#session?.latencyMs;
  }

  /** (The peer's UTC ms) − (own monotonic ms), of the best recent heartbeat, and half of its round trip. */
  get clockOffset(): ClockOffset | undefined {
    return this.#session?.clockOffset;
  }

  /** Where the peer is or was last; empty when that is not known. */
  get remoteAddress(): string {
    return this.#remoteAddress;
  }

  /**
   * Asks the peer for a value.
   * @throws RequestTimeoutError, DisconnectedError, CancelledError, QueueFullError, or RemoteError with the peer's code.
   */
  async getResponse(name: string, options: RequestOptions = {}): Promise<Json> {
    const { timeoutMs = this.#options.requestTimeoutMs } = options;
    const answer = await this.#ask(name, { ...options, timeoutMs });
    if (answer.type === 'response') return answer.value;
    throw new RemoteError(name, 'bad_answer', `"${name}" was answered with a file`);
  }

  /**
   * Pulls a file; in chunks where the peer can, so that nothing urgent waits behind it. The default timeout is longer
   * than a request's.
   * @throws as `getResponse`.
   */
  async getFile(filepath: string, options: RequestOptions = {}): Promise<Uint8Array> {
    const { timeoutMs = this.#options.fileTimeoutMs } = options;
    const expected = this.hasFeature(chunksFeature) ? this.#files.expect() : undefined;
    const kwargs = { ...options.kwargs, filepath, ...(expected && { transfer: expected.transfer }) };
    try {
      const answer = await this.#ask(fileTransfer, { ...options, kwargs, timeoutMs });
      if (answer.type === 'fileResponse') return answer.content;
      if (expected) return expected.content();
    } finally {
      expected?.cancel();
    }
    throw new RemoteError(fileTransfer, 'bad_answer', `"${filepath}" was answered without a file`);
  }

  /** Asks for something that is answered by bytes; otherwise as `getFile`. */
  async getBytes(name: string, options: RequestOptions = {}): Promise<Uint8Array> {
    const { timeoutMs = this.#options.fileTimeoutMs } = options;
    const answer = await this.#ask(name, { ...options, timeoutMs });
    if (answer.type === 'fileResponse') return answer.content;
    throw new RemoteError(name, 'bad_answer', `"${name}" was answered without bytes`);
  }

  /**
   * Sends an action.
   * @throws DisconnectedError without a link; QueueFullError when the peer does not read, which ends the link.
   */
  sendMessage(action: string, options: SendOptions = {}): void {
    const { lane = 'control' } = options;
    this.#requireSession();
    this.#send({ head: createActionMessage(action, options), lane, telemetryOf: action });
  }

  /**
   * Pushes a file; `filepath` is where the peer shall put it. The content is borrowed: unchanged until it resolves.
   * To a peer whose hello lists `chunks` it goes in chunks; resolves when the peer has verified it and put it in its place.
   * A file whose link was lost is resumed where it is sent again. To any other peer, and to one that has not said hello
   * yet, it goes as one frame; resolves with undefined when the stream took all of it: nothing is confirmed.
   * @throws DisconnectedError when the link is lost first (one frame with `resumeQueue`: when the connection is closed
   * first); CancelledError; for chunks also RequestTimeoutError and RemoteError with the peer's code.
   */
  async sendFile(
    filepath: string,
    content: Uint8Array,
    options: SendFileOptions = {},
  ): Promise<SentFile | undefined> {
    this.#requireSession();
    if (!this.hasFeature(chunksFeature)) {
      await this.#sendWhole(filepath, content, options.lane ?? 'bulk');
      return undefined;
    }
    const { resume = false, resumeTimeoutMs = 60_000, signal } = options;
    const send = () => this.#sendInChunks(filepath, content, options);
    if (!resume) return send();
    const { clock } = this.#options;
    return sendUntilArrived(this, send, { clock, signal, timeoutMs: resumeTimeoutMs });
  }

  async #sendInChunks(filepath: string, content: Uint8Array, options: SendFileOptions): Promise<SentFile> {
    this.#requireSession();
    if (this.hasFeature(chunksFeature)) return this.#files.send(filepath, content, options);
    throw new RefusedError('not_supported', `${filepath}: the peer takes no files in chunks any more`);
  }

  async #sendWhole(filepath: string, content: Uint8Array, lane: Lane): Promise<void> {
    const head = createFileHead(filepath, content);
    await new Promise<void>((resolve, reject) => {
      const onSettled = (error?: Error) => (error ? reject(error) : resolve());
      this.#send({ head, body: content, lane, onSettled });
    });
  }

  /** Hears all events from now on; the returned function ends that. */
  onEvent(listener: ConnectionListener): () => void {
    return this.#events.listen(listener);
  }

  #ask(
    name: string,
    options: RequestOptions & { readonly timeoutMs: number; readonly isKept?: boolean },
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#requireSession();
      const id = this.#options.createId();
      const { timeoutMs, signal, lane = 'control' } = options;
      const frame = { head: createRequest(name, id, options), lane, isOfLink: true };
      const { isKept = this.#options.resendRequests } = options;
      this.#pending.add({ id, name, timeoutMs, signal, isKept, frame, resolve, reject });
      this.#send(frame);
    });
  }

  #ping(call: CallArguments, onAnswer: (value: Json) => void): void {
    if (!this.#session) return;
    const id = this.#options.createId();
    const frame: OutgoingFrame = { head: createRequest(pingName, id, call), lane: 'control', isOfLink: true };
    this.#pending.add({
      id,
      name: pingName,
      timeoutMs: this.#options.heartbeatIntervalMs * this.#options.maxFails,
      isKept: false,
      frame,
      resolve: (answer) => answer.type === 'response' && onAnswer(answer.value),
      // A ping without an answer says nothing: the beats without a byte decide.
      reject: () => undefined,
    });
    this.#trySend(frame);
  }

  #requireSession(): void {
    if (!this.#session) throw new DisconnectedError('there is no connection');
  }

  /** @throws QueueFullError when the peer does not read. */
  #send(frame: OutgoingFrame): void {
    const session = this.#session;
    this.#lanes.add(frame);
    if (!session) return;
    session.wake();
    const { maxQueueBytes } = this.#options;
    if (this.#lanes.urgentBytes <= maxQueueBytes) return;
    session.flush();
    if (this.#lanes.urgentBytes <= maxQueueBytes) return;
    const reason = `the peer stopped reading: over ${maxQueueBytes} bytes wait for it`;
    this.#lose(session, reason);
    throw new QueueFullError(reason);
  }

  #trySend(frame: OutgoingFrame): void {
    try {
      this.#send(frame);
    } catch (error) {
      this.#events.warn(errorText(error));
    }
  }

  #outletOf(session: Session): Outlet {
    return {
      connection: this,
      endpoint: this.#options.endpoint,
      clock: this.#options.clock,
      pending: this.#pending,
      files: this.#files,
      canAnswerErrors: () => session.hasFeature('errors'),
      send: (frame) => this.#answer(session, frame),
      warn: (text) => this.#events.warn(text),
    };
  }

  /** Sends an answer over the link on which the request came, or not at all. */
  #answer(session: Session, frame: OutgoingFrame): void {
    if (this.#session !== session) return;
    this.#trySend(frame);
    if (this.#lanes.bulkBytes > maxBulkAnswerBytes && frame.lane === 'bulk')
      this.#lose(session, `the peer stopped reading: over ${maxBulkAnswerBytes} bytes of files wait for it`);
  }

  #lose(session: Session, reason: string, error?: Error): void {
    if (session !== this.#session) return;
    this.#session = undefined;
    this.#dropQueue(session.destroy(), reason);
    this.#files.disconnected(reason);
    this.#pending.disconnected(reason);
    this.#events.emit({ type: 'disconnected', reason, ...(error && { error }) });
  }

  #dropQueue(cut: OutgoingFrame | undefined, reason: string): void {
    const frames = this.#lanes.takeAll();
    if (cut) frames.unshift(cut);
    const isKept = this.#options.resumeQueue && !this.#isClosed;
    for (const frame of frames) {
      if (isKept && !frame.isOfLink) this.#lanes.add(frame);
      else frame.onSettled?.(new DisconnectedError(reason));
    }
  }
}

function addressOf(stream: Duplex): string {
  return 'remoteAddress' in stream && typeof stream.remoteAddress === 'string' ? stream.remoteAddress : '';
}
