import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClockState, DisciplinedClock } from '../../../../lib/time/ntp/clock-state.js';
import { decodeNtp } from '../../../../lib/time/ntp/packet.js';
import { answerNtp, isNtpRequest, rateKiss } from '../../../../lib/time/ntp/responder.js';
import { answer, changed, hex, request, year2000Ms } from './packets.js';

const alone: ClockState = { type: 'alone' };
const times = { receivedUtcMs: year2000Ms, nowUtcMs: year2000Ms + 500 };
const disciplined: DisciplinedClock = {
  type: 'disciplined',
  by: 'chrony',
  leap: 1,
  stratum: 3,
  rootDelayS: 0.5,
  rootDispersionS: 0.25,
  dispersionPerS: 2e-6,
  asOfUtcMs: year2000Ms - 100_000,
  referenceUtcMs: year2000Ms - 164_000,
};

describe('the answer to a client', () => {
  it('of a server that is alone is that of a local reference at stratum 8', () => {
    expect(answerNtp(request, alone, times)).toEqual(answer);
  });

  it('of a server that chrony keeps is one stratum further, with the leap, the delay, and a dispersion that grows', () => {
    // 0.25 s + 100.5 s at 15 ppm + 2^-20 s = 0.25150846 s = 0x4063 / 65536 (rounded up). 164 s = 0xa4.
    expect(answerNtp(request, disciplined, times)).toEqual(
      hex(`
        64 04 06 ec  00008000 00004063 7f000001
        bc17c15c 00000000  01234567 89abcdef  bc17c200 00000000  bc17c200 80000000
      `),
    );
  });

  it('grows its dispersion faster when chrony knows the clock less well', () => {
    const restless = { ...disciplined, dispersionPerS: 0.01 };
    const packet = decodeNtp(answerNtp(request, restless, times) ?? new Uint8Array());
    expect(packet?.rootDispersionS).toBeCloseTo(0.25 + 1.005, 4);
  });

  it('states no dispersion that shrinks when the clock was set back', () => {
    const earlier = { receivedUtcMs: year2000Ms - 1e9, nowUtcMs: year2000Ms - 1e9 };
    const packet = decodeNtp(answerNtp(request, disciplined, earlier) ?? new Uint8Array());
    expect(packet?.rootDispersionS).toBeGreaterThanOrEqual(0.25);
  });

  it('warns of a clock that nothing keeps, when it is asked to be honest', () => {
    const packet = decodeNtp(answerNtp(request, { type: 'unsynchronized' }, times) ?? new Uint8Array());
    expect(packet).toMatchObject({ leap: 3, stratum: 16, referenceId: 0, reference: 0n });
  });

  it('is in the version of the client', () => {
    const version3 = changed(request, 0, 0x1b);
    expect(answerNtp(version3, alone, times)).toEqual(changed(answer, 0, 0x1c));
  });

  it('never leaves before the request came, even when the clock was stepped back in between', () => {
    const stepped = { receivedUtcMs: year2000Ms, nowUtcMs: year2000Ms - 3000 };
    const packet = decodeNtp(answerNtp(request, alone, stepped) ?? new Uint8Array());
    expect(packet?.transmit).toBe(packet?.receive);
  });

  it('has 48 bytes also when the request had extension fields and a MAC', () => {
    const longer = new Uint8Array(48 + 28 + 24);
    longer.set(request);
    expect(answerNtp(longer, alone, times)).toEqual(answer);
  });

  it('tells who asks too often so, and no time that could be used', () => {
    const packet = decodeNtp(rateKiss(request, times) ?? new Uint8Array());
    expect(packet).toMatchObject({ leap: 3, version: 4, mode: 4, stratum: 0, referenceId: 0x52_41_54_45 });
    expect(packet?.origin).toBe(0x0123_4567_89ab_cdefn);
  });
});

describe('no answer', () => {
  it.each([
    ['a symmetric active peer', 0x21],
    ['a symmetric passive peer', 0x22],
    ['another server', 0x24],
    ['a broadcast', 0x25],
    ['a control message', 0x26],
    ['a private message', 0x27],
    ['version 2', 0x13],
    ['version 5', 0x2b],
  ])('goes to %s', (_, firstByte) => {
    const other = changed(request, 0, firstByte);
    expect(isNtpRequest(other)).toBe(false);
    expect(answerNtp(other, alone, times)).toBeUndefined();
    expect(rateKiss(other, times)).toBeUndefined();
  });

  it('goes to what is too short', () => {
    expect(answerNtp(request.subarray(0, 47), alone, times)).toBeUndefined();
    expect(rateKiss(request.subarray(0, 44), times)).toBeUndefined();
  });

  it('is longer than what was sent, whatever that was', () => {
    const states = fc.constantFrom<ClockState>(alone, disciplined, { type: 'unsynchronized' });
    const datagrams = fc.uint8Array({ maxLength: 120 });
    const requests = datagrams.map((tail) => Uint8Array.of(0x23, ...tail));
    fc.assert(
      fc.property(fc.oneof(datagrams, requests), states, (datagram, state) => {
        const answers = [answerNtp(datagram, state, times), rateKiss(datagram, times)];
        for (const bytes of answers) expect(bytes?.length ?? 0).toBeLessThanOrEqual(datagram.length);
        const isRequest = isNtpRequest(datagram);
        for (const bytes of answers) expect(bytes !== undefined).toBe(isRequest);
        if (isRequest) expect(answers[0]?.subarray(24, 32)).toEqual(datagram.subarray(40, 48));
      }),
    );
  });
});
