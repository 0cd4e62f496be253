import { describe, expect, it } from 'vitest';
import { type ForeignFields, readForeignAnswer } from '../../../../lib/time/ntp/foreign-answer.js';

const epochMs = Date.UTC(1900, 0, 1);
const since1900 = (seconds: number) => new Date(epochMs + seconds * 1000);
const askedMs = Date.UTC(2026, 0, 1);
const asked = { fromMs: askedMs, toMs: askedMs + 1 };

/** Stratum 2, 10 ms to its source and back, 5 ms of dispersion; half a second ahead of us. */
const good: ForeignFields = {
  ...{ leapIndicator: 0, version: 4, mode: 4, stratum: 2, referenceId: '2130706433' },
  rootDelay: since1900(0.01),
  rootDispersion: since1900(0.005),
  originTimestamp: new Date(askedMs),
  receiveTimestamp: new Date(askedMs + 500),
  transmitTimestamp: new Date(askedMs + 501),
};

describe('an answer read by a foreign program', () => {
  it('has its times in the middle of the millisecond that was cut, and its errors rounded up', () => {
    expect(readForeignAnswer(good, asked)).toEqual({
      type: 'answer',
      serverReceivedMs: askedMs + 500.5,
      serverSentMs: askedMs + 501.5,
      server: { leap: 0, stratum: 2, rootDelayS: 0.011, rootDispersionS: 0.006, referenceId: 0x7f000001 },
    });
  });

  it('is of 2036 and later where its seconds have begun anew', () => {
    const in2040Ms = Date.UTC(2040, 0, 1);
    const wrapped = new Date(in2040Ms - 2 ** 32 * 1000);
    const answer = readForeignAnswer(
      { ...good, receiveTimestamp: wrapped, transmitTimestamp: wrapped },
      asked,
    );
    expect(answer).toMatchObject({ serverReceivedMs: in2040Ms + 0.5 });
  });

  it('may have lost a millisecond of the stamp that it gives back, and no more', () => {
    const origin = (ms: number) => readForeignAnswer({ ...good, originTimestamp: new Date(ms) }, asked).type;
    expect([askedMs - 1, askedMs + 1].map(origin)).toEqual(['answer', 'answer']);
    expect([askedMs - 2, askedMs + 2].map(origin)).toEqual(['bad', 'bad']);
  });

  it.each([
    ['is none', { mode: 3 }, 'bad'],
    ['is of version 2', { version: 2 }, 'bad'],
    ['is too short to have a mode', { mode: Number.NaN }, 'bad'],
    ['is too short to have times', { transmitTimestamp: new Date(Number.NaN) }, 'bad'],
    ['is missing', { receiveTimestamp: undefined }, 'bad'],
    ['names no time', { transmitTimestamp: new Date(epochMs) }, 'bad'],
    ['was sent before it was asked for', { transmitTimestamp: new Date(askedMs + 499) }, 'bad'],
    ['has no leap', { leapIndicator: 3 }, 'unsynchronized'],
    ['has stratum 16', { stratum: 16 }, 'unsynchronized'],
    ['has stratum 0 without a code', { stratum: 0, referenceId: '0' }, 'unsynchronized'],
  ])('that %s is not taken', (_, change, type) => {
    expect(readForeignAnswer({ ...good, ...change }, asked).type).toBe(type);
  });

  it('that is a kiss of death has its code, out of 32 bits in decimal', () => {
    // "DENY": 0x44454e59.
    const kiss = { ...good, stratum: 0, leapIndicator: 3, referenceId: String(0x44454e59) };
    expect(readForeignAnswer(kiss, asked)).toEqual({ type: 'kiss', code: 'DENY' });
  });
});
