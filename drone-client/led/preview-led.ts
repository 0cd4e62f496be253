/** A light that only remembers its colour: for simulated drones, whose telemetry shows it. Knows no hardware. */
import { black, type Rgb } from '../../lib/show/model.js';
import type { Led } from './led.js';

export class PreviewLed implements Led {
  readonly isPresent = true;
  #color: Rgb = black;

  get color(): Rgb {
    return this.#color;
  }

  setColor(color: Rgb): void {
    this.#color = color;
  }
}
