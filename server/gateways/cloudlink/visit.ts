/** What one connection of the port is to its conversation: who, where from, and a way to answer. Types alone. */
import type { Clock } from '../../../lib/time/clock.js';
import type { Hub } from '../../hub/hub.js';
import type { Ask, HubValue } from '../../hub/hub-types.js';
import type { Directory } from './directory.js';
import type { Encodings } from './encodings.js';
import type { LineBatch } from './line-batch.js';

/** The gateways of the hub that share the port. */
export const cloudlinkName = 'cloudlink';
export const scratchName = 'scratch';

/** How Scratch's cloud variables are served: as TurboWarp's server does, or as Python's CloudLink does. */
export type ScratchBehaviour = 'strict' | 'cloudlink';

/** Where answers go. Whatever is sent after the end is dropped: whoever it was for has left. */
export interface Wire {
  /** One text message, UTF-8. One that many get is made once. */
  send(frame: Uint8Array): void;
  /** As fast as the peer reads them; each is made when its time has come. */
  sendSlowly(frames: Iterator<Uint8Array>): void;
  close(code: number, reason: string): void;
}

export type Settings = {
  /** Undefined: the hub's, where it has one. */
  readonly motd: string | undefined;
  /** Private messages to a username that several have reach none of them. */
  readonly warnIfMultipleUsernameMatches: boolean;
  readonly scratch: ScratchBehaviour;
  /** Scratch clients must say what they are. */
  readonly needsUserAgent: boolean;
};

/** What all connections of the port share. */
export type Shared = {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly directory: Directory;
  readonly encodings: Encodings;
  readonly batch: LineBatch;
};

export type Visit = Shared & {
  /** In the hub. */
  readonly memberId: string;
  /** As the client shall know it. */
  readonly address: string;
  /** Its Scratch login came along, unasked. */
  readonly bringsLogin: boolean;
  /** What it says that it is, where it does. */
  readonly userAgent: string | undefined;
  readonly wire: Wire;
  /** A question to the hub, now. */
  readonly ask: (sizeBytes: number, correlation?: HubValue) => Ask;
};
