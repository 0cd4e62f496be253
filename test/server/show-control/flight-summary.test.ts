import { describe, expect, it } from 'vitest';
import {
  formatSummary,
  hasFlownAndLanded,
  noReport,
  readFlightReport,
  summarizeFlight,
} from '../../../server/show-control/flight-summary.js';

const landed = {
  ...{ result: 'landed', startErrorMs: -3, clockUncertaintyMs: 0.4, clockOffsetMs: 0.2 },
  ...{ plannedStartS: 1_700_000_000.125, firstSetpointS: 1_700_000_000.122 },
  ...{ maxDistanceM: 0.5, rmsDistanceM: 0.2 },
};

describe('the summary of a flight', () => {
  it('takes the 95th percentile of the absolute start errors, early ones included', () => {
    const drones = Array.from({ length: 20 }, (_, index) => ({
      ...landed,
      id: `d${index}`,
      startErrorMs: -index,
    }));
    expect(summarizeFlight('wave', drones).totals).toEqual({
      drones: 20,
      landed: 20,
      startErrorP50Ms: 9,
      startErrorP95Ms: 18,
      startErrorMaxMs: 19,
      maxDistanceM: 0.5,
    });
  });

  it('counts a drone as landed only when it measured its flight', () => {
    expect(hasFlownAndLanded(landed)).toBe(true);
    expect(hasFlownAndLanded({ ...landed, startErrorMs: null })).toBe(false);
    expect(hasFlownAndLanded({ ...landed, maxDistanceM: null })).toBe(false);
    expect(hasFlownAndLanded({ ...landed, result: 'landed on command' })).toBe(false);
  });

  it('knows nothing when nobody measured', () => {
    const { totals } = summarizeFlight('x', [{ id: 'a', ...noReport('lost') }]);
    expect(totals).toEqual({
      ...{ drones: 1, landed: 0, maxDistanceM: null },
      ...{ startErrorP50Ms: null, startErrorP95Ms: null, startErrorMaxMs: null },
    });
  });

  it.each([null, 5, 'landed', [], { result: 7, startErrorMs: 'now', maxDistanceM: Number.NaN }])(
    'takes %j for no report',
    (answer) => expect(readFlightReport(answer)).toEqual(noReport('no report')),
  );

  it('reads a report as the drone sends it, and prints a line for it', () => {
    const report = readFlightReport({ ...landed, samples: 100, isFlying: false });
    expect(report).toEqual(landed);
    const lines = formatSummary(summarizeFlight('circle', [{ id: 'drone-1', ...report }]));
    expect(lines[2]).toMatch(/^drone-1 +landed +22:13:20\.125 +20\.122 +-3\.0 +0\.2 +0\.4 +0\.50 +0\.20$/);
    expect(lines.at(-1)).toContain('1 of 1 flew and landed; start error p50 3.0, p95 3.0, max 3.0 ms');
  });
});
