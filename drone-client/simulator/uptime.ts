/**
 * All that a simulated autopilot forgets when it restarts, and what it knows of itself since. Knows no link; a restart
 * is a new one of these.
 */
import { minimal } from 'mavlink-mappings';
import { Calibration } from './calibration.js';
import type { Commander, Situation } from './commander.js';
import type { Firmware } from './firmware.js';
import type { Flight } from './flight.js';
import { Home } from './home.js';
import { Light } from './light.js';
import type { Notice } from './notice.js';
import type { OffboardStream } from './offboard-stream.js';
import type { Parameters } from './parameters.js';
import type { Random } from './random.js';
import { Streams } from './streams.js';

/** What stays the same over restarts. */
export type UptimeOptions = {
  readonly firmware: Firmware;
  readonly flight: Flight;
  readonly stream: OffboardStream;
  readonly parameters: Parameters;
  readonly random: Random;
  readonly settleMs: number;
  readonly tell: (notice: Notice, sinceBootMs: number) => void;
};

const bootMs = 500;

export class Uptime {
  readonly commander: Commander;
  readonly streams: Streams;
  readonly home: Home;
  readonly calibration = new Calibration();
  readonly light = new Light();
  /** Mode changes are accepted and do not happen. */
  isModeStuck = false;
  readonly #options: UptimeOptions;
  #bootedAtMs = 0;
  #nowMs = 0;
  #groundStationHeardMs: number | undefined;

  /** `begin` says when. */
  constructor(options: UptimeOptions) {
    const { firmware, flight, stream, parameters, random, settleMs, tell } = options;
    this.#options = options;
    flight.mode.reset();
    stream.forget();
    this.home = new Home(flight.estimator);
    this.streams = new Streams(firmware.defaultRatesHz);
    this.commander = firmware.makeCommander({
      parameters,
      random,
      flightMode: flight.mode,
      settleMs,
      tell: (notice) => tell(notice, this.sinceBootMs),
    });
  }

  /** Negative before it has booted. */
  get sinceBootMs(): number {
    return this.#nowMs - this.#bootedAtMs;
  }

  get isBooting(): boolean {
    return this.sinceBootMs < 0;
  }

  /** `bootedAtMs` may lie ahead: until then nothing is heard of it. */
  begin(nowMs: number, bootedAtMs: number): void {
    this.#nowMs = nowMs;
    this.#bootedAtMs = bootedAtMs;
  }

  /** It is that late now. */
  advance(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  /** Decisions and what they rest on; to be called at every step once it has booted. */
  step(): void {
    const situation = this.situation();
    if (!this.home.localM && situation.isSettled && situation.hasGlobalPosition) this.setHome();
    this.commander.step(situation);
  }

  setHome(): void {
    this.home.set();
    this.#options.flight.mode.homeM = this.home.localM;
  }

  groundStationHeard(): void {
    this.#groundStationHeardMs = this.#nowMs;
  }

  situation(): Situation {
    const { flight, stream, settleMs } = this.#options;
    const { landDetector, estimator, battery, gps } = flight;
    const { isHorizontalValid, isGlobalValid } = estimator.health;
    const heardMs = this.#groundStationHeardMs;
    return {
      nowMs: this.#nowMs,
      sinceBootMs: this.sinceBootMs,
      isLanded: landDetector.isLanded,
      isSettled: this.sinceBootMs >= settleMs,
      hasPosition: isHorizontalValid,
      hasGlobalPosition: isGlobalValid,
      hasGpsFix: gps.hasFix,
      isCalibrating: this.calibration.isRunning,
      stream,
      positionM: estimator.positionM,
      homeM: this.home.localM,
      batteryFraction: battery.reportedFraction,
      batteryV: battery.cellVoltageV * battery.cells,
      groundStationSilenceMs: heardMs === undefined ? undefined : this.#nowMs - heardMs,
    };
  }

  /** MAV_STATE. */
  systemStatus({ isCalibrating, isSettled }: Situation): number {
    const { BOOT, UNINIT, CALIBRATING, STANDBY, ACTIVE, CRITICAL, FLIGHT_TERMINATION } = minimal.MavState;
    if (this.commander.isTerminated) return FLIGHT_TERMINATION;
    if (this.commander.armed) return this.commander.isFailsafe ? CRITICAL : ACTIVE;
    if (this.sinceBootMs < bootMs) return BOOT;
    if (isCalibrating) return CALIBRATING;
    return isSettled ? STANDBY : UNINIT;
  }
}
