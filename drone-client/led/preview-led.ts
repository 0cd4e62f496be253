/** A light that only remembers what it shows: for simulated drones, whose telemetry tells it. Knows no hardware. */
import { black, type Rgb } from '../../lib/show/model.js';
import type { Clock } from '../../lib/time/clock.js';
import type { Led, LedEffect } from './led.js';
import { Light } from './light.js';

export class PreviewLed implements Led {
  readonly isPresent = true;
  readonly trouble = undefined;
  /** Telemetry tells of fewer. */
  readonly intervalMs = 50;
  readonly #clock: Clock;
  readonly #light = new Light();
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get color(): Rgb {
    return this.#light.colorAt(this.#clock.monotonicMs());
  }

  setColor(color: Rgb): void {
    if (!this.#isClosed) this.#light.setColor(color);
  }

  play(effect: LedEffect): void {
    if (!this.#isClosed) this.#light.play(effect, this.#clock.monotonicMs());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#light.setColor(black);
  }
}
