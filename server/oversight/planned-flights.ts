/** Where the loaded show wants each slot, and from when to when it flies. Made of the parts that drones hold; no fleet. */
import { errorText } from '../../lib/errors.js';
import type { Vec3 } from '../../lib/geo/frames.js';
import { decodePart } from '../../lib/show/part/part-codec.js';
import { flightOfPart } from '../../lib/show/part/part-plan.js';
import { type Path, positionAt } from '../../lib/show/path.js';
import type { Span } from '../../lib/show/show.js';

type Flight = { readonly path: Path; readonly span: Span };

export class PlannedFlights {
  readonly #parts: ReadonlyMap<string, Uint8Array>;
  readonly #onTrouble: (text: string) => void;
  /** Undefined for a slot that never flies. Without lights: thousands of them are large. */
  readonly #flights = new Map<string, Flight | undefined>();
  /** Slots of which nothing is known. */
  readonly #unreadable = new Set<string>();
  readonly #unread: Iterator<[string, Uint8Array]>;

  /** `parts`: by slot. `onTrouble`: a part can not be read, told once; nothing is known of that slot. */
  constructor(parts: ReadonlyMap<string, Uint8Array>, onTrouble: (text: string) => void) {
    this.#parts = parts;
    this.#onTrouble = onTrouble;
    this.#unread = parts.entries();
  }

  /** Reads some of the parts ahead, so that nobody waits for all of them at once. */
  readAhead(count: number): void {
    for (let read = 0; read < count; read += 1) {
      const next = this.#unread.next();
      if (next.done) return;
      this.#flightOf(next.value[0]);
    }
  }

  /** Whether all of them are read: until then each is read when it is asked for, which takes some ms. */
  get isRead(): boolean {
    return this.#flights.size >= this.#parts.size;
  }

  /** In the show's frame, ENU, `showS` seconds after its start; undefined while it does not fly the slot. */
  placeAt(slot: string, showS: number): Vec3 | undefined {
    const flight = this.#flightOf(slot);
    const isFlown = flight && showS >= flight.span.startS && showS < flight.span.endS;
    return isFlown ? positionAt(flight.path, showS) : undefined;
  }

  /** Whether a slot is known to be on the ground by plan at a moment of the show. */
  standsAt(slot: string, showS: number): boolean {
    const span = this.spanOf(slot);
    if (!span) return this.#parts.has(slot) && !this.#unreadable.has(slot);
    return showS < span.startS || showS >= span.endS;
  }

  /** Show times, s: take-off and landing as planned; undefined for a slot that never flies. */
  spanOf(slot: string): Span | undefined {
    return this.#flightOf(slot)?.span;
  }

  #flightOf(slot: string): Flight | undefined {
    const part = this.#parts.get(slot);
    if (!part || this.#flights.has(slot)) return this.#flights.get(slot);
    const flight = this.#read(slot, part);
    this.#flights.set(slot, flight);
    return flight;
  }

  #read(slot: string, part: Uint8Array): Flight | undefined {
    try {
      return flightOfPart(decodePart(part, slot));
    } catch (error) {
      this.#unreadable.add(slot);
      this.#onTrouble(`the part of ${slot} can not be read, its places are not watched: ${errorText(error)}`);
      return undefined;
    }
  }
}
