/** Which messages go out how often, and when each is due. Knows message ids, not their contents. */
import { common, minimal } from 'mavlink-mappings';

type Stream = { readonly defaultMs: number; intervalMs: number; nextMs: number };

/**
 * A subset of what PX4 sends on its onboard link, at those rates; ATTITUDE slower (PX4: 100 Hz), to be kind to
 * machines that simulate a hundred of these. Source: observed on PX4.
 */
const defaultRatesHz: ReadonlyMap<number, number> = new Map([
  [minimal.Heartbeat.MSG_ID, 1],
  [common.Attitude.MSG_ID, 50],
  [common.LocalPositionNed.MSG_ID, 30],
  [common.SysStatus.MSG_ID, 5],
  [common.ExtendedSysState.MSG_ID, 5],
  [common.BatteryStatus.MSG_ID, 0.5],
]);

export class Streams {
  readonly #streams = new Map<number, Stream>();

  constructor() {
    for (const [messageId, rateHz] of defaultRatesHz)
      this.#streams.set(messageId, { defaultMs: 1000 / rateHz, intervalMs: 1000 / rateHz, nextMs: 0 });
  }

  has(messageId: number): boolean {
    return this.#streams.has(messageId);
  }

  /** As SET_MESSAGE_INTERVAL has it: µs, 0 = the default rate, −1 = off. False when there is no such stream. */
  setStreamInterval(messageId: number, intervalUs: number): boolean {
    const stream = this.#streams.get(messageId);
    if (!stream) return false;
    if (intervalUs === 0) stream.intervalMs = stream.defaultMs;
    else stream.intervalMs = intervalUs < 0 ? Number.POSITIVE_INFINITY : intervalUs / 1000;
    stream.nextMs = 0;
    return true;
  }

  /** The messages due at `nowMs`; each is due once, however late. */
  due(nowMs: number): number[] {
    const due: number[] = [];
    for (const [messageId, stream] of this.#streams) {
      if (nowMs < stream.nextMs || stream.intervalMs === Number.POSITIVE_INFINITY) continue;
      due.push(messageId);
      const isFarBehind = nowMs - stream.nextMs > stream.intervalMs;
      stream.nextMs = (isFarBehind ? nowMs : stream.nextMs) + stream.intervalMs;
    }
    return due;
  }
}
