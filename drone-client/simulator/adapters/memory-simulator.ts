/**
 * A simulated autopilot in the same process as the vehicle that flies it, joined by encoded bytes: no sockets, so a
 * clock moved by hand flies it faster than real time, and to the bit the same each time. Knows no other transport.
 */
import { Buffer } from 'node:buffer';
import type { MavlinkLink } from '../../vehicle/mavlink/link.js';
import type { Autopilot } from '../autopilot.js';
import { AutopilotRunner, type RunnerOptions } from '../autopilot-runner.js';

export type MemorySimulator = {
  /** The vehicle's end. */
  readonly link: MavlinkLink;
  readonly autopilot: Autopilot;
  /** Stops the autopilot and closes the link. */
  close(): Promise<void>;
};

/** More than this unheard (the clock stands still): the oldest is lost, as in a socket's buffer. */
const maxWaiting = 1000;

/**
 * Starts one. What the vehicle sends arrives at the autopilot's next step (10 ms), and the answers come at the end of
 * that step: nothing ever arrives inside the call that sent it.
 * @throws RangeError as the autopilot does.
 */
export function startMemorySimulator(options: RunnerOptions): MemorySimulator {
  const link = new MemoryLink();
  const runner = new AutopilotRunner(options, {
    send: (frames) => link.deliver(Buffer.concat(frames)),
    arrive() {
      for (const bytes of link.takeSent()) runner.receive(bytes);
    },
  });
  return {
    link,
    autopilot: runner.autopilot,
    close: () => {
      runner.stop();
      link.end('the simulator was closed');
      return Promise.resolve();
    },
  };
}

class MemoryLink implements MavlinkLink {
  readonly framing = 'datagram';
  readonly #onData: ((bytes: Uint8Array) => void)[] = [];
  readonly #onClose: ((reason: string) => void)[] = [];
  #sent: Uint8Array[] = [];
  #isOpen = true;

  send(bytes: Uint8Array): void {
    if (!this.#isOpen) return;
    if (this.#sent.length >= maxWaiting) this.#sent.shift();
    this.#sent.push(Buffer.from(bytes));
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData.push(listener);
  }

  onClose(listener: (reason: string) => void): void {
    this.#onClose.push(listener);
  }

  close(): Promise<void> {
    this.#isOpen = false;
    this.#sent = [];
    return Promise.resolve();
  }

  /** What the vehicle has said since the last call. */
  takeSent(): readonly Uint8Array[] {
    if (this.#sent.length === 0) return this.#sent;
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }

  deliver(bytes: Uint8Array): void {
    if (!this.#isOpen) return;
    for (const listener of this.#onData) listener(bytes);
  }

  /** The autopilot's end is gone. */
  end(reason: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const listener of this.#onClose) listener(reason);
  }
}
