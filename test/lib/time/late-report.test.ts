import { describe, expect, it } from 'vitest';
import { LateReport } from '../../../lib/time/late-report.js';

describe('the report of a late event loop', () => {
  it('is silent up to 10 ms, tells at once above, and then once a minute with the worst of it', () => {
    const report = new LateReport();
    expect(report.take(10, 0)).toBeUndefined();
    expect(report.take(12, 5000)).toBe(12);
    expect(report.take(14, 10_000)).toBeUndefined();
    expect(report.take(11, 60_000)).toBeUndefined();
    expect(report.take(3, 65_000)).toBe(14);
    expect(report.take(3, 130_000)).toBeUndefined();
  });

  it('tells at once what is twice as bad as what was told', () => {
    const report = new LateReport();
    expect(report.take(20, 0)).toBe(20);
    expect(report.take(39, 5000)).toBeUndefined();
    expect(report.take(40, 10_000)).toBe(40);
  });
});
