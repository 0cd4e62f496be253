import { describe, expect, it } from 'vitest';
import { type DroneOutcome, droneOutcome } from '../../../server/recorder/report/drone-outcome.js';
import type { DroneReport } from '../../../server/recorder/report/drone-report.js';
import type { DroneSeen } from '../../../server/recorder/report/fleet-series.js';
import { outcomeTable } from '../../../server/recorder/report/page/tables.js';
import { verdictOf } from '../../../server/recorder/report/page/verdict.js';
import { noReport } from '../../../server/show-control/flight-summary.js';

const silent: DroneReport = {
  ...noReport('no report'),
  ...{
    id: 'drone-1',
    flownS: undefined,
    battery: undefined,
    trackingMaxM: undefined,
    trackingRmsM: undefined,
  },
  ...{ losses: [], alerts: [], failures: [], seconds: [], lastWord: undefined, logTrouble: undefined },
};
const landed = { ...silent, result: 'landed', startErrorMs: 1, maxDistanceM: 0.5 };
const seen: DroneSeen = {
  ...{ armedS: 20, isArmedAtEnd: true, startShare: 0.9, endShare: 0.7, leastV: 15 },
};

const flight = { startUtcMs: 1000, fromUtcMs: 0, overUtcMs: 20_000 };

function endOf(report: DroneReport, heard?: DroneSeen) {
  const { part, end } = droneOutcome({ report, flight, slot: 'slot-1', seen: heard });
  return [part, end.kind, end.text];
}

describe('how a drone ended', () => {
  it('is what it says itself', () => {
    expect(endOf(landed)).toEqual(['flew', 'planned', 'landed']);
    expect(endOf({ ...landed, result: 'landed on command' })[1]).toBe('commanded');
    expect(endOf({ ...landed, result: 'failsafe: wind' })).toEqual(['flew', 'bad', 'failsafe: wind']);
    expect(endOf({ ...landed, maxDistanceM: null })[1]).toBe('unknown');
  });

  it('is else what its log or its telemetry says, and else unknown', () => {
    const flown = { ...silent, flownS: 20, trackingMaxM: 0.4 };
    expect(endOf({ ...flown, lastWord: 'landed' })).toEqual([
      ...['flew', 'planned', 'landed, by its log; no report'],
    ]);
    expect(endOf({ ...flown, lastWord: 'landed on command' })[1]).toBe('commanded');
    expect(endOf(flown)).toEqual(['flew', 'unknown', 'unknown']);
    expect(endOf(silent, seen)).toEqual(['flew', 'unknown', 'no report; motors on when it was heard last']);
  });

  it('is nothing for one that stayed on the ground', () => {
    expect(endOf(silent, { ...seen, armedS: 0, isArmedAtEnd: false })).toEqual([
      ...['stayed', 'unknown', 'did not fly'],
    ]);
    expect(droneOutcome({ report: silent, flight, slot: undefined, seen: undefined }).part).toBe('aside');
  });
});

describe('how far a drone was off its path', () => {
  const second = (atS: number, distanceM: number) => ({
    ...{ utcMs: atS * 1000, isArmed: true, armedS: 1, distanceM, rmsDistanceM: distanceM, distances: 10 },
    ...{ batteryShare: undefined, batteryV: undefined },
  });
  const seconds = [second(0, 5), second(10, 0.3), second(11, 0.4), second(25, 3)];
  const trackingOf = (report: DroneReport) =>
    droneOutcome({ report, flight, slot: 's', seen: undefined }).tracking;

  it('is what it says itself, else what its log says of the show, else unknown', () => {
    expect(trackingOf({ ...landed, rmsDistanceM: 0.2, seconds })).toEqual({
      ...{ maxM: 0.5, rmsM: 0.2, by: 'report' },
    });
    expect(trackingOf({ ...silent, seconds })).toEqual({
      ...{ maxM: 0.4, rmsM: expect.closeTo(Math.sqrt(0.125), 9), by: 'log' },
    });
    expect(trackingOf(silent)).toBeUndefined();
  });
});

describe('the table of drones', () => {
  it('has a question mark wherever nothing is known, and never a zero', () => {
    const drone = droneOutcome({ report: silent, flight, slot: 'slot-1', seen: undefined });
    const { text } = outcomeTable([{ ...drone, part: 'flew' }]);
    const cells = [...text.matchAll(/<td[^>]*>([^<]*)/g)].map(([, cell]) => cell);
    expect(cells.slice(3, 10)).toEqual(['?', '?', '?', '?', '?', '?', '?']);
  });
});

describe('a long table of drones', () => {
  it('begins with those that need a look', () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ ...landed, id: `d${i}` }));
    const unlucky = many.map((report, i) => {
      if (i === 20) return { ...report, result: 'failsafe: wind' };
      return i === 30 ? { ...report, startErrorMs: -90 } : report;
    });
    const rows = unlucky.map((report) => droneOutcome({ report, flight, slot: report.id, seen: undefined }));
    const ids = [...outcomeTable(rows).text.matchAll(/<tr class="[^"]*"><td class="words name">(\w+)</g)];
    expect(ids.slice(0, 4).map(([, id]) => id)).toEqual(['d20', 'd30', 'd0', 'd1']);
    expect(ids).toHaveLength(40);
  });
});

describe('the verdict on a flight', () => {
  const titleOf = (...reports: DroneReport[]) => {
    const drones: DroneOutcome[] = reports.map((report) => droneOutcome({ report, flight, slot: 's', seen }));
    const report = { flight: { isCut: false }, totals: { errors: 0, warnings: 0 } };
    const { tone, title } = verdictOf({ drones, report, health: { state: 'whole' } } as never);
    return `${tone} ${title}`;
  };

  it('names the worst that is known', () => {
    const ended = { ...landed, result: 'landed on command' };
    expect(titleOf(landed, landed)).toBe('good ✓ All 2 drones that flew landed as planned');
    expect(titleOf(landed, ended)).toBe(
      'warn The flight was ended by people: 1 of 2 drones landed on command',
    );
    expect(titleOf(landed, ended, silent)).toBe(
      'warn ? Of 1 of 3 drones it is not known how the flight ended',
    );
    expect(titleOf(landed, silent, { ...landed, result: 'killed on command' })).toBe(
      'bad ✗ 1 of 3 drones did not land as planned; how 1 more ended is not known',
    );
  });
});
