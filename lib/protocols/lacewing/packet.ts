/** A Lacewing message on its way to many clients. Knows none of them. */
import { encodeServerDatagram } from './datagrams.js';
import type { LacewingDelivery } from './session-events.js';
import { encodeServerMessage } from './stream-messages.js';

/** A message that is encoded once, when it is first needed, for as many sessions as it goes to. */
export type LacewingPacket = {
  readonly message: LacewingDelivery;
  readonly bytes: () => Uint8Array;
  readonly datagram: () => Uint8Array;
};

/** Packs a message for many. The bytes it gives throw CorruptFrameError for what does not fit its field. */
export function packDelivery(message: LacewingDelivery): LacewingPacket {
  let bytes: Uint8Array | undefined;
  let datagram: Uint8Array | undefined;
  return {
    message,
    bytes: () => {
      bytes ??= encodeServerMessage(message);
      return bytes;
    },
    datagram: () => {
      datagram ??= encodeServerDatagram(message);
      return datagram;
    },
  };
}
