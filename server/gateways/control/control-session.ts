/**
 * One connection of the control port: one frame in, one answer or one stream of telemetry out, then it is closed.
 * No path leads to an action except a good token, or a name and its password. Knows streams and the protocol; no port,
 * no file.
 */

import type { Duplex } from 'node:stream';
import { CorruptFrameError, errorText, RefusedError } from '../../../lib/errors.js';
import { isThisMachine } from '../../../lib/host-port.js';
import {
  type AdmittedRequest,
  badDataVerdict,
  checkTppRequest,
  encodeTppError,
  encodeTppResponse,
  type RequestRefusal,
  readTppCredentials,
  TppDecoder,
  type TppFrame,
  type TppJson,
  type TppPassword,
  tppCodes,
} from '../../../lib/protocols/tpp/index.js';
import type { Caller, Gatekeeper } from '../../../lib/security/access/gatekeeper.js';
import type { Cancel, Clock } from '../../../lib/time/clock.js';
import { type ControlContext, runControlAction } from './control-actions.js';
import { pushedTelemetry } from './control-answers.js';
import { endWith } from './last-words.js';
import { notAllowedCode } from './least-role.js';
import { TelemetryFeed } from './telemetry-feed.js';

/** How long a reader of telemetry may leave what it was sent unread, ms. */
const stallMs = 30_000;

/** Names are shorter than this: of what strangers invent no more is remembered. */
const maxSlowedName = 64;

export type ControlSessionOptions = {
  readonly stream: Duplex;
  readonly clock: Clock;
  readonly context: Omit<ControlContext, 'caller'>;
  readonly gatekeeper: Pick<Gatekeeper, 'callerOf' | 'checkPassword' | 'holds'>;
  /** Where the peer is, without its port. */
  readonly address: string;
  /** How long the whole request may take to arrive, ms. */
  readonly requestTimeoutMs: number;
  /** Asked before a stream of telemetry begins: is there room for one more? */
  readonly mayStream: () => boolean;
  readonly onBadToken: () => void;
};

export class ControlSession {
  readonly #options: ControlSessionOptions;
  readonly #decoder = new TppDecoder();
  #phase: 'reading' | 'running' | 'streaming' | 'ending' = 'reading';
  #cancelTimer: Cancel;

  constructor(options: ControlSessionOptions) {
    this.#options = options;
    const { stream, clock, requestTimeoutMs } = options;
    const seconds = requestTimeoutMs / 1000;
    this.#cancelTimer = clock.after(requestTimeoutMs, () =>
      this.#end(encodeTppError(tppCodes.failed, `no complete request within ${seconds} s`)),
    );
    stream.on('data', (chunk: Uint8Array) => this.#onData(chunk));
    stream.on('end', () => this.#onEnd());
    stream.on('error', () => stream.destroy());
    stream.once('close', () => this.#cancelTimer());
  }

  get isStreaming(): boolean {
    return this.#phase === 'streaming';
  }

  /** It commands nothing: it reads telemetry, or has not asked for anything yet. */
  get mayGiveWay(): boolean {
    return this.#phase === 'streaming' || this.#phase === 'reading';
  }

  /** Ends it for somebody who may want to command. */
  giveWay(): void {
    if (this.#phase === 'streaming') this.#options.stream.destroy();
    else this.#end(encodeTppError(tppCodes.failed, 'too many connections'));
  }

  /** Only the first frame counts: bytes behind it are dropped, never looked at. */
  #onData(chunk: Uint8Array): void {
    if (this.#phase !== 'reading') return;
    try {
      this.#decoder.push(chunk);
      const frame = this.#decoder.next();
      if (frame) this.#onFrame(frame);
    } catch (error) {
      if (error instanceof CorruptFrameError) this.#refuse(badDataVerdict);
      else this.#fail(error);
    }
  }

  /** A peer may close its side behind its request and still get its answer; a reader of telemetry that does has left. */
  #onEnd(): void {
    if (this.#phase === 'reading') this.#refuse(badDataVerdict);
    if (this.#phase === 'streaming') this.#options.stream.destroy();
  }

  #onFrame({ value }: TppFrame): void {
    this.#cancelTimer();
    const credentials = readTppCredentials(value);
    if (typeof credentials === 'object') {
      this.#phase = 'running';
      this.#checkPassword(value, credentials).catch((error: unknown) => this.#fail(error));
      return;
    }
    const { gatekeeper } = this.#options;
    this.#admit(value, (token) => (typeof token === 'string' ? gatekeeper.callerOf(token) : undefined));
  }

  async #checkPassword(value: TppJson, { name, password }: TppPassword): Promise<void> {
    const { gatekeeper, address } = this.#options;
    const verdict = await gatekeeper.checkPassword(name, password, slowedOf(address, name));
    if (verdict.kind === 'known') this.#admit(value, () => verdict.caller);
    else if (verdict.kind === 'wait')
      this.#end(
        encodeTppError(
          tppCodes.failed,
          `too many passwords were wrong: wait ${Math.ceil(verdict.waitMs / 1000)} s`,
        ),
      );
    else this.#refuse({ isGood: false, code: tppCodes.badToken, body: { error: 'Wrong name or password' } });
  }

  #admit(value: TppJson, callerOf: Parameters<typeof checkTppRequest<Caller>>[1]): void {
    const verdict = checkTppRequest(value, callerOf);
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
    if (outcome.kind === 'stream') this.#stream(action, caller, outcome.ids);
    else this.#end(encodeTppResponse(tppCodes.ok, { [action]: outcome.value }));
  }

  #stream(action: string, caller: Caller, ids: ReadonlySet<string> | undefined): void {
    const { stream, clock, context, mayStream, gatekeeper } = this.#options;
    if (stream.destroyed) return;
    if (!mayStream()) throw new RefusedError('too_many', 'too many readers of telemetry');
    const acknowledgement = encodeTppResponse(tppCodes.ok, { [action]: 'ok' });
    if (stream.readableEnded) {
      this.#end(acknowledgement);
      return;
    }
    this.#phase = 'streaming';
    stream.write(acknowledgement);
    const feed = new TelemetryFeed({
      facade: context.facade,
      clock,
      ids,
      push: (view) => {
        if (gatekeeper.holds(caller))
          return this.#send(encodeTppResponse(tppCodes.ok, pushedTelemetry(view)));
        stream.destroy();
        return false;
      },
    });
    stream.on('drain', () => {
      this.#cancelTimer();
      feed.resume();
    });
    stream.once('close', () => feed.close());
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

/**
 * Who is made to wait after wrong passwords. Whoever has an account on this machine, or a tunnel to it, comes from the
 * same address, and has many more of them (127.0.0.0/8): here it is each name, so that nobody waits for another's faults.
 */
function slowedOf(address: string, name: string): string {
  return isThisMachine(address) ? `${name.slice(0, maxSlowedName)} on this machine` : address;
}
