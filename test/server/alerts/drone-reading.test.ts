import { describe, expect, it } from 'vitest';
import { readingOf } from '../../../server/alerts/drone-reading.js';
import type { DroneRecord } from '../../../server/fleet/drone-record.js';

const record: DroneRecord = {
  ...{ id: 'drone-1', joinOrder: 0, address: '10.0.0.1:4000', isConnected: true, lostReason: undefined },
  ...{ isAnswering: true, software: undefined, isSilent: false, timeDeltaS: 0, latencyMs: 12, offsetMs: 1 },
  ...{ busyWith: undefined, lastOutcome: undefined, telemetryAtMs: 10_000 },
  telemetry: {
    armed: true,
    landed: 'in_air',
    battery: [15.2, 0.5],
    current_position: [3, 4, 10, 0, 'map'],
    show_clock: [4, 'ntp', -6],
    wind: [5, 7, 270],
    temperature: [61, 38],
    link_quality: 0.8,
  },
};

describe('what alerts read of a drone', () => {
  const plan = { atTakeoff: 0.9, reserve: 0.3, flightS: 600 };
  const extras = {
    plannedM: { x: 0, y: 0, z: 10 },
    battery: { plan, flownS: 300 },
  };

  it('is how far it is off its place, its plan and its clock, and what it measures itself', () => {
    expect(readingOf(record, 11_000, extras)).toEqual({
      ...{ id: 'drone-1', isFlying: true, silentS: 1, latencyMs: 12, windMPerS: 5, gustMPerS: 7 },
      ...{ temperatureC: 61, linkQuality: 0.8 },
      ...{ positionErrorM: 5, batteryShort: expect.closeTo(0.1), clockErrorMs: 10 },
    });
  });

  it('is only its silence once its word is too old', () => {
    expect(readingOf(record, 13_001, extras)).toEqual({
      ...{ id: 'drone-1', isFlying: true, silentS: 3.001, latencyMs: 12 },
    });
    expect(readingOf({ ...record, isConnected: false }, 13_001).latencyMs).toBeUndefined();
    expect(readingOf({ ...record, telemetryAtMs: undefined }, 1)).not.toHaveProperty('silentS');
  });

  it('leaves out what is not known', () => {
    const telemetry = {
      ...{ armed: true, current_position: 'NO_POS', battery: [15, Number.NaN], show_clock: [] },
      ...{ wind: [], temperature: [Number.NaN, Number.NaN], link_quality: Number.NaN },
    };
    const known = { id: 'drone-1', isFlying: true, silentS: 1, latencyMs: 12 };
    expect(readingOf({ ...record, telemetry }, 11_000, extras)).toEqual(known);
    const odd = { ...telemetry, wind: 'west', temperature: 61, link_quality: [0.8] };
    expect(readingOf({ ...record, telemetry: odd }, 11_000, extras)).toEqual(known);
    const half = { ...telemetry, temperature: [Number.NaN, 38] };
    expect(readingOf({ ...record, telemetry: half }, 11_000, extras)).toEqual({ ...known, temperatureC: 38 });
    expect(readingOf(record, 11_000)).not.toHaveProperty('positionErrorM');
    expect(readingOf({ ...record, telemetry: { show_clock: [4, 'ntp'] } }, 11_000).clockErrorMs).toBe(4);
  });

  it('is of a flight while it is armed, unless it says that it stands', () => {
    const flying = (telemetry: DroneRecord['telemetry']) =>
      readingOf({ ...record, telemetry }, 11_000).isFlying;
    expect(flying({ armed: true })).toBe(true);
    expect(flying({ armed: true, landed: 'on_ground' })).toBe(false);
    expect(flying({ armed: false, landed: 'in_air' })).toBe(false);
  });
});
