/** Server and clients of the time in a rehearsal: the real packets, over its network. Knows datagrams; filters nothing. */
import { Buffer } from 'node:buffer';
import { CancelledError } from '../../lib/errors.js';
import type { MemoryHost } from '../../lib/rehearsal/memory-network.js';
import type { Address } from '../../lib/rehearsal/memory-socket.js';
import type { SeededRandom } from '../../lib/rehearsal/seeded-random.js';
import type { Clock } from '../../lib/time/clock.js';
import type { ClockSample } from '../../lib/time/filter/clock-sample.js';
import { clientRequest, isImpossible, readAnswer } from '../../lib/time/ntp/client-exchange.js';
import { exchangeTitle, refusedError, timeoutError } from '../../lib/time/ntp/exchange-errors.js';
import { answerNtp } from '../../lib/time/ntp/responder.js';
import type { TimeSource } from '../../lib/time/ntp/time-source.js';

/** A server that does not answer by then is not waited for, ms. Source: the drone's own limit. */
const answerMs = 1000;

/** Answers on a free port from now on. */
export function serveNtp(host: MemoryHost, clock: Clock): { readonly port: number; close(): void } {
  const socket = host.openDatagrams((datagram, from) => {
    const nowUtcMs = clock.utcMs();
    const answer = answerNtp(datagram, { type: 'alone' }, { receivedUtcMs: nowUtcMs, nowUtcMs });
    if (answer) socket.send(answer, from);
  });
  return socket;
}

export type MemoryTimeOptions = {
  readonly host: MemoryHost;
  /** The asker's own. */
  readonly clock: Clock;
  readonly random: SeededRandom;
};

/** A server of time at an address. */
export function memoryTimeSource(options: MemoryTimeOptions, server: Address): TimeSource {
  const { address, port } = server;
  return {
    name: `${address}:${port}`,
    exchange: (signal) => exchange(options, server, signal),
  };
}

function exchange(
  { host, clock, random }: MemoryTimeOptions,
  server: Address,
  signal: AbortSignal | undefined,
): Promise<ClockSample> {
  const title = exchangeTitle(server.address, server.port);
  const nonce = Buffer.from(random.bytes(8)).readBigUInt64BE() || 1n;
  return new Promise((resolve, reject) => {
    const end = () => {
      cancelDeadline();
      signal?.removeEventListener('abort', abort);
      socket.close();
    };
    const fail = (error: Error) => {
      end();
      reject(error);
    };
    const abort = () => fail(new CancelledError(title));
    const sentMs = clock.monotonicMs();
    const socket = host.openDatagrams((datagram) => {
      const receivedMs = clock.monotonicMs();
      const answer = readAnswer(datagram, nonce);
      if (answer.type === 'foreign') return;
      if (answer.type !== 'answer') fail(refusedError(title, answer));
      else if (isImpossible(answer, receivedMs - sentMs))
        fail(refusedError(title, { type: 'bad', why: 'it names times that are not of this exchange' }));
      else {
        end();
        const { serverReceivedMs, serverSentMs } = answer;
        resolve({ sentMs, receivedMs, serverReceivedMs, serverSentMs });
      }
    });
    const cancelDeadline = clock.after(answerMs, () => fail(timeoutError(title, answerMs)));
    signal?.addEventListener('abort', abort, { once: true });
    socket.send(clientRequest(nonce), server);
    if (signal?.aborted) abort();
  });
}
