/** Judges an answer that somebody else's program has read into fields and `Date`s. Knows no socket and no clock. */
import { judgeAnswer, type RefusedAnswer, type ServerAnswer } from './client-exchange.js';
import { idOfWord, type NtpPacket, ntpMode } from './packet.js';
import { type NtpStamp, stampOfUtcMs } from './timestamp.js';

/** An answer as `ntp-time-sync` gives it: times cut to whole ms, durations as time since 1900; anything may be wrong. */
export type ForeignFields = {
  readonly leapIndicator?: number | undefined;
  readonly version?: number | undefined;
  readonly mode?: number | undefined;
  readonly stratum?: number | undefined;
  readonly rootDelay?: Date | undefined;
  readonly rootDispersion?: Date | undefined;
  /** Letters at stratum 1, else 32 bits in decimal. */
  readonly referenceId?: string | undefined;
  readonly originTimestamp?: Date | undefined;
  readonly receiveTimestamp?: Date | undefined;
  readonly transmitTimestamp?: Date | undefined;
};

/** What the OS clock said before and after the request was made: its stamp lies between. UTC ms. */
export type AskedBetween = { readonly fromMs: number; readonly toMs: number };

/** 1 January 1900, UTC ms: the time that a stamp of 0, "unknown", is read as. */
const epochMs = -2_208_988_800_000;

/** `Date`s are cut to this: what is written lies in the middle of what can have been meant. */
const cutMs = 1;

/**
 * The first datagram is all that is seen: one that is no answer to this request ends the exchange. The stamp that has
 * to come back is the time of asking, which others can guess: it tells a late answer from this one, and no forger.
 */
export function readForeignAnswer(
  fields: ForeignFields,
  { fromMs, toMs }: AskedBetween,
): ServerAnswer | RefusedAnswer {
  const packet = packetOf(fields);
  if (!packet || packet.mode !== ntpMode.server || packet.version < 3 || packet.version > 4)
    return { type: 'bad', why: 'what came first is no answer of NTP' };
  const originMs = timeOf(fields.originTimestamp);
  if (originMs === undefined || originMs < fromMs - cutMs || originMs > toMs)
    return { type: 'bad', why: 'it answers another request' };
  const answer = judgeAnswer(packet);
  if (answer.type !== 'answer') return answer;
  const { serverReceivedMs, serverSentMs } = answer;
  return {
    ...answer,
    serverReceivedMs: serverReceivedMs + cutMs / 2,
    serverSentMs: serverSentMs + cutMs / 2,
  };
}

function packetOf(fields: ForeignFields): NtpPacket | undefined {
  const { leapIndicator: leap, version, mode, stratum, rootDelay, rootDispersion } = fields;
  const [receiveMs, transmitMs] = [timeOf(fields.receiveTimestamp), timeOf(fields.transmitTimestamp)];
  const [rootDelayS, rootDispersionS] = [durationS(rootDelay), durationS(rootDispersion)];
  const isWhole = [leap, version, mode, stratum].every(Number.isInteger);
  if (!isWhole || rootDelayS === undefined || rootDispersionS === undefined) return undefined;
  if (receiveMs === undefined || transmitMs === undefined) return undefined;
  return {
    leap: leap ?? Number.NaN,
    version: version ?? Number.NaN,
    mode: mode ?? Number.NaN,
    stratum: stratum ?? Number.NaN,
    ...{ pollLog2S: 0, precisionLog2S: 0, reference: 0n, origin: 0n },
    ...{ rootDelayS, rootDispersionS, referenceId: referenceOf(fields) },
    receive: stampOf(receiveMs),
    transmit: stampOf(transmitMs),
  };
}

/** A `Date` of 1900 to 2036: the era that it means is for the stamp's reader to say. */
function stampOf(utcMs: number): NtpStamp {
  return utcMs === epochMs ? 0n : stampOfUtcMs(utcMs);
}

function referenceOf({ stratum, referenceId = '' }: ForeignFields): number {
  if (stratum === 1) return idOfWord(referenceId);
  const id = Number(referenceId);
  return Number.isInteger(id) ? id : 0;
}

/** Rounded up by what was cut, for it states an error. */
function durationS(sinceEpoch: Date | undefined): number | undefined {
  const atMs = timeOf(sinceEpoch);
  return atMs === undefined ? undefined : (atMs - epochMs + cutMs) / 1000;
}

function timeOf(date: Date | undefined): number | undefined {
  const ms = date?.getTime();
  return ms === undefined || Number.isNaN(ms) ? undefined : ms;
}
