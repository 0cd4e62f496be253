/**
 * One connection of the control port: one frame in, one answer or one stream of events out, then it is closed.
 * No path leads to an action except a good token, or a name and its password. Knows streams and the protocol; no port,
 * no file.
 */

import type { Duplex } from 'node:stream';
import { CorruptFrameError, errorText, RefusedError } from '../../../lib/errors.js';
import {
  type AdmittedRequest,
  badDataVerdict,
  checkTppRequest,
  encodeTppError,
  encodeTppResponse,
  type RequestRefusal,
  readTppCredentials,
  type TppCredentials,
  TppDecoder,
  type TppFrame,
  type TppJson,
  tppCodes,
} from '../../../lib/protocols/tpp/index.js';
import type { Caller, Gatekeeper } from '../../../lib/security/access/gatekeeper.js';
import { kindOfConnection } from '../../../lib/security/first-bytes.js';
import { type Cancel, type Clock, every } from '../../../lib/time/clock.js';
import { endWith } from '../last-words.js';
import { checkCaller } from './caller-check.js';
import { type ControlContext, type ControlOutcome, runControlAction } from './control-actions.js';
import { EventFeed } from './event-feed.js';
import { notAllowedCode } from './least-role.js';

/** How long a reader of events may leave what it was sent unread, ms. */
const stallMs = 30_000;

/** How often it is looked whether a reader of events may still read, where there is nothing to tell it, ms. */
const lookMs = 500;

export type ControlSessionOptions = {
  readonly stream: Duplex;
  readonly clock: Clock;
  readonly context: Omit<ControlContext, 'caller'>;
  readonly gatekeeper: Pick<Gatekeeper, 'callerOf' | 'checkToken' | 'checkPassword' | 'holds'>;
  /** Where the peer is, without its port. */
  readonly address: string;
  /** How long the whole request may take to arrive, ms. */
  readonly requestTimeoutMs: number;
  /** Asked before a stream of events begins: is there room for one more? */
  readonly mayStream: () => boolean;
  readonly onBadToken: () => void;
  /** Takes the stream over when the peer begins TLS on it; absent: that is bad data. */
  readonly onTls?: (first: Uint8Array) => void;
};

/** `given`: the stream is somebody else's. */
type Phase = 'reading' | 'checking' | 'running' | 'streaming' | 'ending' | 'given';

export class ControlSession {
  readonly #options: ControlSessionOptions;
  readonly #decoder = new TppDecoder();
  #phase: Phase = 'reading';
  #cancelTimer: Cancel;

