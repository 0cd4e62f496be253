/** Reads the file of what goes wrong with simulated drones. */
import { readFile } from 'node:fs/promises';
import { parseFaultFile } from '../../drone-client/simulator/fault-file.js';
import { FaultSchedule, type FaultSource } from '../../drone-client/simulator/fault-schedule.js';
import { errorText, UsageError } from '../../lib/errors.js';
import { simulatedId } from './simulated-drone.js';

/** @throws UsageError naming every line that is wrong. */
async function readFaultFile(path: string): Promise<FaultSchedule> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${path}: ${errorText(error)}`);
  });
  return new FaultSchedule(parseFaultFile(text, path));
}

/** Of a simulated fleet; without a file nothing goes wrong. @throws UsageError as well for a drone that there is not. */
export async function readFaults({
  faults,
  drones,
}: {
  readonly faults?: string;
  readonly drones: number;
}): Promise<FaultSchedule> {
  if (faults === undefined) return new FaultSchedule([]);
  const schedule = await readFaultFile(faults);
  const ids = Array.from({ length: drones }, (_, index) => simulatedId(index + 1));
  const unknown = schedule.unknownDrones(ids);
  if (unknown.length === 0) return schedule;
  throw new UsageError(`${faults}: there is no ${unknown.join(', ')} among ${drones} drones (drone-1 …)`);
}

/** Of one simulated drone, if its id is known yet. @throws UsageError as well when nothing in the file befalls it. */
export async function readOwnFaults(path: string, id: string | undefined): Promise<FaultSource> {
  const schedule = await readFaultFile(path);
  // Ids are lower-cased when a client takes them.
  const droneId = id?.toLowerCase() ?? '';
  if (schedule.isFor(droneId)) return schedule.forDrone(droneId);
  const who = id === undefined ? 'a drone without --id: give one, or write *' : `${droneId}, and no line *`;
  throw new UsageError(`${path}: there is no line for ${who}`);
}
