import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDroneSoftware, parseUpdateReport } from '../../../lib/update/drone-software.js';

const report = {
  ...{ outcome: 'rolled_back', sha256: 'ab'.repeat(32), from: '1', to: '2' },
  ...{ text: 'the new client was not well', atUtcMs: 1_785_618_245_000 },
};

const told = { version: '1', architecture: 'arm64', obstacle: 'no key is trusted', update: report };

describe('what a drone says of its software', () => {
  it('is read whole, and what is not said is left out', () => {
    expect(parseDroneSoftware(told)).toEqual(told);
    expect(parseDroneSoftware({ version: '1' })).toEqual({ version: '1' });
    expect(parseDroneSoftware({ ...told, more: 1, obstacle: null })).toEqual({
      ...{ version: '1', architecture: 'arm64', update: report },
    });
  });

  it.each([null, undefined, 'x', 7, {}, { version: 1 }, { version: '' }, { version: 'v'.repeat(101) }])(
    'is nothing without a version: %j',
    (value) => {
      expect(parseDroneSoftware(value)).toBeUndefined();
    },
  );

  it.each([
    { ...report, outcome: 'fine' },
    { ...report, sha256: 'AB' },
    { ...report, text: 5 },
    { ...report, text: 'x'.repeat(2001) },
    { ...report, atUtcMs: Number.NaN },
    { ...report, atUtcMs: '1' },
    [],
    'done',
  ])('keeps its version when its report is none: %j', (update) => {
    expect(parseDroneSoftware({ version: '1', update })).toEqual({ version: '1' });
  });

  it('is read from any value without a failure', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const said = parseDroneSoftware(value);
        return said === undefined || typeof said.version === 'string';
      }),
      { numRuns: 100 },
    );
  });
});

it('a report is read from the text of a file, and from nothing else', () => {
  expect(parseUpdateReport(JSON.stringify(report))).toEqual(report);
  for (const text of ['', '{', '[]', 'null', JSON.stringify({ ...report, outcome: '' })])
    expect(parseUpdateReport(text)).toBeUndefined();
});
