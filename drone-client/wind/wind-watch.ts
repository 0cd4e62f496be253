/** Keeps one drone's wind estimate while its motors run. Knows its vehicle by the port; no server and no show. */
import { ConfigError } from '../../lib/errors.js';
import type { Clock } from '../../lib/time/clock.js';
import type { Vehicle } from '../vehicle/vehicle.js';
import {
  defaultWindSettings,
  type WindEstimate,
  WindEstimator,
  type WindSettings,
} from './wind-estimator.js';

/** Positions come at 20 Hz; a low pass of a second needs no more than every other, ms. */
const shortestMs = 90;

export type WindWatchOptions = {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** In the frame in which the wind is to be told, whose z points up. */
  readonly vehicle: Pick<Vehicle, 'state' | 'onEvent'>;
  /** Read when the motors start: a change takes effect with the next flight. May throw a ConfigError. */
  readonly settings: () => WindSettings;
  readonly onWarning: (text: string) => void;
};

export class WindWatch {
  readonly #options: WindWatchOptions;
  readonly #stopListening: () => void;
  #estimator: WindEstimator | undefined;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  /** Listens from now on until `close`. */
  constructor(options: WindWatchOptions) {
    this.#options = options;
    this.#stopListening = options.vehicle.onEvent(({ type }) => {
      if (type === 'positionReceived') this.#hear();
    });
  }

  /** As it is now; undefined while it can not be known, as on the ground. */
  get estimate(): WindEstimate | undefined {
    return this.#look(this.#options.clock.monotonicMs());
  }

  close(): void {
    this.#stopListening();
  }

  #hear(): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs - this.#lookedAtMs < shortestMs) return;
    this.#lookedAtMs = nowMs;
    this.#look(nowMs);
  }

  #look(nowMs: number): WindEstimate | undefined {
    const { state } = this.#options.vehicle;
    if (!state.armed) {
      this.#estimator = undefined;
      return undefined;
    }
    this.#estimator ??= new WindEstimator(this.#settings());
    return this.#estimator.take({ nowMs, vehicle: state });
  }

  /** Wrong ones cost the measured airframe, not the wind. */
  #settings(): WindSettings {
    try {
      return this.#options.settings();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#options.onWarning(`wind: ${error.message}; until then by an airframe that nobody has measured`);
      return defaultWindSettings;
    }
  }
}
