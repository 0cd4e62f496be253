/** The colour that LED_CONTROL has set, for as long as it lasts. Knows no dialect and no message. */
import type { LedColour } from './firmware.js';

export class Light {
  #rgb: LedColour['rgb'] | undefined;
  #untilMs = 0;

  set({ rgb, forMs }: LedColour, nowMs: number): void {
    this.#rgb = rgb;
    this.#untilMs = nowMs + (forMs ?? Number.POSITIVE_INFINITY);
  }

  /** Undefined while the light shows what the autopilot itself wants. */
  rgb(nowMs: number): LedColour['rgb'] | undefined {
    return nowMs < this.#untilMs ? this.#rgb : undefined;
  }
}
