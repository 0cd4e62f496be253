/** What CL4 clients send: fields, schemas and what each command needs. Knows no answer to any of it. */
import { isJsonObject, type JsonObject, type JsonValue, readJson } from './json.js';
import { type FieldRule, type Schema, type SchemaErrors, schemaErrors } from './schema.js';

/** The client's own token, given back on what answers it. */
export type Listener = string | number | boolean;

/** A message whose fields have passed the default schema. */
export type Cl4Message = {
  readonly cmd: string;
  readonly val?: JsonValue;
  readonly name?: string;
  readonly id?: JsonValue;
  readonly listener?: Listener;
  readonly rooms?: JsonValue;
};

/** One WebSocket message, as far as it is the same for all protocols of the port. */
export type Packet =
  | { readonly kind: 'empty' }
  | { readonly kind: 'noJson'; readonly fault: string }
  | { readonly kind: 'noObject' }
  | { readonly kind: 'object'; readonly object: JsonObject };

export function readPacket(text: string): Packet {
  if (text === '') return { kind: 'empty' };
  const reading = readJson(text);
  if (reading.fault !== undefined) return { kind: 'noJson', fault: reading.fault };
  const { value } = reading;
  return isJsonObject(value) ? { kind: 'object', object: value } : { kind: 'noObject' };
}

const anything = ['string', 'integer', 'float', 'number', 'boolean', 'dict', 'list', 'set'] as const;

const val: FieldRule = { type: anything };
const name: FieldRule = { type: 'string' };
const id: FieldRule = { type: ['string', 'dict', 'list', 'set'] };

const defaults: Schema = {
  cmd: { type: 'string' },
  ...{ val, name, id },
  listener: { type: ['string', 'integer', 'float', 'boolean', 'number'] },
  rooms: { type: ['string', 'integer', 'float', 'boolean', 'number', 'list', 'set'] },
};

/** What a command needs beyond the default schema. */
type Needs = { readonly schema: Schema; readonly required: readonly string[] };

const commands = {
  handshake: { schema: {}, required: [] },
  ping: { schema: {}, required: [] },
  setid: { schema: { val: { type: 'string' } }, required: ['val'] },
  gmsg: { schema: { val }, required: ['val'] },
  gvar: { schema: { name, val }, required: ['name', 'val'] },
  pmsg: { schema: { id, val }, required: ['id', 'val'] },
  pvar: { schema: { name, id, val }, required: ['name', 'id', 'val'] },
  direct: { schema: { id: { type: 'string' }, val }, required: ['id', 'val'] },
  link: { schema: { val }, required: ['val'] },
  unlink: { schema: { val }, required: ['val'] },
} as const satisfies { readonly [command: string]: Needs };

export type Cl4Command = keyof typeof commands;

export function isCl4Command(cmd: string): cmd is Cl4Command {
  return Object.hasOwn(commands, cmd);
}

type WithVal = Cl4Message & { readonly val: JsonValue };
type WithName = WithVal & { readonly name: string };
type WithId = WithVal & { readonly id: JsonValue };

/** The message of each command, with all that the command needs. */
export type Cl4Requests = {
  readonly handshake: Cl4Message;
  readonly ping: Cl4Message;
  readonly setid: Cl4Message & { readonly val: string };
  readonly gmsg: WithVal;
  readonly gvar: WithName;
  readonly pmsg: WithId;
  readonly pvar: WithName & WithId;
  readonly direct: WithVal & { readonly id: string };
  readonly link: WithVal;
  readonly unlink: WithVal;
};

/** A message, or what is wrong with it. */
export type Cl4Reading<Message> =
  | { readonly message: Message; readonly errors?: undefined }
  | { readonly errors: SchemaErrors };

/** What holds for every message, whatever its command. */
export function readCl4Message(object: JsonObject): Cl4Reading<Cl4Message> {
  const errors = schemaErrors(object, defaults, ['cmd']);
  // The schema has checked just what the type says.
  return errors === undefined ? { message: object as Cl4Message } : { errors };
}

/** What a command needs beyond that. */
export function readCl4Request<Command extends Cl4Command>(
  message: Cl4Message,
  command: Command,
): Cl4Reading<Cl4Requests[Command]> {
  const { schema, required } = commands[command];
  const errors = schemaErrors({ ...message }, schema, required);
  return errors === undefined ? { message: message as Cl4Requests[Command] } : { errors };
}
