/** The messages that a wevis client and Starling must have in common, and whether a file of definitions has them. Pure. */
import { ConfigError } from '../../../lib/errors.js';
import {
  type MessageSchema,
  readWevisDefinitions,
  type WevisDefinitions,
} from '../../../lib/protocols/wevis/index.js';

/** As `shows/fleet.wevis` has them, which says what they mean. */
export const fleetSchema = {
  Drone: {
    drone: 'str',
    connected: 'int',
    ready: 'int',
    armed: 'int',
    state: 'str',
    mode: 'str',
    task: 'str',
    frame: 'str',
    x: 'float',
    y: 'float',
    z: 'float',
    battery: 'float',
    voltage: 'float',
    red: 'float',
    green: 'float',
    blue: 'float',
    latency_ms: 'float',
    more: 'str',
  },
  Show: {
    phase: 'str',
    start_at: 'str',
    title: 'str',
    digest: 'str',
    duration_s: 'float',
    total: 'int',
    connected: 'int',
    ready: 'int',
    armed: 'int',
    cues: 'str',
    more: 'str',
  },
  Entered: { room: 'str', member: 'str', id: 'str', role: 'str' },
  Left: { room: 'str', member: 'str', id: 'str', cause: 'str', text: 'str' },
  Said: { room: 'str', sender: 'str', topic: 'str', form: 'str', text: 'str' },
  Told: { sender: 'str', topic: 'str', form: 'str', text: 'str', correlation: 'str' },
  Variable: { room: 'str', owner: 'str', variable: 'str', was: 'str', value: 'str' },
  Answer: { correlation: 'str', ok: 'int', code: 'str', text: 'str' },
  Join: { room: 'str', correlation: 'str' },
  Leave: { room: 'str', correlation: 'str' },
  Say: { room: 'str', text: 'str', correlation: 'str' },
  Tell: { to: 'str', text: 'str', correlation: 'str' },
  Cue: { cue: 'str', correlation: 'str' },
  Command: { operation: 'str', drones: 'str', arguments: 'str', correlation: 'str' },
  Formation: { room: 'str', sender: 'str', names: 'str', x: '?f', y: '?f', z: '?f' },
} as const satisfies MessageSchema;

type FleetMessageName = keyof typeof fleetSchema;

/** What is sent in a message of the fleet's: a value for each argument. */
type FleetFields<Name extends FleetMessageName> = {
  readonly [Argument in keyof (typeof fleetSchema)[Name]]: (typeof fleetSchema)[Name][Argument] extends 'str'
    ? string
    : (typeof fleetSchema)[Name][Argument] extends '?f'
      ? readonly number[]
      : number;
};

/** One message of the fleet's, before it is bytes. */
export type FleetMessage = {
  readonly [Name in FleetMessageName]: { readonly name: Name; readonly fields: FleetFields<Name> };
}[FleetMessageName];

/**
 * Definitions for the gateway; they may hold more messages, anywhere.
 * @throws ConfigError that names line or message, and what is expected there.
 */
export function readFleetDefinitions({ text, path }: DefinitionFile): WevisDefinitions {
  const definitions = readWevisDefinitions(text, path);
  const wrong = Object.entries(fleetSchema).flatMap(([name, expected]) =>
    faultOf(definitions, name, expected),
  );
  if (wrong.length === 0) return definitions;
  throw new ConfigError(`${path}: ${wrong.join('; ')}: take the lines of shows/fleet.wevis over as they are`);
}

/** A file of definitions that somebody else has read. */
export type DefinitionFile = { readonly text: string; readonly path: string };

function faultOf(definitions: WevisDefinitions, name: string, expected: MessageSchema[string]): string[] {
  const layout = definitions.messages.find((message) => message.name === name);
  if (layout === undefined) return [`message ${name} is missing`];
  const given = new Map(layout.arguments.map((argument) => [argument.name, argument.type]));
  const faults = Object.entries(expected).flatMap(([argument, type]) =>
    given.get(argument) === type ? [] : [`${name} lacks ${argument}=${type}`],
  );
  const extra = [...given.keys()].filter((argument) => !Object.hasOwn(expected, argument));
  return [...faults, ...extra.map((argument) => `${name} has ${argument}, which the server does not know`)];
}
