/** Drones and the show, from their variables in the hub, as messages. Pure; knows the names of the variables. */
import type { HubValue, Member } from '../../hub/hub-types.js';
import { type FleetMessage, fleetSchema } from './fleet-schema.js';
import { floatOf, intOf, jsonOf, labelOf, linesOf, textOf } from './values.js';

export type Variables = ReadonlyMap<string, HubValue>;

/** Variables that have arguments of their own. */
const droneNames = variablesIn(fleetSchema.Drone);
const showNames = variablesIn(fleetSchema.Show);

/** All that is known of a drone. Made thousands of times a second where the fleet is large. */
export function droneMessage(drone: Member, variables: Variables): FleetMessage {
  const of = new Reader(variables);
  const fields = {
    drone: labelOf(drone),
    connected: of.int('connected'),
    ready: of.int('ready'),
    armed: of.int('armed'),
    state: of.text('state'),
    mode: of.text('mode'),
    task: of.text('task'),
    frame: of.text('frame'),
    x: of.float('x'),
    y: of.float('y'),
    z: of.float('z'),
    battery: of.float('battery'),
    voltage: of.float('voltage'),
    red: of.float('red'),
    green: of.float('green'),
    blue: of.float('blue'),
    latency_ms: of.float('latency_ms'),
  };
  return { name: 'Drone', fields: { ...fields, more: restOf(variables, droneNames) } };
}

/** All that is known of the show. */
export function showMessage(variables: Variables): FleetMessage {
  const of = new Reader(variables);
  const fields = {
    phase: of.text('phase'),
    start_at: of.text('start_at'),
    title: of.text('title'),
    digest: of.text('digest'),
    duration_s: of.float('duration_s'),
    total: of.int('total'),
    connected: of.int('connected'),
    ready: of.int('ready'),
    armed: of.int('armed'),
    cues: linesOf(variables.get('cues')),
  };
  return { name: 'Show', fields: { ...fields, more: restOf(variables, showNames) } };
}

/** `drone` is the name of the drone, and `more` all else. */
function variablesIn(schema: Readonly<Record<string, string>>): ReadonlySet<string> {
  return new Set(Object.keys(schema).filter((name) => name !== 'drone' && name !== 'more'));
}

/** As JSON, what has no argument of its own. */
function restOf(variables: Variables, named: ReadonlySet<string>): string {
  const rest: [string, HubValue][] = [];
  for (const [name, value] of variables) if (!named.has(name)) rest.push([name, value]);
  return rest.length === 0 ? '{}' : jsonOf(Object.fromEntries(rest));
}

class Reader {
  readonly #variables: Variables;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  int(name: string): number {
    return intOf(this.#variables.get(name));
  }

  float(name: string): number {
    return floatOf(this.#variables.get(name));
  }

  text(name: string): string {
    return textOf(this.#variables.get(name));
  }
}
