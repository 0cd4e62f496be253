/** Which messages go out how often, and when each is due. Knows message ids, not their contents. */

type Stream = { readonly defaultMs: number; intervalMs: number; nextMs: number };

export class Streams {
  readonly #streams = new Map<number, Stream>();

  /** Message id → Hz; 0 = only when it is asked for. Others there are not. */
  constructor(defaultRatesHz: ReadonlyMap<number, number>) {
    for (const [messageId, rateHz] of defaultRatesHz) {
      const defaultMs = rateHz > 0 ? 1000 / rateHz : Number.POSITIVE_INFINITY;
      this.#streams.set(messageId, { defaultMs, intervalMs: defaultMs, nextMs: 0 });
    }
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
