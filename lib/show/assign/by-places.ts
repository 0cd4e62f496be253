/** Gives each drone the pad it stands at, or the nearest that leaves no other far off. Knows places and names alone. */
import { ShowError } from '../../errors.js';
import { isFiniteVec3, type Vec3 } from '../../geo/frames.js';
import { mostMatches } from './hopcroft-karp.js';
import { type CostTable, leastCostAssignment } from './least-cost.js';

/**
 * Slot by drone id, each slot once, from horizontal distances (m, one frame for both): the largest is as small as it
 * can be, and with that their sum is. With more drones than pads the drones left out are those that make it best so,
 * with more pads than drones the pads. Exact.
 * @throws ShowError when a coordinate is not finite.
 */
export function assignByPlaces(
  drones: ReadonlyMap<string, Vec3>,
  pads: ReadonlyMap<string, Vec3>,
): Map<string, string> {
  const [droneIds, slots] = [[...drones.keys()], [...pads.keys()]];
  if (droneIds.length === 0 || slots.length === 0) return new Map();
  if (droneIds.length <= slots.length) return pairs(droneIds, slots, match(distances(drones, pads)));
  const found = pairs(slots, droneIds, match(distances(pads, drones)));
  const droneOrder = new Map(droneIds.map((id, index) => [id, index]));
  return new Map(
    [...found]
      .map(([slot, droneId]) => [droneId, slot] as const)
      .sort(([a], [b]) => (droneOrder.get(a) ?? 0) - (droneOrder.get(b) ?? 0)),
  );
}

function pairs(names: readonly string[], others: readonly string[], chosen: Int32Array): Map<string, string> {
  const map = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const other = others[chosen[index] ?? 0];
    if (other !== undefined) map.set(name, other);
  }
  return map;
}

function distances(rows: ReadonlyMap<string, Vec3>, columns: ReadonlyMap<string, Vec3>): CostTable {
  for (const [name, place] of [...rows, ...columns])
    if (!isFiniteVec3(place))
      throw new ShowError(`the place of ${name} is not known: ${JSON.stringify(place)}`);
  const values = new Float64Array(rows.size * columns.size);
  let next = 0;
  for (const a of rows.values())
    for (const b of columns.values()) values[next++] = Math.hypot(a.x - b.x, a.y - b.y);
  return { rows: rows.size, columns: columns.size, values };
}

function match(table: CostTable): Int32Array {
  const limit = bottleneck(table);
  const values = table.values.map((value) => (value <= limit ? value : Number.POSITIVE_INFINITY));
  const chosen = leastCostAssignment({ ...table, values });
  if (!chosen) throw new ShowError('drones can not be assigned by place');
  return chosen;
}

/** The least value below which, or at which, every row can have a column of its own. */
function bottleneck(table: CostTable): number {
  const sorted = Float64Array.from(new Set(table.values)).sort();
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (mostMatches(table, sorted[middle] ?? 0) === table.rows) high = middle;
    else low = middle + 1;
  }
  return sorted[low] ?? 0;
}
