/** What a client asks, and what it makes of an answer. Knows bytes and stamps; no socket, no clock. */
import {
  decodeNtp,
  encodeNtp,
  leapNone,
  leapUnsynchronized,
  type NtpPacket,
  ntpMode,
  stratumUnsynchronized,
  wordOfId,
} from './packet.js';
import { type NtpStamp, utcMsOfStamp } from './timestamp.js';

/** What a usable answer says. */
export type ServerAnswer = {
  readonly type: 'answer';
  /** The server's UTC when the request came, ms since 1970. */
  readonly serverReceivedMs: number;
  /** The server's UTC when the answer left, ms since 1970. */
  readonly serverSentMs: number;
  readonly server: ServerClock;
};

/** What a server claims of its clock. */
export type ServerClock = {
  /** 0 to 2, as in a packet. */
  readonly leap: number;
  /** 1 to 15. */
  readonly stratum: number;
  readonly rootDelayS: number;
  readonly rootDispersionS: number;
  /** 32 bits: letters at stratum 1, else what the server has for the address of its source. */
  readonly referenceId: number;
};

/** What came is no answer to this request (forged, late, garbage): the wait for the answer goes on. */
export type ForeignPacket = { readonly type: 'foreign' };

/** The server did answer this request, and not with a time that could be used. */
export type RefusedAnswer =
  | { readonly type: 'kiss'; readonly code: string }
  | { readonly type: 'unsynchronized' }
  | { readonly type: 'bad'; readonly why: string };

/**
 * The request. Its transmit stamp is the nonce (not 0n) and tells nobody our time; all else is empty, so that nobody
 * can tell one client from another by it. Source: RFC 5905, section 7.3; the field values of a client that tells no
 * more than it must are those of draft-ietf-ntp-data-minimization.
 */
export function clientRequest(nonce: NtpStamp): Uint8Array {
  return encodeNtp({
    leap: leapNone,
    version: 4,
    mode: ntpMode.client,
    stratum: 0,
    pollLog2S: 0,
    precisionLog2S: 0x20,
    rootDelayS: 0,
    rootDispersionS: 0,
    referenceId: 0,
    reference: 0n,
    origin: 0n,
    receive: 0n,
    transmit: nonce,
  });
}

/** Judges a datagram that came after the request with this nonce. Source: RFC 5905, section 9.2. */
export function readAnswer(bytes: Uint8Array, nonce: NtpStamp): ServerAnswer | RefusedAnswer | ForeignPacket {
  const packet = decodeNtp(bytes);
  const isAnswer = packet?.mode === ntpMode.server && packet.version >= 3 && packet.version <= 4;
  if (!isAnswer || packet.origin !== nonce) return { type: 'foreign' };
  return judgeAnswer(packet);
}

/** Judges an answer that is one, to the request it names. Source: RFC 5905, sections 7.4, 8 and 9.2. */
export function judgeAnswer(packet: NtpPacket): ServerAnswer | RefusedAnswer {
  // Without a code it is no kiss: a server whose stratum is 16 may write it as 0 (section 7.3).
  if (packet.stratum === 0 && packet.referenceId !== 0)
    return { type: 'kiss', code: wordOfId(packet.referenceId) };
  if (packet.stratum === 0 || packet.leap === leapUnsynchronized || packet.stratum >= stratumUnsynchronized)
    return { type: 'unsynchronized' };
  return readTimes(packet);
}

function readTimes(packet: NtpPacket): ServerAnswer | RefusedAnswer {
  const serverReceivedMs = utcMsOfStamp(packet.receive);
  const serverSentMs = utcMsOfStamp(packet.transmit);
  if (serverReceivedMs === undefined || serverSentMs === undefined)
    return { type: 'bad', why: 'it names no time' };
  if (serverSentMs < serverReceivedMs)
    return { type: 'bad', why: 'it was sent before its request came: the clock was stepped in between' };
  const { leap, stratum, rootDelayS, rootDispersionS, referenceId } = packet;
  const server = { leap, stratum, rootDelayS, rootDispersionS, referenceId };
  return { type: 'answer', serverReceivedMs, serverSentMs, server };
}

/** The two clocks may run this differently while an answer is on its way, ms. */
const impossibleMs = 1;

/**
 * Whether the server claims to have worked on the answer for longer than the whole exchange took on our clock
 * (`roundTripMs`): one of its stamps is then no time of this exchange.
 */
export function isImpossible(answer: ServerAnswer, roundTripMs: number): boolean {
  return answer.serverSentMs - answer.serverReceivedMs > roundTripMs + impossibleMs;
}
