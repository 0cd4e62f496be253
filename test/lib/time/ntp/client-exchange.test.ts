import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientRequest, isImpossible, readAnswer } from '../../../../lib/time/ntp/client-exchange.js';
import { answer, changed, hex, nonce, year2000Ms } from './packets.js';

describe('a request', () => {
  it('tells nothing but a number that nobody can guess', () => {
    const empty = '00000000 00000000';
    expect(clientRequest(nonce)).toEqual(
      hex(`23 00 00 20  00000000 00000000 00000000  ${empty} ${empty} ${empty} 01234567 89abcdef`),
    );
  });
});

describe('an answer', () => {
  it('gives the two stamps of the server, and what it claims of its clock', () => {
    expect(readAnswer(answer, nonce)).toEqual({
      type: 'answer',
      serverReceivedMs: year2000Ms,
      serverSentMs: year2000Ms + 500,
      server: {
        leap: 0,
        stratum: 8,
        rootDelayS: 0,
        rootDispersionS: 1 / 65_536,
        referenceId: 0x4c_4f_43_4c,
      },
    });
  });

  it.each([
    ['does not have our number', changed(answer, 31, 0xee)],
    ['is a request', changed(answer, 0, 0x23)],
    ['is of version 2', changed(answer, 0, 0x14)],
    ['is of version 5', changed(answer, 0, 0x2c)],
    ['is cut', answer.subarray(0, 47)],
    ['has our number and is a kiss of death to somebody else', changed(changed(answer, 31, 0xee), 1, 0)],
  ])('is passed over when it %s', (_, bytes) => {
    expect(readAnswer(bytes, nonce)).toEqual({ type: 'foreign' });
  });

  it('is a kiss of death at stratum 0, and its code is told', () => {
    const kiss = changed(changed(answer, 0, 0xe4, 0), 12, 0x52, 0x41, 0x54, 0x45);
    expect(readAnswer(kiss, nonce)).toEqual({ type: 'kiss', code: 'RATE' });
  });

  it.each([
    ['stratum 0 without a code', changed(changed(answer, 0, 0xe4, 0), 12, 0, 0, 0, 0)],
    ['leap 3', changed(answer, 0, 0xe4)],
    ['stratum 16', changed(answer, 1, 16)],
    ['stratum 255', changed(answer, 1, 255)],
  ])('is not used when the server does not trust its clock: %s', (_, bytes) => {
    expect(readAnswer(bytes, nonce)).toEqual({ type: 'unsynchronized' });
  });

  it('is not used when it names no time, or left before the request came', () => {
    const zero = new Array<number>(8).fill(0);
    expect(readAnswer(changed(answer, 40, ...zero), nonce)).toMatchObject({ type: 'bad' });
    expect(readAnswer(changed(answer, 32, ...zero), nonce)).toMatchObject({ type: 'bad' });
    expect(readAnswer(changed(answer, 35, 1), nonce)).toMatchObject({ type: 'bad' });
  });

  it('is impossible when the server took longer for it than the whole exchange', () => {
    const read = readAnswer(answer, nonce);
    if (read.type !== 'answer') throw new Error('the sample must be usable');
    expect(isImpossible(read, 498)).toBe(true);
    expect(isImpossible(read, 500)).toBe(false);
  });

  it('is used only when all is well, whatever came', () => {
    const noise = fc.uint8Array({ maxLength: 100 });
    const nearlyGood = fc
      .array(fc.tuple(fc.nat(47), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((edits) => edits.reduce((bytes, [at, by]) => changed(bytes, at, by), answer));
    fc.assert(
      fc.property(fc.oneof(noise, nearlyGood), (bytes) => {
        const read = readAnswer(bytes, nonce);
        if (read.type !== 'answer') return;
        expect(bytes.subarray(24, 32)).toEqual(answer.subarray(24, 32));
        expect([0x1c, 0x24, 0x5c, 0x64, 0x9c, 0xa4]).toContain(bytes[0]);
        expect(read.server.stratum).toBeGreaterThan(0);
        expect(read.server.stratum).toBeLessThan(16);
        expect(read.server.leap).toBeLessThan(3);
        expect(read.serverSentMs).toBeGreaterThanOrEqual(read.serverReceivedMs);
      }),
      { numRuns: 500 },
    );
  });
});
