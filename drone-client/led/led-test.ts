/** Shows one colour after the other, so that a person sees that the light works. Knows no show. */
import { black, type Rgb } from '../../lib/show/model.js';
import type { Cancel, Clock } from '../../lib/time/clock.js';
import type { Led } from './led.js';

const colors: readonly Rgb[] = [
  { red: 255, green: 0, blue: 0 },
  { red: 0, green: 255, blue: 0 },
  { red: 0, green: 0, blue: 255 },
  { red: 255, green: 255, blue: 255 },
  black,
];

/** How long each colour stays, ms. */
const stepMs = 500;

export class LedTest {
  readonly #clock: Clock;
  readonly #led: Led;
  #cancel: Cancel | undefined;

  constructor(clock: Clock, led: Led) {
    this.#clock = clock;
    this.#led = led;
  }

  run(): void {
    this.cancel();
    this.#show(0);
  }

  /** Ends it where it is. */
  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #show(index: number): void {
    const color = colors[index];
    if (!color) return;
    this.#led.setColor(color);
    this.#cancel = this.#clock.after(stepMs, () => this.#show(index + 1));
  }
}
