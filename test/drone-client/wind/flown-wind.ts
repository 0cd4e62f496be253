/** Flies a simulated autopilot in the wind and lets the estimator hear what it sends by MAVLink; for tests alone. */
import { common } from 'mavlink-mappings';
import type { AutopilotOptions } from '../../../drone-client/simulator/autopilot.js';
import { Random } from '../../../drone-client/simulator/random.js';
import { Wind, type WindOptions } from '../../../drone-client/simulator/wind.js';
import { flavourOf } from '../../../drone-client/vehicle/mavlink/flavour.js';
import { intervalRequest, wantedStreams } from '../../../drone-client/vehicle/mavlink/outgoing.js';
import { reduceMessage, unknownState } from '../../../drone-client/vehicle/mavlink/state.js';
import type { VehicleState } from '../../../drone-client/vehicle/vehicle.js';
import {
  type WindEstimate,
  WindEstimator,
  type WindSettings,
} from '../../../drone-client/wind/wind-estimator.js';
import type { Vec3 } from '../../../lib/geo/frames.js';
import { at, Bench } from '../simulator/bench.js';
import { CopterBench } from '../simulator/copter-bench.js';

const lookMs = 100;
const stepMs = 10;
/** What the simulator seeds its parts with: the wind by the first number that it draws. */
const maxSeed = 2 ** 31;

export type FlownOptions = Omit<Partial<AutopilotOptions>, 'wind'> & {
  readonly wind: WindOptions;
  readonly settings?: WindSettings;
};

/** Hovers at 5 m over where it took off. */
export class FlownWind {
  readonly bench: Bench;
  state: VehicleState = unknownState;
  estimate: WindEstimate | undefined;
  /** Where it is to be. */
  setpointM: Vec3 = { x: 0, y: 0, z: 5 };
  /** Its sensors are not heard. */
  isDeaf = false;
  /** The wind as it is blown at the drone, but for single gusts. */
  readonly air: Wind;
  readonly #estimator: WindEstimator;
  #airMs = 0;
  readonly #isCopter: boolean;

  constructor({ settings, autopilot = 'px4', seed = 1, ...others }: FlownOptions) {
    const options = { ...others, seed };
    this.air = new Wind(options.wind, new Random(new Random(seed).between(0, maxSeed)));
    this.#estimator = new WindEstimator(settings);
    this.#isCopter = autopilot === 'ardupilot';
    this.bench = this.#isCopter ? new CopterBench(options) : new Bench(options);
    for (const { messageId, rateHz } of wantedStreams) {
      const { command, params } = intervalRequest(messageId, rateHz);
      this.bench.command(command, params ?? []);
    }
  }

  takeOff(): void {
    const { bench } = this;
    if (bench instanceof CopterBench) bench.lift(5);
    else bench.takeOff(this.setpointM);
    bench.setpoint = () => at(this.setpointM);
    this.#hear();
  }

  /** Flies on, and is asked ten times a second. */
  fly(forS: number, look: (estimate: WindEstimate | undefined) => void = () => undefined): void {
    for (let passedMs = 0; passedMs < forS * 1000; passedMs += lookMs) {
      this.bench.run(lookMs);
      this.#hear();
      this.estimate = this.#estimator.take({
        nowMs: this.bench.nowMs,
        vehicle: this.state,
        setpointM: this.setpointM,
      });
      look(this.estimate);
    }
  }

  #hear(): void {
    const flavour = flavourOf(this.#isCopter ? 3 : 12);
    for (const { atMs, message } of this.bench.heard) {
      if (this.isDeaf && (message instanceof common.Attitude || message instanceof common.LocalPositionNed))
        continue;
      this.state = reduceMessage(this.state, message, { nowMs: atMs, flavour });
    }
    this.bench.heard.length = 0;
    for (; this.#airMs < this.bench.nowMs; this.#airMs += stepMs)
      this.air.step(this.#airMs + stepMs, stepMs / 1000);
  }
}
