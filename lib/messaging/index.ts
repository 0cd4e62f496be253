/** The public part of the messaging library: what a program needs to speak to peers, ours and clever-show's. */
export { getIpAddress } from './adapters/ip-address.js';
export { setKeepalive } from './adapters/keepalive.js';
export {
  type AcceptedConnection,
  type ConnectTcpOptions,
  connectTcp,
  type ListenTcpOptions,
  listenTcp,
  type TcpListener,
} from './adapters/tcp.js';
export type { ConnectionEvent } from './connection/events.js';
export type { ClockOffset } from './connection/heartbeat.js';
export { type Hello, libraryFeatures } from './connection/hello.js';
export type { ConnectionOptions } from './connection/options.js';
export type { Lane } from './connection/outgoing-lanes.js';
export {
  ConnectionManager,
  type RemoteInfo,
  type RequestOptions,
  type SendFileOptions,
  type SendOptions,
} from './connection-manager.js';
export type { CallArguments, CreateMessageOptions } from './create-message.js';
export { readDefinitionsFile } from './definitions/adapters/read-definitions-file.js';
export {
  type FieldValue,
  MessageDefinitions,
  type MessageFields,
  type MessageSchema,
  readMessageDefinitions,
  type SentValue,
} from './definitions/message-definitions.js';
export type { MessageValue } from './definitions/message-value.js';
export { MessageValueError } from './definitions/message-value-error.js';
export { type ValueType, valueTypes } from './definitions/value-types.js';
export { Endpoint, type FileHandler, type MessageHandler, type RequestHandler } from './endpoint.js';
export { BulkBudget, type BulkBudgetOptions } from './files/bulk-budget.js';
export type { SentFile } from './files/file-sender.js';
export type { FileOffer } from './files/file-wire.js';
export type { IncomingFile, IncomingStore } from './files/incoming-store.js';
export type { ContentType, HeaderFields, MessageType } from './frame.js';
export { defaultLimits, FrameDecoder, type FrameLimits } from './frame-decoder.js';
export { formatJson, type Json, parseJson } from './json.js';
export type { Args, Kwargs, Message } from './message.js';
export { MessageManager } from './message-manager.js';
export { type ConnectRoomsOptions, connectRooms, defaultRoomsPort } from './rooms/adapters/connect-rooms.js';
export type { RoomNews, WaitOptions } from './rooms/client-link.js';
export type { InboxLimits } from './rooms/inbox.js';
export { type AnswerOptions, Room, type RoomSendOptions, type SentContent } from './rooms/room.js';
export { RoomClient, type RoomClientOptions } from './rooms/room-client.js';
export type { Asked, HostOutcome, JoinedRoom, RoomDenial, RoomHost } from './rooms/room-host.js';
export type { RoomMessage } from './rooms/room-message.js';
export type {
  CommandInfo,
  ListedRoom,
  RoomEvent,
  RoomInfo,
  RoomMember,
  RoomWish,
  RosterEntry,
  Values,
  VariableChange,
  VariableWish,
} from './rooms/room-types.js';
export { ServedRooms, type ServeRoomsOptions } from './rooms/served-rooms.js';
