/** Work on the autopilot of a standing drone: calibration, reboot, parameters. Knows the vehicle's port; no connection. */
import { RefusedError } from '../../lib/errors.js';
import type { Json } from '../../lib/messaging/index.js';
import { loadParameters, restartNote } from '../vehicle/parameters/load-parameters.js';
import { parseParameterFile } from '../vehicle/parameters/parameter-file.js';
import type { Command } from './command.js';
import type { Drone } from './drone.js';
import type { FileService } from './file-service.js';
import type { StandingWork } from './standing-work.js';
import { calibrationText } from './vehicle-texts.js';

/** Where a server puts the parameters that are to be loaded. Source: clever-show. */
const parameterPath = 'temp.params';

/** Something that takes its time; an old server wants `answer` in any case, and is told by it whether it succeeded. */
export type Work = {
  readonly name: string;
  readonly work: Command;
  readonly answer: (isDone: boolean) => Json;
};

export function maintenanceCommands(drone: Drone, standing: StandingWork): { [name: string]: Command } {
  return {
    reboot_fcu: async () => {
      expectStanding(drone, 'reboot_fcu');
      await standing.during('reboot_fcu', () => drone.vehicle.maintenance.reboot());
    },
  };
}

export function maintenanceRequests(
  drone: Drone,
  files: FileService,
  standing: StandingWork,
): readonly Work[] {
  const { vehicle } = drone;
  const { maintenance } = vehicle;
  const work = (name: string, what: () => Promise<void>): Omit<Work, 'answer'> => ({
    name,
    work: async () => {
      expectStanding(drone, name);
      await standing.during(name, what);
    },
  });
  const status = () => calibrationText(vehicle.state);
  return [
    { ...work('calibrate_gyro', () => maintenance.calibrate('gyro')), answer: status },
    { ...work('calibrate_level', () => maintenance.calibrate('level')), answer: status },
    { ...work('load_params', () => load(drone, files)), answer: (isDone) => isDone },
  ];
}

/** @throws RefusedError that names every line that can not be read (nothing is set then) or could not be set. */
async function load(drone: Drone, files: FileService): Promise<void> {
  const text = new TextDecoder().decode(await files.read(parameterPath));
  const { lines, problems } = parseParameterFile(text, parameterPath);
  if (problems.length > 0) throw refused(`nothing was set: ${problems.join('; ')}`);
  const report = await loadParameters(drone.vehicle.maintenance, lines);
  drone.guard.parametersChanged();
  const failed = report.flatMap((line) => ('reason' in line ? [line.reason] : []));
  for (const reason of failed) drone.log('warn', `load_params: ${reason}`);
  drone.log(
    'info',
    `load_params: ${report.length - failed.length} of ${report.length} as in the file. ${restartNote}`,
  );
  if (failed.length > 0) throw refused(`${failed.length} of ${report.length} not set: ${failed.join('; ')}`);
}

function refused(text: string): RefusedError {
  return new RefusedError('refused', `load_params: ${text}`);
}

function expectStanding({ vehicle, player }: Drone, command: string): void {
  if (vehicle.state.armed || player.isBusy)
    throw new RefusedError('armed', `${command}: the drone flies or is about to: land and disarm first`);
}
