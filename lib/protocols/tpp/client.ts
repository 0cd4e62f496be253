/** The asking side of TPP over a stream that somebody else opened: one request a connection. Knows no socket. */
import type { Duplex } from 'node:stream';
import {
  CancelledError,
  CorruptFrameError,
  DisconnectedError,
  errorText,
  RequestTimeoutError,
  StarlingError,
} from '../../errors.js';
import type { Cancel, Clock } from '../../time/clock.js';
import { TppDecoder, type TppJson } from './codec.js';
import { TppRemoteError } from './errors.js';
import {
  encodeTppRequest,
  isTppObject,
  readTppResponse,
  type TppRequest,
  type TppResponse,
  tppCodes,
} from './messages.js';

/** Largest answer that is taken, bytes: a list of thousands of drones is larger than any request. */
const maxAnswerBytes = 64 * 1024 * 1024;

export type TppCallOptions = {
  readonly clock: Clock;
  /** How long the (first) answer may take, ms. */
  readonly timeoutMs: number;
  /** Ends the call, or the stream of answers, with a CancelledError. */
  readonly signal?: AbortSignal;
};

/** Asks once over a connected stream, which is used up by it. */
export class TppClient {
  readonly #stream: Duplex;
  readonly #options: TppCallOptions;
  #cancelTimeout: Cancel | undefined;

  constructor(stream: Duplex, options: TppCallOptions) {
    this.#stream = stream;
    this.#options = options;
  }

  /**
   * Sends the request and gives `body[action]` of the answer.
   * @throws TppRemoteError for an answer whose code is not 0; RequestTimeoutError, CancelledError; DisconnectedError
   * when the server leaves without an answer; CorruptFrameError for an answer that is none.
   */
  async request(request: TppRequest): Promise<TppJson> {
    return answerValue(bodyOf(await this.response(request), request.action), request.action);
  }

  /**
   * Sends the request and gives the answer as it is, whatever its code: some servers' answers do not hold their action.
   * Throws as `request` does, but for the code.
   */
  async response(request: TppRequest): Promise<TppResponse> {
    for await (const response of this.#responses(request)) return response;
    throw new DisconnectedError('the server closed the connection without an answer');
  }

  /**
   * Sends the request, takes the acknowledgement `{action: "ok"}`, and then gives the bodies that are pushed, until the
   * server ends the stream. Leaving the loop closes the connection. Throws as `request` does.
   */
  async *subscribe(request: TppRequest): AsyncGenerator<TppJson, void, void> {
    const { action } = request;
    let isAcknowledged = false;
    for await (const response of this.#responses(request)) {
      const body = bodyOf(response, action);
      if (isAcknowledged) yield body;
      else answerValue(body, action);
      isAcknowledged = true;
    }
    if (!isAcknowledged) throw new DisconnectedError('the server closed the connection without an answer');
  }

  async *#responses(request: TppRequest): AsyncGenerator<TppResponse, void, void> {
    const { clock, timeoutMs, signal } = this.#options;
    const { action } = request;
    const onAbort = () => this.#stream.destroy(new CancelledError(action));
    this.#cancelTimeout = clock.after(timeoutMs, () =>
      this.#stream.destroy(new RequestTimeoutError(action, timeoutMs)),
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    else this.#stream.write(encodeTppRequest(request));
    try {
      yield* this.#frames();
    } catch (error) {
      throw error instanceof StarlingError
        ? error
        : new DisconnectedError(`the connection broke: ${errorText(error)}`, { cause: error });
    } finally {
      this.#cancelTimeout();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async *#frames(): AsyncGenerator<TppResponse, void, void> {
    const decoder = new TppDecoder({ maxBodyBytes: maxAnswerBytes });
    for await (const chunk of this.#stream as AsyncIterable<Uint8Array>) {
      decoder.push(chunk);
      for (let frame = decoder.next(); frame; frame = decoder.next()) {
        this.#cancelTimeout?.();
        yield readTppResponse(frame.value);
      }
    }
    decoder.end();
  }
}

function bodyOf({ code, body }: TppResponse, action: string): TppJson {
  if (code !== tppCodes.ok) throw new TppRemoteError(action, code, textOf(body));
  return body;
}

function answerValue(body: TppJson, action: string): TppJson {
  const value = isTppObject(body) && Object.hasOwn(body, action) ? body[action] : undefined;
  if (value === undefined) throw new CorruptFrameError(`the answer says nothing of "${action}"`);
  return value;
}

/** What an error body says: `{"error": text}`, or (one answer of the reference) a plain text. */
function textOf(body: TppJson): string {
  const text = isTppObject(body) ? body.error : body;
  return typeof text === 'string' && text !== '' ? text : 'the server gave no reason';
}
