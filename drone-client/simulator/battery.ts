/** A LiPo battery that empties with the load: voltage and what is left. Knows no autopilot. */

export type Load = 'off' | 'idle' | 'flying';

/** How long a full battery lasts under each load. */
const enduranceS: Readonly<Record<Load, number>> = { off: 36_000, idle: 3600, flying: 900 };
/** How far the load pulls a cell down. */
const sagV: Readonly<Record<Load, number>> = { off: 0, idle: 0.02, flying: 0.12 };
const emptyCellV = 3.5;
const fullCellV = 4.2;

export class Battery {
  readonly cells: number;
  #fraction: number;
  #load: Load = 'off';

  constructor(cells: number, fraction: number) {
    this.cells = cells;
    this.#fraction = fraction;
  }

  /** 0…1. */
  get fraction(): number {
    return this.#fraction;
  }

  /** @throws RangeError outside 0…1. */
  set fraction(value: number) {
    if (!(value >= 0 && value <= 1)) throw new RangeError(`a battery's fraction is 0…1, not ${value}`);
    this.#fraction = value;
  }

  get cellVoltageV(): number {
    return emptyCellV + (fullCellV - emptyCellV) * this.#fraction - sagV[this.#load];
  }

  drain(load: Load, dtS: number): void {
    this.#load = load;
    this.#fraction = Math.max(0, this.#fraction - dtS / enduranceS[load]);
  }
}
