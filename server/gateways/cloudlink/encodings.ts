/** What a delivery is on the wire, made once for all who get it. Knows neither a protocol nor a receiver. */
import { Buffer } from 'node:buffer';
import type { Delivery } from '../../hub/deliveries.js';

export class Encodings {
  readonly #frames = new WeakMap<Delivery, Map<string, readonly Buffer[]>>();

  /** `form` tells apart what different receivers get of the same delivery. */
  of(delivery: Delivery, form: string, make: () => readonly string[]): readonly Buffer[] {
    let forms = this.#frames.get(delivery);
    if (forms === undefined) {
      forms = new Map();
      this.#frames.set(delivery, forms);
    }
    let frames = forms.get(form);
    if (frames === undefined) {
      frames = make().map((text) => Buffer.from(text));
      forms.set(form, frames);
    }
    return frames;
  }
}
