/** Work on the autopilot of a standing drone: calibration, reboot, parameters. Knows the vehicle's port; no connection. */
import { RefusedError } from '../../lib/errors.js';
import type { Json } from '../../lib/messaging/index.js';
import type { Command } from './command.js';
import type { Drone } from './drone.js';
import type { ParameterLoading } from './parameter-loading.js';
import type { StandingWork } from './standing-work.js';
import { calibrationText } from './vehicle-texts.js';

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
  parameters: ParameterLoading,
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
    { ...work('load_params', () => parameters.load()), answer: (isDone) => isDone },
  ];
}

function expectStanding({ vehicle, player }: Drone, command: string): void {
  if (vehicle.state.armed || player.isBusy)
    throw new RefusedError('armed', `${command}: the drone flies or is about to: land and disarm first`);
}
