/**
 * Asks a foreign time server through `ntp-time-sync`, and only through its `getNetworkTime`: `getTime` guesses the sign
 * of the offset, remembers results across instances and never ends when a server dies while it samples. Filters nothing.
 */
import { lookup } from 'node:dns/promises';
import { NtpTimeSync } from 'ntp-time-sync';
import { CancelledError, errorText } from '../../../errors.js';
import { formatHostPort } from '../../../host-port.js';
import type { ClockSample } from '../../filter/clock-sample.js';
import { isImpossible, type ServerAnswer } from '../client-exchange.js';
import { exchangeTitle, refusedError, timeoutError, unreachableError } from '../exchange-errors.js';
import { readForeignAnswer } from '../foreign-answer.js';
import type { NtpError } from '../ntp-error.js';
import type { TimeSource } from '../time-source.js';
import type { ExchangeOptions } from './ntp-client.js';

export type ForeignSourceOptions = Omit<ExchangeOptions, 'signal'>;

/** How coarse the stamps of this source are, ms; for a filter of them. */
export const foreignResolutionMs = 1;

/**
 * A foreign server as a source of time. The package lets nobody end what it has begun: an answer after the deadline or
 * the signal is dropped, and the package's socket and timer are gone by the deadline at the latest. IPv4 alone.
 */
export function foreignTimeSource(options: ForeignSourceOptions): TimeSource {
  return new ForeignSource(options);
}

class ForeignSource implements TimeSource {
  readonly name: string;
  readonly #options: ForeignSourceOptions;
  readonly #title: string;
  /** Kept while it answers: a name stands for many servers, and the way to one is not the way to another. */
  #address: string | undefined;
  /** Under way. Nothing ends it: without a network it may outlast many deadlines, and is not begun a second time. */
  #lookup: Promise<string> | undefined;

  constructor(options: ForeignSourceOptions) {
    this.#options = options;
    this.name = formatHostPort(options.host, options.port);
    this.#title = exchangeTitle(options.host, options.port);
  }

  exchange(signal?: AbortSignal): Promise<ClockSample> {
    const { clock, timeoutMs } = this.#options;
    if (signal?.aborted) return Promise.reject(new CancelledError(this.#title));
    const untilMs = clock.monotonicMs() + timeoutMs;
    return new Promise((resolve, reject) => {
      let isOver = false;
      const end = () => {
        isOver = true;
        cancelDeadline();
        signal?.removeEventListener('abort', abort);
      };
      const fail = (error: unknown) => {
        end();
        reject(error);
      };
      const abort = () => fail(new CancelledError(this.#title));
      const cancelDeadline = clock.after(timeoutMs, () => fail(timeoutError(this.#title, timeoutMs)));
      signal?.addEventListener('abort', abort, { once: true });
      // What is settled already stays as it is: a late answer is dropped.
      this.#askUntil(untilMs, () => isOver)
        .then(resolve, reject)
        .finally(end);
    });
  }

  async #askUntil(untilMs: number, isOver: () => boolean): Promise<ClockSample> {
    try {
      const address = await this.#resolve();
      // Whoever has given up meanwhile asks nobody any more.
      if (isOver()) throw new CancelledError(this.#title);
      return await this.#ask(address, untilMs);
    } catch (error) {
      this.#address = undefined;
      throw error;
    }
  }

  /** Before the exchange, not in it: the lookup of a name would count as time on the way. */
  async #resolve(): Promise<string> {
    const { host, port } = this.#options;
    if (!(Number.isInteger(port) && port > 0 && port < 65_536))
      throw unreachableError(this.#title, `${port} is no port`);
    try {
      this.#lookup ??= this.#address === undefined ? addressOf(host) : Promise.resolve(this.#address);
      this.#address = await this.#lookup;
      return this.#address;
    } catch (cause) {
      throw unreachableError(this.#title, errorText(cause), { cause });
    } finally {
      this.#lookup = undefined;
    }
  }

  /**
   * Of the package's four stamps the server's two are used. The own two are taken around the call on the monotonic clock:
   * the package's are cut to 1 ms, and a step of the OS clock between them would be in the result. They are taken at the
   * same places (ours before its socket is made, a fraction of a ms), so that nothing is lost.
   */
  async #ask(address: string, untilMs: number): Promise<ClockSample> {
    const { clock, port, timeoutMs } = this.#options;
    const replyTimeout = Math.max(1, Math.ceil(untilMs - clock.monotonicMs()));
    const client = new NtpTimeSync({ servers: [], replyTimeout });
    const fromMs = Date.now();
    const sentMs = clock.monotonicMs();
    const answering = client.getNetworkTime(address, port);
    const toMs = Date.now();
    const fields = await answering.catch((cause: unknown) => {
      // Its own deadline is ours: whichever timer comes first.
      if (clock.monotonicMs() >= untilMs - 2) throw timeoutError(this.#title, timeoutMs);
      throw unreachableError(this.#title, errorText(cause), { cause });
    });
    const receivedMs = clock.monotonicMs();
    const answer = readForeignAnswer(fields, { fromMs, toMs });
    if (answer.type !== 'answer') throw refusedError(this.#title, answer);
    if (isImpossible(answer, receivedMs - sentMs)) throw this.#impossible();
    return { sentMs, receivedMs, ...stampsOf(answer) };
  }

  #impossible(): NtpError {
    return refusedError(this.#title, { type: 'bad', why: 'it names times that are not of this exchange' });
  }
}

async function addressOf(host: string): Promise<string> {
  return (await lookup(host, { family: 4 })).address;
}

/** Source: RFC 5905, section 11.1: root distance, without the part of the way to the server. */
function stampsOf({ serverReceivedMs, serverSentMs, server }: ServerAnswer) {
  const sourceUncertaintyMs = (server.rootDelayS / 2 + server.rootDispersionS) * 1000;
  return { serverReceivedMs, serverSentMs, sourceUncertaintyMs };
}
