/** What the failsafe's tests stand on: a drone in the middle of a show, settings from texts, time by hand. */
import { droneConfigSpec } from '../../../drone-client/config-spec.js';
import { type FailsafeSettings, readFailsafeSettings } from '../../../drone-client/failsafe/settings.js';
import type { FlightSituation } from '../../../drone-client/failsafe/situation.js';
import type { Decision, Watchdog } from '../../../drone-client/failsafe/watchdog.js';
import type { EstimatorHealth, VehicleState } from '../../../drone-client/vehicle/vehicle.js';
import { loadConfig } from '../../../lib/config/index.js';

export const zero = { x: 0, y: 0, z: 0 };
export const here = { x: 0, y: 0, z: 5 };

export function settingsOf(text = ''): FailsafeSettings {
  return readFailsafeSettings(loadConfig(text, 'client.ini', droneConfigSpec));
}

export function healthyEstimator(nowMs: number, change: Partial<EstimatorHealth> = {}): EstimatorHealth {
  return {
    atMs: nowMs,
    hasAttitude: true,
    hasHorizontalVelocity: true,
    hasVerticalVelocity: true,
    hasHorizontalPosition: true,
    hasGlobalPosition: true,
    hasVerticalPosition: true,
    hasGpsGlitch: false,
    ...change,
  };
}

/** Flying, in the offboard mode, all well. */
export function flyingVehicle(nowMs: number, change: Partial<VehicleState> = {}): VehicleState {
  return {
    connected: true,
    autopilot: 'PX4',
    armed: true,
    mode: 'OFFBOARD',
    role: 'offboard',
    systemStatus: 'ACTIVE',
    landed: 'in_air',
    position: { atMs: nowMs, positionM: here, velocityMPerS: zero },
    attitude: { atMs: nowMs, rollRad: 0, pitchRad: 0, yawRad: 0, ratesRadPerS: zero },
    battery: { voltageV: 15.6, cellVoltageV: 3.9, fraction: 0.7 },
    calibration: { gyro: true, mag: true, accel: true },
    isPrearmOk: true,
    global: { atMs: nowMs, latDeg: 59, lonDeg: 30, amslM: 20, velocityMPerS: zero },
    gps: { atMs: nowMs, fixType: 3, satellites: 12 },
    estimator: healthyEstimator(nowMs),
    unhealthySensors: [],
    ...change,
  };
}

/** Standing ready before a show. */
export function standingVehicle(nowMs: number, change: Partial<VehicleState> = {}): VehicleState {
  const standing = { armed: false, mode: 'AUTO.LOITER', role: 'hold', landed: 'on_ground' } as const;
  return flyingVehicle(nowMs, { ...standing, systemStatus: 'STANDBY', ...change });
}

type Change = Partial<Omit<FlightSituation, 'vehicle' | 'nowMs'>> & {
  readonly vehicle?: Partial<VehicleState>;
};

/** In the middle of a show, all well. */
export function flight(nowMs: number, { vehicle, ...change }: Change = {}): FlightSituation {
  return {
    nowMs,
    isOurs: true,
    isLanding: false,
    isArmedSinceMs: -60_000,
    setpoint: { positionM: here, sentMs: nowMs },
    plannedM: here,
    remainingFlightS: 60,
    server: { isConnected: true },
    isOffboardExpected: true,
    ...change,
    vehicle: flyingVehicle(nowMs, vehicle),
  };
}

/** One watchdog in a flight that tests describe moment by moment. */
export class Flown {
  nowMs = 0;
  readonly decisions: (Decision & { readonly atMs: number })[] = [];
  readonly watchdog: Watchdog;
  readonly settings: FailsafeSettings;

  constructor(watchdog: Watchdog, settings: FailsafeSettings) {
    this.watchdog = watchdog;
    this.settings = settings;
  }

  /** Flies on for so long, a look every 100 ms; what was decided meanwhile. */
  fly(forMs: number, at: (nowMs: number) => FlightSituation = (nowMs) => flight(nowMs)): Decision[] {
    const before = this.decisions.length;
    for (const endMs = this.nowMs + forMs; this.nowMs < endMs; ) {
      this.nowMs += 100;
      const decided = this.watchdog.step(at(this.nowMs), this.settings);
      this.decisions.push(...decided.map((decision) => ({ ...decision, atMs: this.nowMs })));
    }
    return this.decisions.slice(before);
  }

  get activeIds(): string[] {
    return this.watchdog.active.map(({ id }) => id);
  }
}
