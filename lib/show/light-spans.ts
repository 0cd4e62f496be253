/** Collects the spans of a light track in lists that grow. Knows frames and colours; no commands. */
import { type LightColor, lightFramesPerS } from './light-opcodes.js';
import type { LightTrack } from './light-track.js';

/** Spans in order of time; one that does not differ from what is shown anyway is left out. */
export class SpanList {
  #frames = new Float64Array(64);
  #colors = new Uint8Array(6 * 64);
  #length = 0;

  /** From `frame` on: at first `from`, and `to` where the next span begins. Frames rise from span to span. */
  add(frame: number, from: LightColor, to: LightColor): void {
    if (this.#isSteady(from) && this.#isSteady(to)) return;
    if (this.#length === this.#frames.length) this.#grow();
    this.#frames[this.#length] = frame;
    this.#colors.set(from, 6 * this.#length);
    this.#colors.set(to, 6 * this.#length + 3);
    this.#length++;
  }

  build(): LightTrack {
    return {
      timesS: this.#frames.slice(0, this.#length).map((frame) => frame / lightFramesPerS),
      colors: this.#colors.slice(0, 6 * this.#length),
    };
  }

  /** Whether there is a last span, and it begins and ends with this colour, so that it would only go on. */
  #isSteady([red, green, blue]: LightColor): boolean {
    const at = 6 * (this.#length - 1);
    const c = this.#colors;
    if (c[at] !== red || c[at + 1] !== green || c[at + 2] !== blue) return false;
    return c[at + 3] === red && c[at + 4] === green && c[at + 5] === blue;
  }

  #grow(): void {
    const frames = new Float64Array(2 * this.#frames.length);
    const colors = new Uint8Array(2 * this.#colors.length);
    frames.set(this.#frames);
    colors.set(this.#colors);
    this.#frames = frames;
    this.#colors = colors;
  }
}
