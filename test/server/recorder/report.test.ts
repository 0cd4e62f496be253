import { describe, expect, it } from 'vitest';
import { readFlightLog } from '../../../server/recorder/report/flight-log.js';
import { flightsOf } from '../../../server/recorder/report/flights.js';
import { sessionReport } from '../../../server/recorder/report/session-report.js';
import { evening, journal, logged, logOf, phase, startMs } from './flight-support.js';

describe('the log of a drone', () => {
  it('is told on the clock of the server, however wrong its own is', () => {
    const { droneId, seconds, notes, uncertaintyMs, damage } = logged('drone-1', { offsetMs: 3_600_500 });
    expect({ droneId, uncertaintyMs, damage }).toEqual({
      droneId: 'drone-1',
      uncertaintyMs: 2,
      damage: undefined,
    });
    expect(seconds.map(({ utcMs }) => Math.round(utcMs - startMs))[0]).toBe(0);
    expect(seconds.at(-1)).toMatchObject({ isArmed: true, batteryShare: 0.81 });
    expect(seconds.at(-1)?.distanceM).toBeCloseTo(0.9, 5);
    expect(notes).toEqual([
      { utcMs: expect.closeTo(startMs + 7000, 0), level: 'warning', text: 'failsafe: wind' },
    ]);
  });

  it('is bent by no step of its clock', () => {
    const { seconds } = logged('drone-1', { offsetMs: 0, stepMs: 5000 });
    expect(seconds.map(({ utcMs }) => Math.round((utcMs - startMs) / 1000))).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });

  it('that was cut off, or damaged, is read as far as it goes', () => {
    const bytes = logOf('drone-1');
    const half = readFlightLog(bytes.subarray(0, bytes.length / 2));
    expect(half?.seconds.length).toBeGreaterThan(2);
    expect(half?.damage).toBeUndefined();
    const damaged = Buffer.from(bytes);
    const middle = Math.floor(bytes.length / 2);
    damaged.fill(0xff, middle, middle + 50);
    expect(readFlightLog(damaged)?.damage).toBeDefined();
    expect(readFlightLog(damaged)?.seconds.length).toBeGreaterThan(2);
    expect(readFlightLog(Buffer.from('no log at all'))).toBeUndefined();
  });
});

describe('the flights of a session', () => {
  it('are from each start to the end of its show, or of the record', () => {
    const flights = flightsOf(
      journal([0, phase('countdown')], [9, phase('idle')], [20, phase('running')], [25, phase('paused')]),
    );
    expect(
      flights.map(({ fromUtcMs, untilUtcMs, isCut }) => [
        (fromUtcMs - startMs) / 1000,
        (untilUtcMs - startMs) / 1000,
        isCut,
      ]),
    ).toEqual([
      [0, 9, false],
      [20, 25, true],
    ]);
    expect(flightsOf(journal([0, phase('idle')]))).toEqual([]);
  });
});

describe('the report of a flight', () => {
  it('says of each drone what became of it, by the journal and by its own log', () => {
    const report = sessionReport({
      records: evening,
      logs: [logged('drone-1', { offsetMs: 250 })],
      plannedUse: (_id, flownS) => flownS * 0.005,
    });
    expect(report).toMatchObject({
      ...{
        server: { id: 'server-1', software: '1' },
        show: { name: 'evening', digest: 'abc', durationS: 60 },
      },
      totals: { drones: 2, landed: 1, startErrorMaxMs: 4, losses: 1, errors: 1, overPlan: ['drone-1'] },
    });
    const [first, second] = report?.drones ?? [];
    expect(first).toMatchObject({
      ...{
        id: 'drone-1',
        result: 'landed',
        startErrorMs: 4,
        flownS: expect.closeTo(9.9, 5),
        logTrouble: undefined,
      },
      battery: { startShare: 0.9, endShare: 0.81, plannedShare: expect.closeTo(0.0495, 5), leastV: 15.1 },
      losses: [{ fromUtcMs: startMs + 5000, untilUtcMs: startMs + 8000, reason: 'silence' }],
      alerts: [{ level: 'error', text: 'wind 9 m/s' }],
    });
    expect(first?.battery?.usedShare).toBeCloseTo(0.09);
    expect(first?.trackingMaxM).toBeCloseTo(0.9, 5);
    expect(first?.trackingRmsM).toBeCloseTo(Math.sqrt(2.85 / 10), 4);
    expect(second).toMatchObject({
      ...{ id: 'drone-2', result: 'no report', logTrouble: 'its flight log is not here' },
      failures: [{ action: 'start', why: 'low' }],
    });
  });

  it('has one line of time for the server and the drones', () => {
    const timeline =
      sessionReport({ records: evening, logs: [logged('drone-1', { offsetMs: 250 })] })?.timeline ?? [];
    expect(
      timeline.map(
        ({ utcMs, by, text }) => `${Math.round((utcMs - startMs) / 100) / 10} ${by ?? 'server'} ${text}`,
      ),
    ).toEqual([
      '-20 server panel: start (drone-1, drone-2)',
      '-19 server start wished (drone-1, drone-2)',
      '-18 server show: countdown',
      '-17 server start done',
      '-17 server start failed: low',
      '0 server show: running',
      '4 server wind 9 m/s',
      '5 server connection lost: silence',
      '7 drone-1 failsafe: wind',
      '8 server connected',
      '9 server the show is over',
      '10 server show: idle',
      '12 server flight: landed',
    ]);
  });

  it('says when the clock of a log is not known', () => {
    const report = sessionReport({ records: evening, logs: [logged('drone-1')] });
    expect(report?.drones[0]?.logTrouble).toBe('its clock is not known: times are its own');
    expect(report?.timeline.find(({ by }) => by === 'drone-1')?.uncertaintyMs).toBeUndefined();
  });

  it('is of the flight that was asked for, and there is none without one', () => {
    expect(sessionReport({ records: evening, logs: [], flight: 1 })).toBeUndefined();
    expect(sessionReport({ records: journal(), logs: [] })).toBeUndefined();
  });

  it('takes whatever a file holds', () => {
    const strange = evening.map((record) => ({
      ...record,
      body: { value: { phase: 5 }, what: 'phase', ids: [1, {}], result: 3 },
    }));
    expect(() => sessionReport({ records: strange, logs: [] })).not.toThrow();
  });
});
