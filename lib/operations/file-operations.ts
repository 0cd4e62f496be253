/** Operations that bring files, configurations and parameters to drones and back. Data only. */
import type { OperationSpec } from './operation.js';
import { command, onAll, uploading } from './shapes.js';

/** Whoever gives it names places on the server's disk. */
function files(title: string) {
  return { ...command('files', title), role: 'admin', answerTimeoutMs: uploading } as const;
}

const into = {
  name: 'into',
  kind: 'path',
  of: 'folder',
  mayBeMissing: true,
  about: "folder for what comes; without it the server's folder for received files",
} as const;

const isPrivate = {
  name: 'private',
  kind: 'flag',
  default: false,
  about: "send [PRIVATE], id and private_offset too, which are else each drone's own",
} as const;

export const fileOperations = {
  send_animations: {
    ...files('Send animations'),
    help: 'Sends each drone the NAME.csv or .txt of a folder whose NAME is its id, or a pattern of its whole id.',
    arguments: [
      { name: 'path', kind: 'path', of: 'folder', about: 'folder of animations', isPositional: true },
    ],
  },
  send_animation: {
    ...files('Send one animation'),
    help: 'Sends one animation to all of these drones, as their show.',
    arguments: [{ name: 'path', kind: 'path', of: 'file', about: 'animation (CSV)', isPositional: true }],
  },
  send_calibrations: {
    ...files('Send camera calibrations'),
    help: 'Sends each drone the NAME.yaml of a folder whose NAME is its id, or a pattern of its whole id.',
    arguments: [
      { name: 'path', kind: 'path', of: 'folder', about: 'folder of calibrations', isPositional: true },
    ],
  },
  send_aruco_map: {
    ...files('Send the marker map'),
    help: 'Sends a map of ArUco markers, and restarts the service that reads it where a drone can.',
    arguments: [{ name: 'path', kind: 'path', of: 'file', about: 'map of markers', isPositional: true }],
  },
  send_launch: {
    ...files('Send launch files'),
    help: 'Sends all files of a folder into the launch folder of the robot package.',
    arguments: [
      { name: 'path', kind: 'path', of: 'folder', about: 'folder of launch files', isPositional: true },
    ],
  },
  send_file: {
    ...files('Send any file'),
    help: 'Sends a file to a place that the drones themselves allow.',
    arguments: [
      { name: 'path', kind: 'path', of: 'file', about: 'the file', isPositional: true },
      {
        ...{ name: 'destination', kind: 'text', maxLength: 1000, isPositional: true },
        about: 'path on the drone; {clover_dir} stands for its robot package',
      },
    ],
  },
  send_config: {
    ...files('Send a configuration'),
    help: "Sets the options of a configuration file on drones, after a check by each drone's own specification.",
    arguments: [
      { name: 'path', kind: 'path', of: 'file', about: 'configuration (INI)', isPositional: true },
      {
        ...{ name: 'mode', kind: 'choice', choices: ['modify', 'rewrite'], default: 'modify' },
        about: 'modify: what the file says; rewrite: all else becomes its default',
      },
      isPrivate,
    ],
    confirm: 'y',
  },
  set_option: {
    ...files('Set an option of drones'),
    confirm: 'y',
    help: 'Sets one option of the configuration of these drones, each checked by its own specification.',
    arguments: [
      {
        ...{ name: 'option', kind: 'text', maxLength: 200, isPositional: true },
        about: 'the option, as FLIGHT/takeoff_height',
      },
      {
        ...{ name: 'value', kind: 'text', maxLength: 4000, isPositional: true },
        about: 'its value, as in a file; a list with commas',
      },
    ],
  },
  copy_config: {
    ...files('Copy a configuration'),
    help: "Sets drones as one of them is set; what is each drone's own stays its own.",
    arguments: [
      { name: 'from', kind: 'text', maxLength: 200, about: 'the drone to copy from', isPositional: true },
    ],
    confirm: 'y',
  },
  load_params: {
    ...files('Load autopilot parameters'),
    help: "Sets the autopilots' parameters from a file; a dry run tells what would change.",
    arguments: [
      {
        ...{ name: 'path', kind: 'path', of: 'file', isPositional: true },
        about: 'parameters, as QGroundControl or Mission Planner saves them',
      },
      { name: 'dry_run', kind: 'flag', default: false, about: 'tell what would change, and set nothing' },
    ],
    confirm: 'y',
  },
  get_params: {
    ...files('Save autopilot parameters'),
    help: "Saves all parameters of these drones' autopilots, a file for each drone.",
    arguments: [into],
  },
  get_file: {
    ...files('Retrieve a file'),
    help: 'Brings a file of these drones over; the id of each stands in its name.',
    arguments: [
      {
        ...{ name: 'file', kind: 'text', maxLength: 1000, isPositional: true },
        about: 'path on the drone; {clover_dir} stands for its robot package',
      },
      into,
    ],
  },
  get_config: {
    ...files('Save the configurations'),
    help: 'Saves the configuration of each of these drones as a file.',
    arguments: [into],
  },
  get_logs: {
    ...command('files', 'Fetch the flight logs'),
    help: "Brings the flight logs of these drones into the server's archive now; what is there already is left.",
    answerTimeoutMs: uploading,
  },
  upload_missing: {
    ...onAll('files', 'Upload what is missing'),
    help: 'Sends the show to those drones that do not hold their part of it yet.',
    answerTimeoutMs: uploading,
  },
  cancel_uploads: {
    ...onAll('files', 'Cancel uploads'),
    help: 'Ends the uploads to these drones; what has arrived is kept, and gone on with later.',
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;

export type FileOperation = keyof typeof fileOperations;

export function isFileOperation(name: string): name is FileOperation {
  return Object.hasOwn(fileOperations, name);
}
