/** The port to the peer of one connection, as those see it who send and receive files. Knows no stream. */
import type { OutgoingFrame } from '../connection/outgoing-lanes.js';
import type { Json } from '../json.js';
import type { Kwargs } from '../message.js';

/** All of it is bound to the present link: what is on its way when that is lost fails, and is not sent again. */
export interface FilePeer {
  /** @throws DisconnectedError, RequestTimeoutError, CancelledError, RemoteError. */
  ask(name: string, kwargs: Kwargs, options: { readonly signal?: AbortSignal | undefined }): Promise<Json>;
  /** Sends an action in the lane `control`; without a link, or when it is lost by that, nothing happens. */
  act(action: string, kwargs: Kwargs): void;
  /** Queues a frame; without a link nothing happens. */
  send(frame: OutgoingFrame): void;
}
