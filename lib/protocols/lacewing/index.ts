/** The public part of the Lacewing library, revision 3: codec, the server's sessions, and a client for users. */
export { type ConnectLacewingOptions, connectLacewing } from './adapters/connect-lacewing.js';
export {
  type JoinOptions,
  LacewingClient,
  type LacewingClientOptions,
  openLacewing,
  type SayOptions,
} from './client.js';
export type { LacewingChannel, LacewingClientEvent } from './client-events.js';
export type { LacewingDatagrams } from './client-wire.js';
export { contentFault, type LacewingValue, makeContent, readContent } from './content.js';
export {
  decodeClientDatagram,
  decodeServerDatagram,
  encodeClientDatagram,
  encodeServerDatagram,
  type LacewingClientDatagram,
  maxDatagramBytes,
} from './datagrams.js';
export {
  defaultLacewingLimits,
  LacewingDoor,
  type LacewingDoorOptions,
  type LacewingIds,
  plainAddress,
} from './door.js';
export { LacewingDeniedError } from './errors.js';
export { defaultMaxMessageBytes, LacewingDecoder, type LacewingFrame } from './frames.js';
export type { EventOf, ReceiveOptions } from './inbox.js';
export {
  type LacewingClientMessage,
  type LacewingContent,
  type LacewingJoined,
  type LacewingListedChannel,
  type LacewingPeer,
  type LacewingServerMessage,
  type LacewingUnknown,
  lacewingPort,
  lacewingRevision,
  lacewingVariants,
} from './messages.js';
export { cutName, nameFault } from './names.js';
export { type LacewingPacket, packDelivery } from './packet.js';
export { LacewingSession } from './session.js';
export type {
  LacewingAsk,
  LacewingDelivery,
  LacewingEvent,
  LacewingLimits,
  LacewingLine,
} from './session-events.js';
export {
  encodeClientMessage,
  encodeServerMessage,
  lacewingFirstByte,
  nextClientMessage,
  nextServerMessage,
} from './stream-messages.js';
export { Uint16Pool } from './uint16-pool.js';
