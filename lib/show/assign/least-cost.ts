/** Solves the linear assignment problem exactly. Knows a table of costs; no drone and no place. */

/** `values[row * columns + column]`: ≥ 0, or Infinity where the two must not meet; at least as many columns as rows. */
export type CostTable = { readonly rows: number; readonly columns: number; readonly values: Float64Array };

/**
 * The column of each row, no column twice, so that the sum of their costs is least; undefined when every way to do it
 * costs Infinity. Time: rows² × columns at worst.
 * Source: R. Jonker, A. Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment
 * problems", Computing 38 (1987); the start by row minima and the augmentation, without its column reduction.
 */
export function leastCostAssignment(table: CostTable): Int32Array | undefined {
  const state = new Matching(table);
  for (let row = 0; row < table.rows; row++)
    if (state.columnOf[row] === unmatched && !state.augment(row)) return undefined;
  return state.columnOf;
}

const unmatched = -1;

class Matching {
  readonly columnOf: Int32Array;
  readonly #rowOf: Int32Array;
  readonly #table: CostTable;
  /** What a row pays, and what a column (never above 0, 0 while it is free): cost ≥ row + column, = where matched. */
  readonly #rowPrice: Float64Array;
  readonly #columnPrice: Float64Array;
  /** Of one search: the shortest way to each column, and the row from which it comes. */
  readonly #way: Float64Array;
  readonly #from: Int32Array;
  /** Columns; the first of them, in the order in which the search reached them, are done. */
  readonly #order: Int32Array;

  constructor(table: CostTable) {
    const { rows, columns } = table;
    this.#table = table;
    this.columnOf = new Int32Array(rows).fill(unmatched);
    this.#rowOf = new Int32Array(columns).fill(unmatched);
    this.#rowPrice = new Float64Array(rows);
    this.#columnPrice = new Float64Array(columns);
    this.#way = new Float64Array(columns);
    this.#from = new Int32Array(columns);
    this.#order = Int32Array.from({ length: columns }, (_, column) => column);
    for (let row = 0; row < rows; row++) this.#takeCheapest(row);
  }

  /** Every row pays its least cost, and has that column if nobody does. */
  #takeCheapest(row: number): void {
    const { columns, values } = this.#table;
    let best = 0;
    for (let column = 1; column < columns; column++)
      if (at(values, row * columns + column) < at(values, row * columns + best)) best = column;
    const least = at(values, row * columns + best);
    if (least === Number.POSITIVE_INFINITY) return;
    this.#rowPrice[row] = least;
    if (at(this.#rowOf, best) === unmatched) this.#match(row, best);
  }

  #match(row: number, column: number): void {
    this.columnOf[row] = column;
    this.#rowOf[column] = row;
  }

  /** Gives `start` a column, on the cheapest way through the columns of others; false when there is none. */
  augment(start: number): boolean {
    this.#way.fill(Number.POSITIVE_INFINITY);
    let row = start;
    let length = 0;
    for (let done = 0; done < this.#table.columns; done++) {
      const nearest = this.#relax(row, length, done);
      const column = at(this.#order, nearest);
      length = at(this.#way, column);
      if (length === Number.POSITIVE_INFINITY) return false;
      this.#order[nearest] = at(this.#order, done);
      this.#order[done] = column;
      row = at(this.#rowOf, column);
      if (row !== unmatched) continue;
      this.#reprice(start, length, done);
      this.#turn(start, column);
      return true;
    }
    return false;
  }

  /** Goes from a row at distance `length` to all columns that are not done; the place in `#order` of the nearest. */
  #relax(row: number, length: number, done: number): number {
    const { columns, values } = this.#table;
    const [order, way, price] = [this.#order, this.#way, this.#columnPrice];
    const offset = row * columns;
    const base = length - at(this.#rowPrice, row);
    let nearest = done;
    let least = Number.POSITIVE_INFINITY;
    for (let k = done; k < columns; k++) {
      const column = at(order, k);
      const through = base + at(values, offset + column) - at(price, column);
      let known = at(way, column);
      if (through < known) {
        known = through;
        way[column] = through;
        this.#from[column] = row;
      }
      const isNearer = known < least || (known === least && at(this.#rowOf, column) === unmatched);
      if (!isNearer) continue;
      least = known;
      nearest = k;
    }
    return nearest;
  }

  /** Prices with which every edge on the way just found costs exactly what it pays. */
  #reprice(start: number, length: number, done: number): void {
    this.#rowPrice[start] = at(this.#rowPrice, start) + length;
    for (let k = 0; k < done; k++) {
      const column = at(this.#order, k);
      const rise = length - at(this.#way, column);
      const row = at(this.#rowOf, column);
      this.#columnPrice[column] = at(this.#columnPrice, column) - rise;
      this.#rowPrice[row] = at(this.#rowPrice, row) + rise;
    }
  }

  /** Every row on the way back to `start` takes the column through which the way leaves it. */
  #turn(start: number, last: number): void {
    let column = last;
    for (;;) {
      const row = at(this.#from, column);
      const before = at(this.columnOf, row);
      this.#match(row, column);
      if (row === start) return;
      column = before;
    }
  }
}

function at(list: Float64Array | Int32Array, index: number): number {
  return list[index] ?? 0;
}
