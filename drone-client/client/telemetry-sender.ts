/** Sends telemetry at the configured rate, and looks after the animation file at the same rate. Builds nothing itself. */
import { errorText } from '../../lib/errors.js';
import type { ConnectionManager, Json } from '../../lib/messaging/index.js';
import type { Cancel, Clock } from '../../lib/time/clock.js';
import type { Log } from './drone.js';

export type TelemetrySenderOptions = {
  readonly clock: Clock;
  readonly connection: Pick<ConnectionManager, 'isConnected' | 'sendMessage'>;
  readonly telemetry: () => { [key: string]: Json };
  /** Done before each sending. */
  readonly refresh: () => Promise<void>;
  readonly frequencyHz: () => number;
  readonly isTransmitting: () => boolean;
  readonly log: Log;
};

/** How often the settings are looked at while nothing is to be sent, ms; and the shortest interval. */
const idleMs = 1000;
const minIntervalMs = 20;

export class TelemetrySender {
  readonly #options: TelemetrySenderOptions;
  #nextMs = 0;
  #cancel: Cancel | undefined;
  #isClosed = false;
  #lastProblem = '';

  constructor(options: TelemetrySenderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#nextMs = this.#options.clock.monotonicMs();
    this.#schedule();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  /** Sends once, now, besides the regular ones. */
  send(): void {
    const { connection, telemetry, isTransmitting, frequencyHz } = this.#options;
    if (this.#isClosed || !connection.isConnected || !isTransmitting() || frequencyHz() <= 0) return;
    this.#guard(() =>
      connection.sendMessage('telemetry', { kwargs: { value: telemetry() }, lane: 'telemetry' }),
    );
  }

  #schedule(): void {
    const { clock, frequencyHz } = this.#options;
    const frequency = frequencyHz();
    const intervalMs = frequency > 0 ? Math.max(minIntervalMs, 1000 / frequency) : idleMs;
    const nowMs = clock.monotonicMs();
    this.#nextMs = this.#nextMs + intervalMs > nowMs ? this.#nextMs + intervalMs : nowMs + intervalMs;
    this.#cancel = clock.after(Math.min(this.#nextMs - nowMs, idleMs * 60), () => void this.#tick());
  }

  async #tick(): Promise<void> {
    if (this.#isClosed) return;
    this.#schedule();
    await this.#options.refresh().catch((error: unknown) => this.#complain(errorText(error)));
    this.send();
  }

  #guard(work: () => void): void {
    try {
      work();
      this.#lastProblem = '';
    } catch (error) {
      this.#complain(errorText(error));
    }
  }

  /** Each problem once, not at every beat. */
  #complain(text: string): void {
    if (text === this.#lastProblem) return;
    this.#lastProblem = text;
    this.#options.log('warn', `telemetry: ${text}`);
  }
}
