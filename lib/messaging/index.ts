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
