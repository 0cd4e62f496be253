/** Asks a server for the time by UDP: one socket an exchange. Knows sockets; filters nothing. */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { CancelledError, errorCode, errorText } from '../../../errors.js';
import { formatHostPort } from '../../../host-port.js';
import type { Clock } from '../../clock.js';
import type { ClockSample } from '../../filter/clock-sample.js';
import {
  clientRequest,
  isImpossible,
  type RefusedAnswer,
  readAnswer,
  type ServerAnswer,
  type ServerClock,
} from '../client-exchange.js';
import { exchangeTitle, refusedError, timeoutError, unreachableError } from '../exchange-errors.js';
import type { NtpError } from '../ntp-error.js';
import type { TimeSource } from '../time-source.js';
import type { NtpStamp } from '../timestamp.js';

export type ExchangeOptions = {
  readonly clock: Clock;
  /** Address, or a name that has an IPv4 address. */
  readonly host: string;
  readonly port: number;
  /** For all of it, the lookup of a name included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
};

/** A sample, and what the server claims of its clock. */
export type NtpSample = ClockSample & { readonly server: ServerClock };

/**
 * One exchange. Datagrams that are not the answer to this very request are passed over.
 * @throws NtpError when no usable answer comes; CancelledError when the signal ends it.
 */
export function exchange(options: ExchangeOptions): Promise<NtpSample> {
  return new Promise((resolve, reject) => {
    if (options.signal?.aborted) reject(new CancelledError(titleOf(options)));
    else new Exchange(options, resolve, reject);
  });
}

/** A server as a source of time, asked with these options each time. */
export function ntpTimeSource(options: Omit<ExchangeOptions, 'signal'>): TimeSource {
  return {
    name: formatHostPort(options.host, options.port),
    exchange: (signal) => exchange({ ...options, signal }),
  };
}

function titleOf({ host, port }: ExchangeOptions): string {
  return exchangeTitle(host, port);
}

/** Settles exactly once, and leaves neither socket nor timer nor listener. */
class Exchange {
  readonly #options: ExchangeOptions;
  readonly #socket: Socket;
  readonly #nonce = randomNonce();
  readonly #resolve: (sample: NtpSample) => void;
  readonly #reject: (error: Error) => void;
  readonly #cancelDeadline: () => void;
  readonly #abort = () => this.#fail(new CancelledError(titleOf(this.#options)));
  #sentMs = 0;
  #isOver = false;

  constructor(
    options: ExchangeOptions,
    resolve: (sample: NtpSample) => void,
    reject: (error: Error) => void,
  ) {
    const { host, port, timeoutMs, clock, signal } = options;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    this.#socket.on('connect', () => this.#send());
    this.#socket.on('error', (error) => this.#unreachable(error));
    this.#socket.on('message', (bytes) => this.#received(bytes, clock.monotonicMs()));
    this.#cancelDeadline = clock.after(timeoutMs, () => this.#timedOut());
    signal?.addEventListener('abort', this.#abort, { once: true });
    this.#connect(port, host);
  }

  /** A connected socket hears its peer alone, and the network's refusals. */
  #connect(port: number, host: string): void {
    try {
      this.#socket.connect(port, host);
    } catch (error) {
      // A port that is none.
      this.#unreachable(error);
    }
  }

  #send(): void {
    if (this.#isOver) return;
    const request = clientRequest(this.#nonce);
    this.#sentMs = this.#options.clock.monotonicMs();
    this.#socket.send(request, (error) => {
      if (error) this.#unreachable(error);
    });
  }

  #received(bytes: Uint8Array, receivedMs: number): void {
    if (this.#isOver) return;
    const answer = readAnswer(bytes, this.#nonce);
    if (answer.type === 'foreign') return;
    if (answer.type !== 'answer') this.#fail(this.#refusal(answer));
    else if (isImpossible(answer, receivedMs - this.#sentMs))
      this.#fail(this.#refusal({ type: 'bad', why: 'it names times that are not of this exchange' }));
    else this.#succeed(answer, receivedMs);
  }

  #succeed({ serverReceivedMs, serverSentMs, server }: ServerAnswer, receivedMs: number): void {
    if (!this.#end()) return;
    this.#resolve({ sentMs: this.#sentMs, receivedMs, serverReceivedMs, serverSentMs, server });
  }

  #refusal(answer: RefusedAnswer): NtpError {
    return refusedError(titleOf(this.#options), answer);
  }

  #timedOut(): void {
    this.#fail(timeoutError(titleOf(this.#options), this.#options.timeoutMs));
  }

  #unreachable(cause: unknown): void {
    const isRefused = errorCode(cause) === 'ECONNREFUSED';
    const why = isRefused ? 'nobody answers NTP there' : errorText(cause);
    this.#fail(unreachableError(titleOf(this.#options), why, { cause }));
  }

  #fail(error: Error): void {
    if (this.#end()) this.#reject(error);
  }

  /** False when it is over already. */
  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#cancelDeadline();
    this.#options.signal?.removeEventListener('abort', this.#abort);
    this.#socket.close();
    return true;
  }
}

/** 64 bits that nobody can guess who does not see the request; never the 0n that means "none". */
function randomNonce(): NtpStamp {
  return randomBytes(8).readBigUInt64BE() || 1n;
}
