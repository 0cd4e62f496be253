/** A server that speaks TPP, for programs that call it: each call is a connection of its own. Knows no action but `stream`. */
import { SystemClock } from '../../../time/adapters/system-clock.js';
import type { Clock } from '../../../time/clock.js';
import type { TppJson } from '../codec.js';
import { streamAction, type TppCredentials, type TppResponse } from '../messages.js';
import { request, respond, subscribe, type TppCall, type TppTls } from './tpp-client.js';

export type TppRemoteOptions = {
  readonly host: string;
  readonly port: number;
  /** Says who calls. */
  readonly token: TppCredentials;
  /** Absent: plain, within this machine. */
  readonly tls?: TppTls;
  /** How long an answer may take, ms (10 s); connecting and the TLS handshake have 5 s each at most. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
};

export type TppCallChanges = {
  readonly timeoutMs?: number;
  /** Ends the call with a CancelledError. */
  readonly signal?: AbortSignal;
};

export class TppRemote {
  readonly #options: TppRemoteOptions;
  readonly #clock: Clock;

  constructor(options: TppRemoteOptions) {
    this.#options = options;
    this.#clock = options.clock ?? new SystemClock();
  }

  /**
   * `body[action]` of the answer.
   * @throws NoServerError; TppRemoteError for a code that is not 0; RequestTimeoutError, CancelledError;
   * DisconnectedError, also when TLS fails; CorruptFrameError for an answer that is none.
   */
  request(action: string, body: TppJson = {}, changes: TppCallChanges = {}): Promise<TppJson> {
    return request(this.#call(action, body, changes));
  }

  /** The answer as it is, whatever its code, for servers whose answers do not hold their action. Throws as `request`. */
  response(action: string, body: TppJson = {}, changes: TppCallChanges = {}): Promise<TppResponse> {
    return respond(this.#call(action, body, changes));
  }

  /** The events of these types as the server pushes them, until it ends the stream or the loop is left. Throws as `request`. */
  stream(eventTypes: readonly string[], changes: TppCallChanges = {}): AsyncGenerator<TppJson, void, void> {
    return this.subscribe(streamAction, { event_types: eventTypes }, changes);
  }

  /** What an action pushes behind its acknowledgement. Throws as `request`. */
  subscribe(
    action: string,
    body: TppJson = {},
    changes: TppCallChanges = {},
  ): AsyncGenerator<TppJson, void, void> {
    return subscribe(this.#call(action, body, changes));
  }

  #call(action: string, body: TppJson, { timeoutMs, signal }: TppCallChanges): TppCall {
    const { host, port, token, tls } = this.#options;
    return {
      ...{ host, port, token, tls, action, body, clock: this.#clock },
      timeoutMs: timeoutMs ?? this.#options.timeoutMs ?? 10_000,
      ...(signal && { signal }),
    };
  }
}
