/** Keeps what the autopilot's last-resort parameters say against a start. Knows the vehicle's port; judges nothing itself. */
import { errorText } from '../../lib/errors.js';
import { type Cancel, type Clock, every } from '../../lib/time/clock.js';
import { compareLastResort, readLastResort } from '../vehicle/last-resort.js';
import type { LastResortContext, LastResortValues } from '../vehicle/last-resort-item.js';
import type { Vehicle } from '../vehicle/vehicle.js';
import type { Problem } from './problem.js';

/** How often it looks whether there is something to read, ms: at once when an autopilot appears, later on again. */
const lookMs = 500;
/** Parameters that were read are read again after this, ms, while the drone stands: somebody may have changed them. */
const staleMs = 60_000;
/** A reading that failed is tried again after this, ms. */
const retryMs = 5000;

export type LastResortWatchOptions = {
  readonly clock: Clock;
  readonly vehicle: Pick<Vehicle, 'state' | 'maintenance'>;
  readonly context: () => LastResortContext;
  readonly onWarning: (text: string) => void;
};

export class LastResortWatch {
  readonly #options: LastResortWatchOptions;
  #values: LastResortValues | undefined;
  #wasConnected = false;
  #dueMs = 0;
  #isReading = false;
  /** Since the present reading began. */
  #isChanged = false;
  #cancel: Cancel | undefined;

  constructor(options: LastResortWatchOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#cancel) return;
    this.#cancel = every(this.#options.clock, lookMs, () => this.#look());
    this.#look();
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** `unread` until they are known. */
  get problems(): readonly Problem[] | 'unread' {
    const { vehicle, context } = this.#options;
    const { autopilot } = vehicle.state;
    if (!this.#values || !autopilot) return 'unread';
    return compareLastResort(this.#values, autopilot, context());
  }

  /** Reads them anew: they may have been changed. */
  refresh(): void {
    this.#dueMs = 0;
    this.#isChanged = true;
  }

  #look(): void {
    const { clock, vehicle } = this.#options;
    const { connected, armed } = vehicle.state;
    if (!this.#wasConnected && connected) {
      // It may be another one, or may have been set anew.
      this.#values = undefined;
      this.refresh();
    }
    this.#wasConnected = connected;
    const nowMs = clock.monotonicMs();
    if (!connected || armed || this.#isReading || nowMs < this.#dueMs) return;
    this.#isReading = true;
    void this.#read().finally(() => {
      this.#isReading = false;
    });
  }

  /** Never rejects. */
  async #read(): Promise<void> {
    const { clock, vehicle, onWarning } = this.#options;
    const { autopilot } = vehicle.state;
    this.#dueMs = clock.monotonicMs() + retryMs;
    this.#isChanged = false;
    if (!autopilot) return;
    try {
      const values = await readLastResort(vehicle.maintenance, autopilot);
      // What was read while they were changed, or by another autopilot, is read again at the next look.
      if (this.#isChanged) return;
      this.#values = values;
      this.#dueMs = clock.monotonicMs() + staleMs;
    } catch (error) {
      onWarning(`the autopilot's last-resort parameters could not be read: ${errorText(error)}`);
    }
  }
}
