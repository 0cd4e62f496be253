/** What a server may claim of its clock, and the header fields that say so. Knows no program that sets clocks. */
import { idOfWord, leapNone, leapUnsynchronized, type NtpPacket, stratumUnsynchronized } from './packet.js';
import { stampOfUtcMs } from './timestamp.js';

/** What sets the clock that a server answers from. */
export type ClockState =
  | DisciplinedClock
  /** Nothing does: in a field without internet this clock is the reference, and right by definition. */
  | { readonly type: 'alone' }
  /** Nothing does, and nobody shall follow it. */
  | { readonly type: 'unsynchronized' };

/** A clock that the operating system keeps to a better one. */
export type DisciplinedClock = {
  readonly type: 'disciplined';
  /** What keeps it, as its operator knows it: `chrony`. */
  readonly by: string;
  /** 0, 1 or 2, as in a packet. */
  readonly leap: number;
  /** Of the program that keeps the clock, 1 to 15; we are one further from the source. */
  readonly stratum: number;
  readonly rootDelayS: number;
  /** As it was at `asOfUtcMs`. */
  readonly rootDispersionS: number;
  /** By how much that grows from then on, s per s; never by less than 15 millionths. */
  readonly dispersionPerS: number;
  readonly asOfUtcMs: number;
  /** When the clock was last set. */
  readonly referenceUtcMs: number;
};

/**
 * Of a clock that is alone. clever-show has chrony serve `local stratum 8` in the field, and the drones' configurations
 * expect no better; every server that has a source of its own is below that, and is preferred.
 */
const localStratum = 8;

/**
 * What follows chrony on this machine has this machine as its source: a client that is that chrony sees the loop.
 * Source: RFC 5905, section 7.3, reference id: above stratum 1 the IPv4 address of the source.
 */
const ownAddressId = 0x7f_00_00_01;

/** How fast a clock may go wrong at least, s per s. Source: RFC 5905, figure 5 (PHI). */
const minDispersionPerS = 15e-6;

/** log2 of s: what reading the clock takes and what its numbers resolve is below 2^−20 s = 1 µs. */
const precisionLog2S = -20;

/** The fields of a header that describe the clock. */
export type ClockFields = Pick<
  NtpPacket,
  'leap' | 'stratum' | 'precisionLog2S' | 'rootDelayS' | 'rootDispersionS' | 'referenceId' | 'reference'
>;

/** What an answer says of the clock at `nowUtcMs`. */
export function clockFields(state: ClockState, nowUtcMs: number): ClockFields {
  if (state.type === 'disciplined') return disciplinedFields(state, nowUtcMs);
  const isAlone = state.type === 'alone';
  return {
    leap: isAlone ? leapNone : leapUnsynchronized,
    stratum: isAlone ? localStratum : stratumUnsynchronized,
    precisionLog2S,
    rootDelayS: 0,
    rootDispersionS: 2 ** precisionLog2S,
    referenceId: isAlone ? idOfWord('LOCL') : 0,
    // A clock that is its own reference is always just set; one that has none never was.
    reference: isAlone ? stampOfUtcMs(nowUtcMs) : 0n,
  };
}

function disciplinedFields(state: DisciplinedClock, nowUtcMs: number): ClockFields {
  const ageS = Math.max(0, nowUtcMs - state.asOfUtcMs) / 1000;
  const perS = Math.max(minDispersionPerS, state.dispersionPerS);
  return {
    leap: state.leap,
    stratum: Math.min(stratumUnsynchronized, state.stratum + 1),
    precisionLog2S,
    rootDelayS: state.rootDelayS,
    rootDispersionS: state.rootDispersionS + 2 ** precisionLog2S + ageS * perS,
    referenceId: ownAddressId,
    reference: stampOfUtcMs(state.referenceUtcMs),
  };
}
