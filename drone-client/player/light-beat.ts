/** How often a show's lights are looked at: as often as the device takes them, between the setpoints. Knows no show. */
import type { Clock } from '../../lib/time/clock.js';
import type { Led } from '../led/led.js';
import { Ticker } from './ticker.js';

/** Not more often than this: 50 times a second. Source: the light programs of Skybrush have 50 frames a second. */
const leastMs = 20;

/** So much after the setpoints' beat, so that no light makes one late: 20 ms and 50 ms never meet then. */
const offsetMs = 5;

/** Runs while a show is flown, on the show's own grid. A device that is no faster than the setpoints needs none. */
export class LightBeat {
  readonly #led: Pick<Led, 'intervalMs'>;
  readonly #setpointMs: number;
  readonly #ticker: Ticker;

  /** `onBeat` says whether the lights are still to be looked at. */
  constructor(
    { clock, led, setpointMs }: { readonly clock: Clock; readonly led: Led; readonly setpointMs: number },
    onBeat: (nowMs: number) => boolean,
  ) {
    this.#led = led;
    this.#setpointMs = setpointMs;
    this.#ticker = new Ticker(clock, Math.max(leastMs, Math.min(led.intervalMs, setpointMs)), (nowMs) => {
      if (!onBeat(nowMs)) this.stop();
    });
  }

  get isRunning(): boolean {
    return this.#ticker.isRunning;
  }

  /** `originMs`: of the setpoints' beat, monotonic. */
  start(originMs: number): void {
    if (this.#led.intervalMs < this.#setpointMs) this.#ticker.start(originMs + offsetMs);
  }

  align(originMs: number): void {
    this.#ticker.align(originMs + offsetMs);
  }

  stop(): void {
    this.#ticker.stop();
  }
}
