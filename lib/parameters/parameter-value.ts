/** An autopilot's parameter as a number: when two are the same, and how one is written. Knows no message and no file. */

/** One parameter of an autopilot; `type` as far as it matters for how it is stored. */
export type Parameter = { readonly id: string; readonly value: number; readonly type: 'integer' | 'real' };

/** Source: MAV_PARAM_TYPE; the 64-bit ones do not fit into a PARAM_VALUE. */
const integerTypes: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6]);
const realType = 9;

/** What `paramType` (MAV_PARAM_TYPE) is to us; undefined for one that can not travel in four bytes. */
export function parameterKind(paramType: number): Parameter['type'] | undefined {
  if (integerTypes.has(paramType)) return 'integer';
  return paramType === realType ? 'real' : undefined;
}

/** Whether the parameter holds `wanted`: exactly, or as near as a 32-bit float can be where it is a real one. */
export function holdsValue({ value, type }: Pick<Parameter, 'value' | 'type'>, wanted: number): boolean {
  if (Number.isNaN(value) || Number.isNaN(wanted)) return Number.isNaN(value) && Number.isNaN(wanted);
  return type === 'integer' ? value === wanted : Math.fround(value) === Math.fround(wanted);
}

/** The shortest decimal that is this value as a 32-bit float (0.85, not 0.8500000238418579); integers in full. */
export function parameterText({ value, type }: Pick<Parameter, 'value' | 'type'>): string {
  if (type === 'integer' || !Number.isFinite(value)) return String(value);
  const wanted = Math.fround(value);
  for (let digits = 1; digits < 9; digits += 1) {
    const shorter = Number(wanted.toPrecision(digits));
    if (Math.fround(shorter) === wanted) return String(shorter);
  }
  return String(Number(wanted.toPrecision(9)));
}
