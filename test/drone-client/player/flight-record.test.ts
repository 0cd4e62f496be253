import { describe, expect, it } from 'vitest';
import { FlightRecord, noFlight } from '../../../drone-client/player/flight-record.js';

describe('the flight record', () => {
  it('measures the first setpoint alone, on the clock of the server', () => {
    const record = new FlightRecord((ms) => ms + 1_000_000);
    record.firstSetpoint({ plannedMs: 2001, sentMs: 2003.5, clockOffsetMs: 1 });
    record.firstSetpoint({ plannedMs: 9000, sentMs: 9900, clockOffsetMs: 0 });
    expect(record.report()).toMatchObject({
      plannedStartS: 1002,
      firstSetpointS: 1002.0035,
      startErrorMs: 3.5,
      clockOffsetMs: 1,
    });
  });

  it('gives the largest and the root mean square distance', () => {
    const record = new FlightRecord(() => undefined);
    for (const distanceM of [3, 4]) record.addDistance(distanceM);
    expect(record.report()).toMatchObject({
      maxDistanceM: 4,
      rmsDistanceM: Math.sqrt(12.5),
      samples: 2,
      isFlying: true,
    });
  });

  it('keeps its first result, and knows nothing that was not measured', () => {
    const record = new FlightRecord(() => undefined);
    record.end('landed');
    record.end('stopped');
    expect(record.report()).toEqual({ ...noFlight, result: 'landed' });
  });
});
