/** The port through which a clock filter asks somebody else for the time. Knows no protocol. */
import type { ClockSample } from '../filter/clock-sample.js';

/** One who can be asked for the time: the show server, or a foreign NTP host. */
export interface TimeSource {
  /** As people know it: address and port. */
  readonly name: string;
  /**
   * Asks once, within a deadline of the source's own; the stamps of the answer are the source's, the others ours.
   * Rejects with an `NtpError` when no usable answer came, with a `CancelledError` at once when the signal ended it;
   * nothing is left behind when the deadline is over.
   */
  exchange(signal?: AbortSignal): Promise<ClockSample>;
}
