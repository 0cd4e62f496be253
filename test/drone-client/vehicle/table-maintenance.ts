/** Maintenance of an autopilot that is a table, with refusals as a test wants them. */
import type { Parameter, VehicleMaintenance } from '../../../drone-client/vehicle/vehicle.js';
import { RefusedError } from '../../../lib/errors.js';

export type TableMaintenance = VehicleMaintenance & {
  readonly table: Map<string, Parameter>;
  /** What was asked to be set, in order. */
  readonly sets: [string, number][];
  /** Errors instead of answers, by id. */
  readonly readErrors: Map<string, Error>;
  readonly setErrors: Map<string, Error>;
};

/** Whole numbers become integers unless `reals` names them. */
export function tableMaintenance(
  values: Readonly<Record<string, number>>,
  reals: readonly string[] = [],
): TableMaintenance {
  const isReal = (id: string, value: number): boolean => reals.includes(id) || !Number.isInteger(value);
  const table = new Map<string, Parameter>(
    Object.entries(values).map(([id, value]) =>
      isReal(id, value)
        ? [id, { id, value: Math.fround(value), type: 'real' }]
        : [id, { id, value, type: 'integer' }],
    ),
  );
  const sets: [string, number][] = [];
  const readErrors = new Map<string, Error>();
  const setErrors = new Map<string, Error>();
  const read = async (id: string): Promise<Parameter> => {
    const error = readErrors.get(id);
    if (error) throw error;
    const found = table.get(id);
    if (!found) throw new RefusedError('unknown_parameter', `the autopilot does not answer for ${id}`);
    return found;
  };
  return {
    ...{ table, sets, readErrors, setErrors },
    readParameter: read,
    setParameter: async (id, value) => {
      const before = await read(id);
      sets.push([id, value]);
      const error = setErrors.get(id);
      if (error) throw error;
      const stored = { ...before, value: before.type === 'real' ? Math.fround(value) : value };
      table.set(id, stored);
      return stored;
    },
    listParameters: async () => table,
    calibrate: async () => undefined,
    reboot: async () => undefined,
  };
}
