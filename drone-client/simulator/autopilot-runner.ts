/**
 * Steps a simulated autopilot, lets its faults happen, and turns bytes into its messages and back. The one thing that
 * all transports share; knows none of them.
 */
import type { Clock } from '../../lib/time/clock.js';
import { MavlinkDecoder, MavlinkEncoder } from '../vehicle/mavlink/codec.js';
import { Autopilot, type AutopilotOptions, autopilotComponentId } from './autopilot.js';
import type { FaultSource } from './fault-schedule.js';
import { SimulatedFleetLoop } from './fleet-loop.js';

/** What every transport takes. */
export type RunnerOptions = AutopilotOptions & {
  readonly clock: Clock;
  /** Shared by the autopilots of a fleet; without it this one has a timer of its own. */
  readonly loop?: SimulatedFleetLoop;
  /** What befalls it, see `FaultSchedule.forDrone`. */
  readonly faults?: FaultSource;
  /** Called after every step, e.g. to look at `autopilot.truth`. */
  readonly onStep?: (nowMs: number) => void;
};

/** What the autopilot hangs on. */
export interface Wire {
  /** Sends these frames, at most 1,400 bytes at a time; while nobody listens it throws them away. */
  send(frames: readonly Uint8Array[]): void;
  /** Called first in every step: a wire that keeps what it got hands it over now. */
  arrive?(): void;
}

/** Frames that fit into one datagram go out together. */
const maxDatagramBytes = 1400;

export class AutopilotRunner {
  readonly autopilot: Autopilot;
  readonly #clock: Clock;
  readonly #faults: FaultSource | undefined;
  readonly #onStep: ((nowMs: number) => void) | undefined;
  readonly #decoder = new MavlinkDecoder();
  readonly #encoder: MavlinkEncoder;
  readonly #leave: () => void;
  readonly #wire: Wire;
  #isRunning = true;

  /** Boots at once and runs until `stop`. @throws RangeError as the autopilot does. */
  constructor(options: RunnerOptions, wire: Wire) {
    const { clock, loop = new SimulatedFleetLoop(clock), faults, onStep } = options;
    this.autopilot = new Autopilot(options);
    this.#clock = clock;
    this.#faults = faults;
    this.#onStep = onStep;
    this.#wire = wire;
    const { systemId } = this.autopilot;
    this.#encoder = new MavlinkEncoder({ systemId, componentId: autopilotComponentId });
    this.autopilot.step(clock.monotonicMs());
    this.#leave = loop.add((nowMs) => this.#step(nowMs));
  }

  /** Takes bytes from the link; true when there was a message among them. */
  receive(bytes: Uint8Array): boolean {
    if (!this.#isRunning) return false;
    const messages = this.#decoder.push(bytes);
    const nowMs = this.#clock.monotonicMs();
    for (const message of messages) this.autopilot.receive(message, nowMs);
    return messages.length > 0;
  }

  /** Sends what the autopilot has to say. */
  flush(): void {
    const messages = this.autopilot.takeOutbox();
    if (messages.length === 0 || !this.#isRunning) return;
    let together: Uint8Array[] = [];
    let bytes = 0;
    for (const message of messages) {
      const frame = this.#encoder.encode(message);
      if (bytes + frame.length > maxDatagramBytes) {
        this.#wire.send(together);
        together = [];
        bytes = 0;
      }
      together.push(frame);
      bytes += frame.length;
    }
    this.#wire.send(together);
  }

  /** Forgets a half-read frame: somebody else speaks now. */
  forget(): void {
    this.#decoder.reset();
  }

  stop(): void {
    this.#isRunning = false;
    this.#leave();
  }

  #step(nowMs: number): void {
    this.#wire.arrive?.();
    if (this.#faults) {
      const due = this.#faults.due(this.autopilot.truth.armed, nowMs);
      for (const fault of due) this.autopilot.applyFault(fault, nowMs);
    }
    this.autopilot.step(nowMs);
    this.#onStep?.(nowMs);
    this.flush();
  }
}
