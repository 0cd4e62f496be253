/** Which faults fall due for which drone, counted from when its motors first started. Knows no files and no clock. */
import { everyDrone, type FaultLine } from './fault-file.js';
import type { Fault } from './faults.js';

/** The faults of one drone, as whoever steps its autopilot sees them. */
export interface FaultSource {
  /**
   * To be asked at every step; each fault is given once, in the order of their times (then of their lines).
   * `nowMs` is monotonic and any zero; the time counts from the first call with `armed`, and does not begin anew.
   */
  due(armed: boolean, nowMs: number): readonly Fault[];
}

const none: readonly Fault[] = [];

export class FaultSchedule {
  readonly #lines: readonly FaultLine[];

  /** Lines as `parseFaultFile` gives them, in any order. */
  constructor(lines: readonly FaultLine[]) {
    this.#lines = [...lines].sort((a, b) => a.atS - b.atS || a.line - b.line);
  }

  /** A new count for that drone, from its own start. */
  forDrone(droneId: string): FaultSource {
    return new DroneFaults(this.#lines.filter((line) => isNamed(line, droneId)));
  }

  /** Whether anything befalls that drone. */
  isFor(droneId: string): boolean {
    return this.#lines.some((line) => isNamed(line, droneId));
  }

  /** The drones that are named but not among these: most often a slip of the pen. */
  unknownDrones(droneIds: readonly string[]): string[] {
    const named = this.#lines.map(({ drone }) => drone);
    return [...new Set(named)].filter((drone) => drone !== everyDrone && !droneIds.includes(drone));
  }
}

function isNamed({ drone }: FaultLine, droneId: string): boolean {
  return drone === everyDrone || drone === droneId;
}

class DroneFaults implements FaultSource {
  readonly #lines: readonly FaultLine[];
  #next = 0;
  #startedAtMs: number | undefined;

  constructor(lines: readonly FaultLine[]) {
    this.#lines = lines;
  }

  due(armed: boolean, nowMs: number): readonly Fault[] {
    if (armed) this.#startedAtMs ??= nowMs;
    if (this.#startedAtMs === undefined || !this.#isDue(nowMs, this.#startedAtMs)) return none;
    const due: Fault[] = [];
    for (; this.#isDue(nowMs, this.#startedAtMs); this.#next += 1) {
      const line = this.#lines[this.#next];
      if (line) due.push(line.fault);
    }
    return due;
  }

  #isDue(nowMs: number, startedAtMs: number): boolean {
    const line = this.#lines[this.#next];
    return line !== undefined && nowMs - startedAtMs >= line.atS * 1000;
  }
}
