/** What really happens on the field: who flies, who fell, how near they came to each other. Knows truths; no server. */
import { distance } from '../../lib/geo/frames.js';
import { type Cancel, type Clock, every } from '../../lib/time/clock.js';
import type { Journal } from './journal.js';
import type { RehearsedDrone } from './rehearsed-drone.js';

/** What became of a drone. `lost`: it touched the ground harder than a landing does, or its motors stopped in the air. */
export type DroneEnd = 'landed' | 'lost' | 'flying' | 'grounded';

export type FieldReport = {
  readonly ends: ReadonlyMap<string, DroneEnd>;
  /** Of two drones of which one flew at least; undefined: fewer than two, or none flew. */
  readonly closest: Approach | undefined;
  /** From the first command that ends a flight until no motor ran, s; undefined: none was given, or one still runs. */
  readonly stoppedAfterS: number | undefined;
};

export type Approach = {
  readonly distanceM: number;
  readonly atS: number;
  readonly drones: readonly [string, string];
};

/** How often it is looked, ms. */
const lookMs = 50;

/** Faster than any of its landings, whichever way: it fell, or the wind threw it down, m/s. */
const hardMPerS = 3;

/** What lies on the ground, m/s. */
const stillMPerS = 0.3;

/** Higher than this the motors of a drone must not stop, m. */
const lowM = 0.6;

type Seen = { hasFlown: boolean; wasArmed: boolean; isLost: boolean; speedMPerS: number; heightM: number };

export class FieldWatch {
  readonly #drones: readonly RehearsedDrone[];
  readonly #journal: Journal;
  readonly #seen = new Map<RehearsedDrone, Seen>();
  readonly #stop: Cancel;
  readonly #clock: Clock;
  #closest: Approach | undefined;
  #endedMs: number | undefined;
  #stoppedAfterS: number | undefined;

  constructor(clock: Clock, drones: readonly RehearsedDrone[], journal: Journal) {
    this.#clock = clock;
    this.#drones = drones;
    this.#journal = journal;
    this.#stop = every(clock, lookMs, () => this.#look());
  }

  /** Whose motors run, or who is in the air. */
  get flying(): string[] {
    return this.#drones.filter(({ truth }) => truth.armed || !truth.isLanded).map(({ id }) => id);
  }

  get report(): FieldReport {
    return {
      ends: new Map(this.#drones.map((drone) => [drone.id, this.#endOf(drone)])),
      closest: this.#closest,
      stoppedAfterS: this.#stoppedAfterS,
    };
  }

  /** The operator has ended the flight. */
  get isEnded(): boolean {
    return this.#endedMs !== undefined;
  }

  /** The operator ends the flight. */
  noteEnding(): void {
    this.#endedMs ??= this.#clock.monotonicMs();
  }

  /** Writes where everybody is: what no seed repeats shows here first. */
  close(): void {
    this.#stop();
    const { distanceM, atS, drones } = this.#closest ?? {};
    if (distanceM !== undefined)
      this.#journal.note(
        'field',
        `closest: ${distanceM.toFixed(6)} m, ${drones?.join(' and ')} at ${atS?.toFixed(3)} s`,
      );
    for (const drone of this.#drones) {
      const { positionM, batteryFraction } = drone.truth;
      const { x, y, z } = positionM;
      const place = [x, y, z].map((value) => value.toFixed(6)).join(' ');
      this.#journal.note(
        'field',
        `${drone.id}: ${this.#endOf(drone)} at ${place}, battery ${batteryFraction.toFixed(6)}`,
      );
    }
  }

  #look(): void {
    for (const drone of this.#drones) this.#lookAt(drone);
    this.#measure();
    if (this.#endedMs === undefined || this.#stoppedAfterS !== undefined) return;
    if (this.#drones.some(({ truth }) => truth.armed)) return;
    this.#stoppedAfterS = (this.#clock.monotonicMs() - this.#endedMs) / 1000;
    this.#journal.note(
      'field',
      `all motors off ${this.#stoppedAfterS.toFixed(3)} s after the operator's command`,
    );
  }

  #lookAt(drone: RehearsedDrone): void {
    const { armed, isLanded, positionM, velocityMPerS } = drone.truth;
    const before = this.#seen.get(drone);
    const seen: Seen = before ?? {
      hasFlown: false,
      wasArmed: false,
      isLost: false,
      speedMPerS: 0,
      heightM: 0,
    };
    const speedMPerS = Math.hypot(velocityMPerS.x, velocityMPerS.y, velocityMPerS.z);
    const hasFallen = seen.speedMPerS > hardMPerS && speedMPerS < stillMPerS && positionM.z < lowM;
    const hasStopped = seen.wasArmed && !armed && seen.heightM > lowM;
    if (!seen.isLost && seen.hasFlown && (hasFallen || hasStopped)) {
      seen.isLost = true;
      this.#journal.note(
        'field',
        `${drone.id} is lost: ${hasFallen ? 'it fell, or was thrown down' : 'its motors stopped in the air'}`,
      );
    }
    if (armed !== seen.wasArmed) this.#journal.note('field', `${drone.id}: motors ${armed ? 'on' : 'off'}`);
    seen.hasFlown ||= !isLanded;
    seen.wasArmed = armed;
    seen.speedMPerS = speedMPerS;
    seen.heightM = positionM.z;
    if (!before) this.#seen.set(drone, seen);
  }

  #measure(): void {
    const drones = this.#drones.map(({ id, truth: { isLanded, positionM } }) => ({
      id,
      isLanded,
      positionM,
    }));
    for (const [index, a] of drones.entries())
      for (let other = index + 1; other < drones.length; other += 1) {
        const b = drones[other];
        if (!b || (a.isLanded && b.isLanded)) continue;
        const distanceM = distance(a.positionM, b.positionM);
        if (distanceM >= (this.#closest?.distanceM ?? Number.POSITIVE_INFINITY)) continue;
        this.#closest = { distanceM, atS: this.#clock.monotonicMs() / 1000, drones: [a.id, b.id] };
      }
  }

  #endOf(drone: RehearsedDrone): DroneEnd {
    const { armed, isLanded } = drone.truth;
    const seen = this.#seen.get(drone);
    if (seen?.isLost) return 'lost';
    if (armed || !isLanded) return 'flying';
    return seen?.hasFlown ? 'landed' : 'grounded';
  }
}
