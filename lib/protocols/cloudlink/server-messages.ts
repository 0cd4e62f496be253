/** What a CL4 server sends: each message as an object with its fields in order. Knows nobody who gets it. */
import type { Listener } from './client-messages.js';
import type { JsonObject, JsonValue } from './json.js';
import { type StatusId, statusText } from './statuscodes.js';

/** The version that clients take for this protocol: it says which commands they may use. */
export const cl4ServerVersion = '0.2.0';

/** Somebody, as clients see and address them. */
export type UserObject = {
  readonly id: string;
  /** Not before it was set. */
  readonly username?: string;
  readonly uuid: string;
};

/** An object to be written; what is undefined is left out. */
export type ServerMessage = { readonly [field: string]: JsonValue | undefined };

export type StatusExtras = {
  readonly details?: string | JsonObject | undefined;
  readonly listener?: Listener | undefined;
  readonly val?: JsonValue | undefined;
};

export function statusMessage(id: StatusId, { details, listener, val }: StatusExtras = {}): ServerMessage {
  return { cmd: 'statuscode', code: statusText(id), code_id: id, details, listener, val };
}

export function clientIp(address: string): ServerMessage {
  return { cmd: 'client_ip', val: address };
}

export function serverVersion(): ServerMessage {
  return { cmd: 'server_version', val: cl4ServerVersion };
}

export function motdMessage(text: string): ServerMessage {
  return { cmd: 'motd', val: text };
}

export function clientObject(user: UserObject): ServerMessage {
  return { cmd: 'client_obj', val: user };
}

/** All with a username in one room. */
export function userList(room: string, users: readonly UserObject[]): ServerMessage {
  return { cmd: 'ulist', mode: 'set', val: users, rooms: room };
}

export function userChange(mode: 'add' | 'remove', room: string, user: UserObject): ServerMessage {
  return { cmd: 'ulist', mode, val: user, rooms: room };
}

/** Others get no room when the sender gave a listener: without `room` there is none. */
export function globalMessage(message: {
  readonly val: JsonValue;
  readonly room?: string | undefined;
  readonly listener?: Listener | undefined;
}): ServerMessage {
  return { cmd: 'gmsg', val: message.val, rooms: message.room, listener: message.listener };
}

export function globalVariable(variable: {
  readonly name: string;
  readonly val: JsonValue;
  readonly room: string;
  readonly listener?: Listener | undefined;
}): ServerMessage {
  const { name, val, room, listener } = variable;
  return { cmd: 'gvar', name, val, rooms: room, listener };
}

/** With a name it is a variable. */
export function privateMessage(message: {
  readonly name?: string | undefined;
  readonly val: JsonValue;
  readonly origin: UserObject;
  readonly room: string;
}): ServerMessage {
  const { name, val, origin, room } = message;
  return { cmd: name === undefined ? 'pmsg' : 'pvar', name, val, origin, rooms: room };
}

/** Without an origin it is the server's own. */
export function directMessage(message: {
  readonly val: JsonValue;
  readonly origin?: UserObject | undefined;
  readonly listener?: Listener | undefined;
}): ServerMessage {
  return { cmd: 'direct', val: message.val, origin: message.origin, listener: message.listener };
}
