/** Matches rows to columns where that is allowed, as many as can be. Knows a table of numbers; no drone and no place. */
import type { CostTable } from './least-cost.js';

/**
 * How many rows can have a column of their own at once, if each may only have one whose value is ≤ `limit`.
 * Source: J. E. Hopcroft, R. M. Karp, "An n^5/2 algorithm for maximum matchings in bipartite graphs", SIAM J. Comput.
 * 2 (1973).
 */
export function mostMatches(table: CostTable, limit: number): number {
  const graph = new Graph(table, limit);
  let matches = 0;
  while (graph.layer())
    for (let row = 0; row < table.rows; row++) if (graph.isFree(row) && graph.extend(row)) matches++;
  return matches;
}

const none = -1;

class Graph {
  /** Neighbours of row r are `#columns` from `#first[r]` up to, but without, `#first[r + 1]`. */
  readonly #first: Int32Array;
  readonly #columns: Int32Array;
  readonly #columnOf: Int32Array;
  readonly #rowOf: Int32Array;
  /** How many rows away a row is from a free one, and the next neighbour to try. */
  readonly #depth: Int32Array;
  readonly #next: Int32Array;

  constructor({ rows, columns, values }: CostTable, limit: number) {
    const list: number[] = [];
    this.#first = new Int32Array(rows + 1);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++)
        if (at(values, row * columns + column) <= limit) list.push(column);
      this.#first[row + 1] = list.length;
    }
    this.#columns = Int32Array.from(list);
    this.#columnOf = new Int32Array(rows).fill(none);
    this.#rowOf = new Int32Array(columns).fill(none);
    this.#depth = new Int32Array(rows);
    this.#next = new Int32Array(rows);
  }

  isFree(row: number): boolean {
    return this.#columnOf[row] === none;
  }

  /** Counts how far every row is from the free ones; false when no free column can be reached any more. */
  layer(): boolean {
    const rows = this.#depth.length;
    const queue: number[] = [];
    for (let row = 0; row < rows; row++) {
      this.#next[row] = at(this.#first, row);
      this.#depth[row] = this.isFree(row) ? 0 : none;
      if (this.isFree(row)) queue.push(row);
    }
    let isOpen = false;
    for (const row of queue)
      for (let k = at(this.#first, row); k < at(this.#first, row + 1); k++) {
        const after = at(this.#rowOf, at(this.#columns, k));
        if (after === none) isOpen = true;
        else if (at(this.#depth, after) === none) {
          this.#depth[after] = at(this.#depth, row) + 1;
          queue.push(after);
        }
      }
    return isOpen;
  }

  /** Finds a free column for a free row, deeper row by row, and turns the way round; each edge is tried once a layering. */
  extend(start: number): boolean {
    const rows = [start];
    for (let row = rows.at(-1); row !== undefined; row = rows.at(-1)) {
      const k = at(this.#next, row);
      if (k === at(this.#first, row + 1)) {
        rows.pop();
        continue;
      }
      this.#next[row] = k + 1;
      const after = at(this.#rowOf, at(this.#columns, k));
      if (after === none) {
        for (const each of rows) this.#take(each);
        return true;
      }
      if (at(this.#depth, after) === at(this.#depth, row) + 1) rows.push(after);
    }
    return false;
  }

  /** The row takes the column it tried last. */
  #take(row: number): void {
    const column = at(this.#columns, at(this.#next, row) - 1);
    this.#columnOf[row] = column;
    this.#rowOf[column] = row;
  }
}

function at(list: Float64Array | Int32Array, index: number): number {
  return list[index] ?? 0;
}
