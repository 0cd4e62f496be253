/** Lines for Scratch clients, up to sixty times a second, those of one moment in one frame. Knows no line's meaning. */
import { Buffer } from 'node:buffer';
import type { Clock } from '../../../lib/time/clock.js';
import type { Wire } from './visit.js';

/** Source: TurboWarp's cloud server sends 60 times a second. */
const intervalMs = 1000 / 60;

const lineEnd = Buffer.from('\n');

export class LineBatch {
  readonly #clock: Clock;
  #waiting = new Map<Wire, Uint8Array[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `lines`: without their ends. */
  add(wire: Wire, lines: readonly Uint8Array[]): void {
    if (this.#waiting.size === 0) this.#clock.after(intervalMs, () => this.#flush());
    const waiting = this.#waiting.get(wire);
    if (waiting === undefined) this.#waiting.set(wire, [...lines]);
    else waiting.push(...lines);
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    for (const [wire, lines] of waiting) wire.send(joined(lines));
  }
}

function joined(lines: readonly Uint8Array[]): Uint8Array {
  const [only] = lines;
  if (only !== undefined && lines.length === 1) return only;
  return Buffer.concat(lines.flatMap((line, index) => (index === 0 ? [line] : [lineEnd, line])));
}
