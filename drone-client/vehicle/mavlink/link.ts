/** The port between the MAVLink vehicle and whatever carries its bytes: UDP, TCP, a serial line. Knows no MAVLink. */

/**
 * Obligations: `send` never blocks and never throws, takes one whole frame, and drops what can not go out now;
 * nothing is delivered or sent after `close`, which always resolves; a link that breaks for good calls the close
 * listeners once, with why. A link that opens again by itself never breaks for good: it is silent until it is back.
 */
export interface MavlinkLink {
  /** In `datagram` framing no frame spans two deliveries; in `stream` framing any may. */
  readonly framing: 'datagram' | 'stream';
  /** `bytes` are borrowed for the call. */
  send(bytes: Uint8Array): void;
  /** `bytes` are borrowed for the call. */
  onData(listener: (bytes: Uint8Array) => void): void;
  onClose(listener: (reason: string) => void): void;
  /**
   * Links that open again by themselves have it: called after a break, before the first bytes of the new stream, which
   * continue nothing: a half-read frame is to be forgotten. Not called for the first opening.
   */
  onReopen?(listener: () => void): void;
  close(): Promise<void>;
}
