/** The public part of the CL4 library: what clients and servers of CloudLink send, as values and texts, without I/O. */
export {
  type Cl4Command,
  type Cl4Message,
  type Cl4Reading,
  type Cl4Requests,
  isCl4Command,
  type Listener,
  type Packet,
  readCl4Message,
  readCl4Request,
  readPacket,
} from './client-messages.js';
export {
  isJsonObject,
  type JsonObject,
  type JsonReading,
  type JsonValue,
  readJson,
  writeJson,
} from './json.js';
export { pythonText } from './python-text.js';
export { type FieldRule, type Schema, type SchemaErrors, schemaErrors } from './schema.js';
export {
  cl4ServerVersion,
  clientIp,
  clientObject,
  directMessage,
  globalMessage,
  globalVariable,
  motdMessage,
  privateMessage,
  type ServerMessage,
  type StatusExtras,
  serverVersion,
  statusMessage,
  type UserObject,
  userChange,
  userList,
} from './server-messages.js';
export { Snowflakes, snowflakeOf } from './snowflake.js';
export { type StatusId, statusDetails, statusText } from './statuscodes.js';
