import { describe, expect, it } from 'vitest';
import type { VehicleEvent, VehicleState } from '../../../drone-client/vehicle/vehicle.js';
import { defaultWindSettings } from '../../../drone-client/wind/wind-estimator.js';
import { WindWatch } from '../../../drone-client/wind/wind-watch.js';
import { ConfigError } from '../../../lib/errors.js';
import { standingState, zero } from '../../support/fake-vehicle-state.js';

const gravityMPerS2 = 9.80665;

/** Leans as one that hovers in 6 m/s from the east, by its own airframe. */
const lean = (0.2 * 6) / gravityMPerS2;
const measured = { momentumDragPerS: 0.2, ballisticCoefficientKgPerM2: Number.POSITIVE_INFINITY };

class LeaningVehicle {
  state: VehicleState = standingState(0, zero);
  readonly #listeners = new Set<(event: VehicleEvent) => void>();
  nowMs = 0;

  get listeners(): number {
    return this.#listeners.size;
  }

  onEvent(listener: (event: VehicleEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Is heard 20 times a second for so long. */
  fly(forS: number, armed = true): void {
    for (const untilMs = this.nowMs + forS * 1000; this.nowMs < untilMs; ) {
      this.nowMs += 50;
      const { nowMs: atMs } = this;
      const position = { atMs, positionM: zero, velocityMPerS: zero };
      const attitude = { atMs, rollRad: 0, pitchRad: Math.atan(lean), yawRad: 0, ratesRadPerS: zero };
      const landed = armed ? 'in_air' : 'on_ground';
      this.state = { ...standingState(atMs, zero), armed, landed, position, attitude };
      for (const listener of this.#listeners) listener({ type: 'positionReceived', position });
    }
  }
}

function watched(settings = () => ({ ...defaultWindSettings, airframe: measured })) {
  const vehicle = new LeaningVehicle();
  const warnings: string[] = [];
  const asked = { times: 0 };
  const counted = () => {
    asked.times += 1;
    return settings();
  };
  const clock = { monotonicMs: () => vehicle.nowMs };
  const watch = new WindWatch({
    ...{ clock, vehicle, settings: counted },
    onWarning: (text) => warnings.push(text),
  });
  return { vehicle, watch, warnings, asked };
}

describe("a drone's watch of the wind", () => {
  it('knows it by listening alone, as long as it flies and is heard', () => {
    const { vehicle, watch } = watched();
    expect(watch.estimate).toBeUndefined();
    vehicle.fly(8);
    expect(watch.estimate).toMatchObject({ speedMPerS: expect.closeTo(6), fromRad: expect.closeTo(0) });
    vehicle.nowMs += 1100;
    expect(watch.estimate).toBeUndefined();
    vehicle.fly(8);
    expect(watch.estimate).toBeDefined();
    vehicle.fly(0.2, false);
    expect(watch.estimate).toBeUndefined();
    watch.close();
    expect(vehicle.listeners).toBe(0);
  });

  it('goes by the settings of the moment at which the motors start', () => {
    const { vehicle, watch, asked } = watched();
    vehicle.fly(8, false);
    expect(asked.times).toBe(0);
    vehicle.fly(8);
    vehicle.fly(1, false);
    vehicle.fly(8);
    expect(asked.times).toBe(2);
    expect(watch.estimate).toBeDefined();
  });

  it('says once a flight that its settings are wrong, and estimates by an unmeasured airframe', () => {
    const { vehicle, watch, warnings } = watched(() => {
      throw new ConfigError('drone.ini: [WIND] is wrong: mend it');
    });
    vehicle.fly(8);
    expect(watch.estimate?.speedMPerS).toBeGreaterThan(6.3);
    expect(warnings).toEqual([expect.stringContaining('[WIND] is wrong: mend it')]);
  });
});
