/** A LiPo battery that empties with the current drawn, and grows warm by it: voltage, current and what is left. Knows no autopilot. */

/** Source: none; a 5 Ah show drone that hovers 15 minutes, waits an hour with turning rotors, and ten hours without. */
const capacityAh = 5;
const electronicsA = 0.5;
const idlingA = 5;
const hoverA = 20;
/** Power goes with thrust to the 1.5. Source: momentum theory of the hovering rotor. */
const thrustExponent = 1.5;
/** 0.12 V a cell of sag in a hover. */
const cellOhm = 0.006;
const emptyCellV = 3.5;
const fullCellV = 4.2;
/** On a mild evening. */
const ambientC = 20;
/** A cell of 125 g that holds 1 J/(g·K), and what the air carries off it: in a long hover it ends up 12 K warmer. */
const cellJPerK = 125;
const cellWPerK = 0.2;

/** What it is asked for. `thrust` is a multiple of hovering; undefined = the motors stand. */
export type Load = { readonly thrust: number | undefined };

export class Battery {
  readonly cells: number;
  #fraction: number;
  #claimedFraction: number | undefined;
  #currentA = electronicsA;
  #consumedAh = 0;
  #temperatureC = ambientC;

  constructor(cells: number, fraction: number) {
    this.cells = cells;
    this.#fraction = fraction;
  }

  /** What it truly holds, 0…1. */
  get fraction(): number {
    return this.#fraction;
  }

  /** @throws RangeError outside 0…1. */
  set fraction(value: number) {
    this.#fraction = checked(value);
  }

  /** What the autopilot reports, 0…1: the truth, or the lie. */
  get reportedFraction(): number {
    return this.#claimedFraction ?? this.#fraction;
  }

  /** Nothing is left: the motors stop. */
  get isEmpty(): boolean {
    return this.#fraction <= 0;
  }

  get currentA(): number {
    return this.#currentA;
  }

  /** Since the start. */
  get consumedAh(): number {
    return this.#consumedAh;
  }

  /** Of all its cells. */
  get temperatureC(): number {
    return this.#temperatureC;
  }

  /** As the autopilot reports it, under load. */
  get cellVoltageV(): number {
    return emptyCellV + (fullCellV - emptyCellV) * this.reportedFraction - cellOhm * this.#currentA;
  }

  /** From now on this fraction is reported, and its voltage. @throws RangeError outside 0…1. */
  claim(fraction: number): void {
    this.#claimedFraction = checked(fraction);
  }

  /** From now on all its cells have this temperature, °C, and lose or gain heat from there. */
  heat(temperatureC: number): void {
    this.#temperatureC = temperatureC;
  }

  drain(load: Load, dtS: number): void {
    this.#currentA = electronicsA + (load.thrust === undefined ? 0 : motorsA(load.thrust));
    const drawnAh = (this.#currentA * dtS) / 3600;
    this.#consumedAh += drawnAh;
    this.#fraction = Math.max(0, this.#fraction - drawnAh / capacityAh);
    const heatW = cellOhm * this.#currentA ** 2 - cellWPerK * (this.#temperatureC - ambientC);
    this.#temperatureC += (heatW * dtS) / cellJPerK;
  }
}

function motorsA(thrust: number): number {
  const idleA = idlingA - electronicsA;
  return idleA + (hoverA - idlingA) * Math.max(0, thrust) ** thrustExponent;
}

function checked(fraction: number): number {
  if (!(fraction >= 0 && fraction <= 1)) throw new RangeError(`a battery's fraction is 0…1, not ${fraction}`);
  return fraction;
}
