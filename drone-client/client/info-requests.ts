/** What a drone tells when it is asked. Knows the drone's parts; no connection. */
import { RefusedError } from '../../lib/errors.js';
import type { Json, Kwargs } from '../../lib/messaging/index.js';
import { selfcheckAnswer } from '../failsafe/selfcheck.js';
import { flightLogRequests } from '../flight-log/flight-log-requests.js';
import { readText } from './arguments.js';
import type { Answer } from './command.js';
import { applyConfig, configAnswer, rename } from './config-commands.js';
import type { Drone } from './drone.js';
import type { FileService } from './file-service.js';
import { calibrationText, positionText, systemStatusText } from './vehicle-texts.js';

export function infoRequests(drone: Drone, files: FileService): { [name: string]: Answer } {
  const { vehicle, shows, clock, player } = drone;
  return {
    id: (kwargs) => (kwargs.new_id === undefined ? drone.id() : rename(drone, kwargs)),
    clover_dir: () => drone.files.roots.payload,
    time: () => clock.utcMs() / 1000,
    telemetry: () => drone.telemetry(),
    selfcheck: () => selfcheckAnswer(vehicle.state, drone.guard.problems),
    problems: () => drone.guard.problems.map((problem) => ({ ...problem })),
    parameters: (kwargs) => parametersAnswer(drone, kwargs),
    anim_id: () => shows.id ?? null,
    batt_voltage: () => (vehicle.state.connected ? vehicle.state.battery?.voltageV : undefined) ?? Number.NaN,
    cell_voltage: () =>
      (vehicle.state.connected ? vehicle.state.battery?.cellVoltageV : undefined) ?? Number.NaN,
    sys_status: () => systemStatusText(vehicle.state),
    cal_status: () => calibrationText(vehicle.state),
    position: () => positionText(vehicle.state, drone.frame),
    config: async (kwargs): Promise<Json> => {
      if (kwargs.config === undefined) return configAnswer(drone, kwargs);
      await applyConfig(drone, kwargs);
      return { ok: true };
    },
    filetransfer: (kwargs) => files.read(readText(kwargs, 'filepath')),
    stored_file: (kwargs) => files.describe(readText(kwargs, 'filepath')),
    flight_report: () => ({ ...player.report }),
    ...flightLogRequests(drone.flightLog),
  };
}

/**
 * Every parameter of the autopilot, `{NAME: value}`, or `{NAME: [value, "integer" | "real"]}` when `types` is true.
 * @throws RefusedError in flight: the link is busy then.
 */
async function parametersAnswer({ vehicle }: Drone, { types }: Kwargs): Promise<Json> {
  if (vehicle.state.armed) throw new RefusedError('armed', 'parameters are not listed while the motors run');
  const parameters = await vehicle.maintenance.listParameters();
  return Object.fromEntries(
    [...parameters.values()].map(({ id, value, type }) => [id, types === true ? [value, type] : value]),
  );
}
