/** NTP, asked and answered, against the rules of RFC 5905 read from the bytes themselves. Knows no clock. */
import { clientRequest, readAnswer } from '../../lib/time/ntp/client-exchange.js';
import type { ClockState } from '../../lib/time/ntp/clock-state.js';
import { decodeNtp, encodeNtp } from '../../lib/time/ntp/packet.js';
import { answerNtp, isNtpRequest, rateKiss } from '../../lib/time/ntp/responder.js';
import { expectSame, expectThat, type FuzzTarget } from './target.js';

const nonce = 0x0123_4567_89ab_cdefn;
const year2000Ms = 946_684_800_000;
const times = { receivedUtcMs: year2000Ms, nowUtcMs: year2000Ms + 500 };
const states: readonly ClockState[] = [
  { type: 'alone' },
  { type: 'unsynchronized' },
  {
    ...{ type: 'disciplined', by: 'chrony', leap: 1, stratum: 3, rootDelayS: 0.5, rootDispersionS: 0.25 },
    ...{ dispersionPerS: 2e-6, asOfUtcMs: year2000Ms - 1000, referenceUtcMs: year2000Ms - 2000 },
  },
];

function corpus(): Uint8Array[] {
  const request = clientRequest(nonce);
  const answers = states.flatMap((state) => answerNtp(request, state, times) ?? []);
  return [request, ...answers, rateKiss(request, times) ?? request, Uint8Array.of(...request, ...request)];
}

export const ntp: FuzzTarget = {
  name: 'ntp',
  share: 2400,
  corpus: corpus(),
  words: ['RATE', 'LOCL', 'DENY'],
  run: (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const packet = decodeNtp(bytes);
    expectThat(
      (packet !== undefined) === (bytes.length >= 48 && bytes.length % 4 === 0),
      'a length is misjudged',
    );
    if (packet) expectSame(encodeNtp(packet), bytes.slice(0, 48), 'not the same when written again');
    checkResponder(bytes, view);
    const read = readAnswer(bytes, nonce);
    if (read.type !== 'answer') return isNtpRequest(bytes) ? 'accepted' : 'refused';
    checkAnswer(view);
    const { serverReceivedMs, serverSentMs, server } = read;
    expectThat(Number.isFinite(serverReceivedMs) && serverSentMs >= serverReceivedMs, 'impossible times');
    expectThat(server.rootDelayS >= 0 && server.rootDispersionS >= 0, 'an error below nothing');
    return 'accepted';
  },
};

/** Mode 4, version 3 or 4, our number, a clock that is set. Source: RFC 5905, 7.3, 8 and 9.2. */
function checkAnswer(view: DataView): void {
  const first = view.getUint8(0);
  expectThat((first & 7) === 4 && [3, 4].includes((first >> 3) & 7), 'no answer of a server');
  expectThat(view.getBigUint64(24) === nonce, 'an answer to somebody else');
  expectThat(first >> 6 !== 3, 'an unsynchronized clock is believed');
  expectThat(view.getUint8(1) >= 1 && view.getUint8(1) <= 15, 'a stratum that is none');
  expectThat(view.getBigUint64(32) !== 0n && view.getBigUint64(40) !== 0n, 'an unknown time is used');
}

/** Answers go to requests alone, are never longer, and give the number back. */
function checkResponder(bytes: Uint8Array, view: DataView): void {
  const isAsked =
    bytes.length >= 48 &&
    bytes.length % 4 === 0 &&
    (view.getUint8(0) & 7) === 3 &&
    [3, 4].includes((view.getUint8(0) >> 3) & 7);
  const answers = [...states.map((state) => answerNtp(bytes, state, times)), rateKiss(bytes, times)];
  for (const answer of answers) {
    expectThat((answer !== undefined) === isAsked, 'an answer to what is no request, or none to one');
    if (!answer) continue;
    expectThat(answer.length === 48, 'an answer longer than its request');
    expectSame(answer.subarray(24, 32), bytes.subarray(40, 48), 'an answer with another number');
    expectThat((answer[0] ?? 0) % 8 === 4, 'an answer that could be taken for a request');
  }
}
