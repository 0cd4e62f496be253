/** The two packages: what each of them runs, needs and says of itself. Knows no processor and no file on the disk. */

import { type ModuleGraph, type Reference, traceModules } from './module-graph.js';

export type Side = {
  /** Name of its Debian package, and of its folder in /usr/lib. */
  readonly name: string;
  /** First modules of its program: with all its commands, or, where some are absent, with those named here. */
  readonly entries: readonly string[];
  /** Commands of the `starling` program that only the other package has. */
  readonly absentCommands: readonly string[];
  /** Rooms of the house that it does not have; what it does have may refer to them only where it loads them on demand. */
  readonly absentRooms: readonly string[];
  /** Files beside the program: from the repository, by folder in the package; of folders all but source code. */
  readonly data: readonly { readonly from: string; readonly to: string }[];
  readonly dependencies: readonly string[];
  readonly recommends: readonly string[];
  readonly suggests: readonly string[];
  readonly synopsis: string;
  readonly description: readonly string[];
};

const program = 'dist/bin/starling.js';

/** What each command runs is loaded when it is called. */
const commands = 'dist/bin/commands/';

const command = (name: string) => `${commands}${name}.js`;

const droneSide: Side = {
  name: 'starling-drone',
  entries: [
    ...[program, ...['drone', 'params', 'completion', 'doctor'].map(command)],
    // Programs of their own: what configures a Pi, and root's helper.
    ...['dist/bin/drone-setup.js', 'dist/drone-client/helper/adapters/helper-entry.js'],
  ],
  absentCommands: 'access ctl demo fleet provision rehearse replay report server show sim takeover'.split(
    ' ',
  ),
  absentRooms: ['server'],
  data: [{ from: 'examples/parameters', to: 'usr/share/doc/starling-drone/examples/parameters' }],
  dependencies: ['adduser'],
  recommends: ['udev'],
  suggests: ['chrony', 'starling-server'],
  synopsis: 'drone light shows: software on board of a drone',
  description: [
    'Starling flies drone light shows: one operator at a terminal runs a fleet of',
    'drones. This is the client that runs on the Raspberry Pi of each drone, beside',
    'an autopilot (PX4 or ArduPilot), as a service of the system.',
  ],
};

const serverSide: Side = {
  name: 'starling-server',
  entries: [program],
  absentCommands: [],
  absentRooms: [],
  data: [
    { from: 'shows', to: 'usr/lib/starling-server/shows' },
    { from: 'examples', to: 'usr/share/doc/starling-server/examples' },
  ],
  dependencies: [],
  recommends: ['mpv'],
  suggests: ['chrony', 'socat'],
  synopsis: 'drone light shows: ground control in a terminal',
  description: [
    'Starling flies drone light shows: one operator at a terminal runs a fleet of',
    'drones. This is the server with its control panel, the simulated fleet, and the',
    'tools for shows and recordings. Nothing of it runs until it is called.',
  ],
};

export const sides: readonly Side[] = [droneSide, serverSide];

/** Whether the command line loads it when it is called. */
function isCommandOf(from: string, { target, isOnDemand }: Reference): boolean {
  return isOnDemand && target.startsWith(commands) && !from.startsWith(commands);
}

/** What a side's program consists of. What is absent is not gone after where something refers to it. */
export function traceSide(side: Side, read: (path: string) => string): ModuleGraph {
  const { entries, absentCommands, absentRooms } = side;
  const isFollowed = (from: string, reference: Reference) =>
    (absentCommands.length === 0 || !isCommandOf(from, reference)) &&
    !absentRooms.some((room) => reference.target.startsWith(`dist/${room}/`));
  return traceModules({ entries, read, isFollowed });
}
