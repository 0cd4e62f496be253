/** The port between the MAVLink vehicle and whatever carries its bytes (UDP here; serial and TCP fit it). Knows no MAVLink. */

/**
 * Obligations: `send` never blocks and never throws, and drops what can not go out now; nothing is delivered or sent
 * after `close`; a link that breaks for good calls the close listeners once, with why.
 */
export interface MavlinkLink {
  /** In `datagram` framing no frame spans two deliveries; in `stream` framing any may. */
  readonly framing: 'datagram' | 'stream';
  send(bytes: Uint8Array): void;
  /** `bytes` are borrowed for the call. */
  onData(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: (reason: string) => void): void;
  close(): Promise<void>;
}
