/** The simulated autopilot's parameters: a type and a value each, kept as four bytes. Knows no messages. */
import { Buffer } from 'node:buffer';

/** Source: MAV_PARAM_TYPE. */
export const paramTypes = { int8: 2, int16: 4, int32: 6, real32: 9 } as const;

export type Parameter = {
  readonly id: string;
  readonly type: number;
  /** An integer's own bytes (of an int32, whatever its type), or the float's. */
  readonly bits: number;
  readonly index: number;
};

/** One firmware's parameters with their values at delivery. */
export type ParameterTable = {
  readonly int8?: Readonly<Record<string, number>>;
  readonly int16?: Readonly<Record<string, number>>;
  readonly int32?: Readonly<Record<string, number>>;
  readonly real32: Readonly<Record<string, number>>;
};

/** One autopilot's table. Index = place in alphabetical order. */
export class Parameters {
  readonly #values = new Map<string, Parameter>();
  readonly #listeners: (() => void)[] = [];

  /** @throws RangeError when `overrides` names a parameter that the table does not have. */
  constructor(table: ParameterTable, overrides: Readonly<Record<string, number>> = {}) {
    const defaults = new Map(
      [
        [paramTypes.int8, table.int8 ?? {}] as const,
        [paramTypes.int16, table.int16 ?? {}] as const,
        [paramTypes.int32, table.int32 ?? {}] as const,
        [paramTypes.real32, table.real32] as const,
      ].flatMap(([type, values]) =>
        Object.entries(values).map(([id, value]) => [id, { type, value }] as const),
      ),
    );
    for (const id of Object.keys(overrides))
      if (!defaults.has(id)) throw new RangeError(`no parameter ${id} in the simulator`);
    for (const [index, id] of [...defaults.keys()].sort().entries()) {
      const { type, value } = defaults.get(id) ?? { type: paramTypes.real32, value: 0 };
      this.#values.set(id, { id, type, index, bits: bitsOf(overrides[id] ?? value, type) });
    }
  }

  get size(): number {
    return this.#values.size;
  }

  all(): readonly Parameter[] {
    return [...this.#values.values()];
  }

  find(id: string): Parameter | undefined {
    return this.#values.get(id);
  }

  /** The value in its own type. @throws RangeError for an unknown id. */
  number(id: string): number {
    const found = this.#values.get(id);
    if (!found) throw new RangeError(`no parameter ${id} in the simulator`);
    return valueOfBits(found.bits, found.type);
  }

  /** Stores four bytes as they came; false when there is no such parameter. */
  setBits(id: string, bits: number): boolean {
    const found = this.#values.get(id);
    if (!found) return false;
    this.#values.set(id, { ...found, bits });
    for (const listener of this.#listeners) listener();
    return true;
  }

  /** Stores a value; false when there is no such parameter. */
  setNumber(id: string, value: number): boolean {
    const found = this.#values.get(id);
    return found !== undefined && this.setBits(id, bitsOf(value, found.type));
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }
}

/** The four bytes of a value, as a little-endian u32. */
export function bitsOf(value: number, type: number): number {
  const bytes = Buffer.alloc(4);
  if (type === paramTypes.real32) bytes.writeFloatLE(value);
  else bytes.writeInt32LE(value | 0);
  return bytes.readUInt32LE();
}

/** The value of four bytes. */
export function valueOfBits(bits: number, type: number): number {
  if (type !== paramTypes.real32) return bits | 0;
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(bits >>> 0);
  return bytes.readFloatLE();
}
