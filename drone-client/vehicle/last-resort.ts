/**
 * What the autopilot itself does when everything of ours is gone: its parameters for that, read and compared with what
 * a show needs. Knows no link and changes nothing. The expectations of each autopilot stand in files of their own.
 */
import { RefusedError } from '../../lib/errors.js';
import { parameterText } from '../../lib/parameters/parameter-value.js';
import { ardupilotLastResort } from './last-resort-ardupilot.js';
import type {
  AutopilotName,
  LastResortContext,
  LastResortItem,
  LastResortSeverity,
  LastResortValues,
} from './last-resort-item.js';
import { px4LastResort } from './last-resort-px4.js';
import type { VehicleMaintenance } from './vehicle.js';

/** `text` says what it is, what it should be, what that protects against, and what to do. */
export type LastResortProblem = {
  readonly id: string;
  readonly severity: LastResortSeverity;
  readonly text: string;
};

/** The expectations for one autopilot. */
export function lastResortItems(autopilot: AutopilotName): readonly LastResortItem[] {
  return autopilot === 'PX4' ? px4LastResort : ardupilotLastResort;
}

/**
 * Reads them all (some seconds: those that the autopilot does not have are waited for).
 * @throws DisconnectedError and whatever else is no answer about a parameter.
 */
export async function readLastResort(
  maintenance: Pick<VehicleMaintenance, 'readParameter'>,
  autopilot: AutopilotName,
): Promise<LastResortValues> {
  const ids = new Set(lastResortItems(autopilot).flatMap(idsOf));
  const values = await Promise.all([...ids].map((id) => readOrUndefined(maintenance, id)));
  return new Map([...ids].map((id, index) => [id, values[index]]));
}

/** What is wrong, the blocking ones first; empty when all is as it should be. */
export function compareLastResort(
  values: LastResortValues,
  autopilot: AutopilotName,
  context: LastResortContext,
): readonly LastResortProblem[] {
  const problems = lastResortItems(autopilot)
    .filter(({ matters }) => matters?.(context) ?? true)
    .map((item) => problemOf(item, values, context))
    .filter((problem) => problem !== undefined);
  const blocking = problems.filter(({ severity }) => severity === 'blocking');
  return [...blocking, ...problems.filter((problem) => !blocking.includes(problem))];
}

function idsOf({ id, otherId, alsoReads = [] }: LastResortItem): readonly string[] {
  return [id, ...(otherId === undefined ? [] : [otherId]), ...alsoReads];
}

async function readOrUndefined(
  maintenance: Pick<VehicleMaintenance, 'readParameter'>,
  id: string,
): Promise<number | undefined> {
  try {
    return (await maintenance.readParameter(id)).value;
  } catch (error) {
    if (error instanceof RefusedError && error.code === 'unknown_parameter') return undefined;
    throw error;
  }
}

function problemOf(
  item: LastResortItem,
  values: LastResortValues,
  context: LastResortContext,
): LastResortProblem | undefined {
  const { severity, expectedText, about } = item;
  const found = [item.id, item.otherId].find((id) => id !== undefined && values.get(id) !== undefined);
  const id = found ?? item.id;
  const value = values.get(id);
  if (value === undefined) {
    if (item.isOptional) return undefined;
    const text = `${id} can not be read: it should be ${expectedText}; ${about}. Look at the firmware's version and the line, then check again`;
    return { id, severity, text };
  }
  if (item.isExpected(value, context, values)) return undefined;
  const toDo =
    item.suggested === undefined
      ? 'set it as this drone needs it'
      : `set it: starling params set ${id} ${item.suggested}`;
  const told = parameterText({ value, type: 'real' });
  return { id, severity, text: `${id} is ${told} and should be ${expectedText}: ${about}; ${toDo}` };
}