  constructor(options: ControlSessionOptions) {
    this.#options = options;
    const { stream, clock, requestTimeoutMs } = options;
    const seconds = requestTimeoutMs / 1000;
    this.#cancelTimer = clock.after(requestTimeoutMs, () =>
      this.#end(encodeTppError(tppCodes.failed, `no complete request within ${seconds} s`)),
    );
    stream.on('data', this.#onData);
    stream.on('end', this.#onEnd);
    stream.on('error', () => stream.destroy());
    stream.once('close', () => this.#cancelTimer());
  }

  get isStreaming(): boolean {
    return this.#phase === 'streaming';
  }

  /** It has not said, or not shown yet, who it is. */
  get isStranger(): boolean {
    return this.#phase === 'reading' || this.#phase === 'checking';
  }

  /** It commands nothing: it reads events, or has not asked for anything yet. */
  get mayGiveWay(): boolean {
    return this.isStreaming || this.isStranger;
  }

  /** Ends it for somebody who may want to command. */
  giveWay(): void {
    if (this.#phase === 'streaming') this.#options.stream.destroy();
    else this.#end(encodeTppError(tppCodes.failed, 'too many connections'));
  }

  /** Only the first frame counts: bytes behind it are dropped, never looked at. */
  readonly #onData = (chunk: Uint8Array): void => {
    if (this.#phase !== 'reading' || this.#giveAway(chunk)) return;
    try {
      this.#decoder.push(chunk);
      const frame = this.#decoder.next();
      if (frame) this.#onFrame(frame);
    } catch (error) {
      if (error instanceof CorruptFrameError) this.#refuse(badDataVerdict);
      else this.#fail(error);
    }
  };

  /** A peer may close its side behind its request and still get its answer; a reader of events that does has left. */
  readonly #onEnd = (): void => {
    if (this.#phase === 'reading') this.#refuse(badDataVerdict);
    if (this.#phase === 'streaming') this.#options.stream.destroy();
  };

  #giveAway(chunk: Uint8Array): boolean {
    const { stream, onTls } = this.#options;
    const isFirst = this.#decoder.pendingBytes === 0;
    if (!onTls || !isFirst || kindOfConnection(chunk) === 'plain') return false;
    this.#phase = 'given';
    this.#cancelTimer();
    stream.pause();
    stream.off('data', this.#onData);
    stream.off('end', this.#onEnd);
    onTls(chunk);
    return true;
  }

  #onFrame({ value }: TppFrame): void {
    this.#cancelTimer();
    const credentials = readTppCredentials(value);
    const { gatekeeper } = this.#options;
    const caller = typeof credentials === 'string' ? gatekeeper.callerOf(credentials) : undefined;
    if (caller || credentials === undefined || credentials === '') {
      this.#admit(value, caller);
      return;
    }
    this.#phase = 'checking';
    this.#check(value, credentials).catch((error: unknown) => this.#fail(error));
  }

  async #check(value: TppJson, credentials: TppCredentials): Promise<void> {
    const { gatekeeper, address } = this.#options;
    const checked = await checkCaller(gatekeeper, credentials, address);
    // It may have given way meanwhile.
    if (this.#phase !== 'checking') return;
    if (checked.isGood) this.#admit(value, checked.caller);
    else this.#refuse(checked);
  }

  #admit(value: TppJson, caller: Caller | undefined): void {
    const verdict = checkTppRequest(value, () => caller);
    if (!verdict.isGood) {
      this.#refuse(verdict);
      return;
    }
    this.#phase = 'running';
    this.#run(verdict.request, verdict.caller).catch((error: unknown) => this.#fail(error));
  }

  #refuse({ code, body }: RequestRefusal): void {
    if (code === tppCodes.badToken) this.#options.onBadToken();
    this.#end(encodeTppResponse(code, body));
  }

  #fail(error: unknown): void {
    const isForbidden = error instanceof RefusedError && error.code === notAllowedCode;
    this.#end(encodeTppError(isForbidden ? tppCodes.notAllowed : tppCodes.failed, errorText(error)));
  }

  async #run({ action, body }: AdmittedRequest, caller: Caller): Promise<void> {
    const outcome = await runControlAction({ ...this.#options.context, caller }, action, body);
    if (outcome.kind === 'stream') this.#stream(action, caller, outcome);
    else this.#end(encodeTppResponse(tppCodes.ok, { [action]: outcome.value }));
  }

  #stream(
    action: string,
    caller: Caller,
    { sources, ids }: Extract<ControlOutcome, { kind: 'stream' }>,
  ): void {
    const { stream, clock, context, mayStream, gatekeeper } = this.#options;
    if (this.#phase !== 'running' || stream.destroyed) return;
    if (!mayStream()) throw new RefusedError('too_many', 'too many readers of events');
    const acknowledgement = encodeTppResponse(tppCodes.ok, { [action]: 'ok' });
    if (stream.readableEnded) {
      this.#end(acknowledgement);
      return;
    }
    this.#phase = 'streaming';
    stream.write(acknowledgement);
    const feed = new EventFeed({
      ...{ facade: context.facade, clock, sources, ids },
      push: (body) => {
        if (gatekeeper.holds(caller)) return this.#send(encodeTppResponse(tppCodes.ok, body));
        stream.destroy();
        return false;
      },
    });
    stream.on('drain', () => {
      this.#cancelTimer();
      feed.resume();
    });
    const stopLooking = every(clock, lookMs, () => {
      if (!gatekeeper.holds(caller)) stream.destroy();
    });
    stream.once('close', () => {
      stopLooking();
      feed.close();
    });
  }

  #send(bytes: Uint8Array): boolean {
    const { stream, clock } = this.#options;
    if (stream.write(bytes)) return true;
    this.#cancelTimer();
    this.#cancelTimer = clock.after(stallMs, () => stream.destroy());
    return false;
  }

  #end(bytes: Uint8Array): void {
    this.#cancelTimer();
    if (this.#phase === 'ending' || this.#options.stream.destroyed) return;
    this.#phase = 'ending';
    endWith(this.#options.stream, bytes, this.#options.clock);
  }
}
