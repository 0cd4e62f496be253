/** Which connected drones have sent nothing for too long, by the time of receipt. Knows records and moments alone. */
import type { DroneRecord } from './drone-record.js';

/** Telemetry that arrived longer ago than this proves nothing about now, ms. Drones send it once a second. */
export const staleMs = 10_000;

export class SilenceWatch {
  readonly #intervalMs: number;
  #lookedMs = Number.NEGATIVE_INFINITY;

  /** `intervalMs`: how often it is asked. */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /**
   * Those that have fallen silent since they were heard; `nowMs` monotonic. When this program itself was held up nobody is
   * judged: what waits at its door is read first.
   */
  look(records: readonly DroneRecord[], nowMs: number): string[] {
    const isLate = nowMs - this.#lookedMs > 2 * this.#intervalMs;
    this.#lookedMs = nowMs;
    if (isLate) return [];
    const isStale = ({ isConnected, isSilent, telemetryAtMs }: DroneRecord) =>
      isConnected && !isSilent && telemetryAtMs !== undefined && nowMs - telemetryAtMs > staleMs;
    return records.filter(isStale).map(({ id }) => id);
  }
}
