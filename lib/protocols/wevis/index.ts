/** The public part of the wevis library: typed messages, both sides of a connection, and the client that opens one. */
export {
  type ConnectWevisOptions,
  connectWevis,
  defaultWevisPort,
  readWevisFile,
} from './adapters/connect-wevis.js';
export { type ArgumentType, argumentTypes, type WevisFields, type WevisValue } from './argument-types.js';
export { type WaitOptions, WevisClient, type WevisClientOptions } from './client.js';
export {
  decodeWevisPayload,
  defaultMaxMessageBytes,
  encodeWevisMessage,
  type WevisMessage,
} from './codec.js';
export { WevisDecoder, type WevisDecoderOptions } from './decoder.js';
export {
  type DefinitionText,
  type MessageDefinition,
  type MessageSchema,
  messageDefinitionsOf,
  parseMessageDefinitions,
} from './definitions.js';
export { WevisRejectedError, WevisValueError } from './errors.js';
export type { InboxLimits } from './inbox.js';
export {
  checkWevisUsers,
  type WevisLogin,
  type WevisLoginCheck,
  WevisUserLimit,
  type WevisVerdict,
  wevisProof,
  wevisSalt,
} from './login.js';
export {
  hasOtherSchema,
  readWevisDefinitions,
  schemaVersion,
  WevisDefinitions,
  type WevisLayout,
} from './message-list.js';
export { type WevisEvent, WevisSession, type WevisSessionOptions, type WevisSessionPort } from './session.js';
export type { DecodeOptions } from './unpack-value.js';
