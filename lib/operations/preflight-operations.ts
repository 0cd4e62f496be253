/** Operations on single drones before a show: lights, hovering, calibration, restarts. Data only. */
import type { OperationSpec } from './operation.js';
import { command } from './shapes.js';

const shade = (name: string) =>
  ({ name, kind: 'number', min: 0, max: 255, default: 0, about: `${name}, 0 to 255` }) as const;

export const preflightOperations = {
  led_test: { ...command('preflight', 'Test the lights'), help: 'Flashes the lights of these drones.' },
  led_fill: {
    ...command('preflight', 'Fill the lights with a colour'),
    help: 'All lights of these drones show one colour; 0 0 0 is dark.',
    arguments: [shade('red'), shade('green'), shade('blue')],
  },
  takeoff: {
    ...command('preflight', 'Take off and hover'),
    help: 'These drones take off to their configured height and hover, without a show.',
    confirm: 'y',
    gate: 'ready to take off',
  },
  takeoff_z: {
    ...command('preflight', 'Take off to a height'),
    help: 'These drones take off and hover at a height of their flight frame.',
    arguments: [{ name: 'z', kind: 'number', min: -500, max: 500, about: 'height z in the flight frame, m' }],
    confirm: 'y',
    gate: 'ready to take off',
  },
  flip: {
    ...command('preflight', 'Flip'),
    help: 'Hovering drones turn once about their roll axis: well above the ground and away from everybody.',
    confirm: 'y',
    gate: 'ready to flip',
  },
  calibrate_gyro: {
    ...command('preflight', 'Calibrate the gyroscopes'),
    help: 'Calibrates the gyroscopes of standing drones; they must not be touched for half a minute.',
    role: 'admin',
    gate: 'standing by',
  },
  calibrate_level: {
    ...command('preflight', 'Calibrate level'),
    help: 'Takes how the drones stand now for level.',
    role: 'admin',
    gate: 'standing by',
  },
  reboot_fcu: {
    ...command('preflight', 'Reboot the autopilots'),
    help: 'Restarts the autopilots of standing drones.',
    role: 'admin',
    confirm: 'y',
  },
  reboot_all: {
    ...command('preflight', 'Reboot the drones'),
    help: 'Restarts autopilot and computer of standing drones; they come back in a minute.',
    role: 'admin',
    confirm: 'y',
  },
  service_restart: {
    ...command('preflight', 'Restart a service'),
    help: "Restarts a service of the drones' computers.",
    role: 'admin',
    confirm: 'y',
    arguments: [
      {
        ...{ name: 'service', kind: 'text', maxLength: 100, isPositional: true },
        about: 'name of the service',
      },
    ],
  },
  repair_chrony: {
    ...command('preflight', 'Repair time synchronization'),
    help: "Restarts the time service of the drones' computers.",
    role: 'admin',
    confirm: 'y',
  },
  execute: {
    ...command('preflight', 'Run a program'),
    help: 'Runs a program of that name on drones whose own configuration lists it.',
    role: 'admin',
    confirm: 'y',
    arguments: [
      {
        name: 'command',
        kind: 'text',
        maxLength: 200,
        about: "a name on the drones' own lists",
        isPositional: true,
      },
    ],
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
