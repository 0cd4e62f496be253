/** What a server answers to a client's request. Knows bytes and stamps; no socket, and not who asks. */
import { type ClockState, clockFields } from './clock-state.js';
import { decodeNtp, encodeNtp, idOfWord, leapUnsynchronized, type NtpPacket, ntpMode } from './packet.js';
import { stampOfUtcMs } from './timestamp.js';

/** Of clients that are answered, each in its own version. */
const minVersion = 3;
const maxVersion = 4;

/** UTC of the server's clock, ms: when the request came, and now that the answer leaves. */
export type AnswerTimes = { readonly receivedUtcMs: number; readonly nowUtcMs: number };

/**
 * The answer, which is never longer than the request; undefined for all that is not a client's request of version 3
 * or 4: too short, a peer, a broadcast, a control message, another server's answer.
 * Source: RFC 5905, sections 7.3 and 9.2 (fields of an answer), 14 (a server without state).
 */
export function answerNtp(
  request: Uint8Array,
  state: ClockState,
  times: AnswerTimes,
): Uint8Array | undefined {
  const asked = decodeRequest(request);
  return asked && encodeNtp({ ...answerTo(asked, times), ...clockFields(state, times.nowUtcMs) });
}

/**
 * The kiss of death that asks a client to come less often; undefined where `answerNtp` is.
 * Source: RFC 5905, section 7.4: stratum 0, code RATE; its stamps must not be used as time.
 */
export function rateKiss(request: Uint8Array, times: AnswerTimes): Uint8Array | undefined {
  const asked = decodeRequest(request);
  if (!asked) return undefined;
  return encodeNtp({
    ...answerTo(asked, times),
    leap: leapUnsynchronized,
    stratum: 0,
    precisionLog2S: 0,
    rootDelayS: 0,
    rootDispersionS: 0,
    referenceId: idOfWord('RATE'),
    reference: 0n,
  });
}

/** Whether the bytes are what `answerNtp` answers. */
export function isNtpRequest(bytes: Uint8Array): boolean {
  return decodeRequest(bytes) !== undefined;
}

function decodeRequest(bytes: Uint8Array): NtpPacket | undefined {
  const packet = decodeNtp(bytes);
  if (packet?.mode !== ntpMode.client) return undefined;
  return packet.version >= minVersion && packet.version <= maxVersion ? packet : undefined;
}

function answerTo(asked: NtpPacket, { receivedUtcMs, nowUtcMs }: AnswerTimes) {
  return {
    version: asked.version,
    mode: ntpMode.server,
    pollLog2S: asked.pollLog2S,
    origin: asked.transmit,
    receive: stampOfUtcMs(receivedUtcMs),
    // A clock that was stepped back in between must not make an answer that left before its request came.
    transmit: stampOfUtcMs(Math.max(receivedUtcMs, nowUtcMs)),
  };
}
