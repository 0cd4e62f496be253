/**
 * What pings tell of a link: its latency, the peer's clock, and whether the peer still lives.
 * Knows numbers that it is given; no timer, no stream.
 */
import { isJsonObject } from '../json.js';

/** Exchanges that are remembered; the one with the shortest round trip among them counts. */
const rememberedExchanges = 16;

/** What the two clocks may drift apart while exchanges are remembered, ms: 16 s at 300 ppm. */
const driftAllowanceMs = 5;

/** (The peer's UTC ms) − (own monotonic ms), with half of the round trip as its uncertainty. */
export type ClockOffset = { readonly offsetMs: number; readonly uncertaintyMs: number };

type Exchange = { readonly roundTripMs: number; readonly offsetMs: number };

export class Heartbeat {
  readonly #maxFails: number;
  readonly #exchanges: Exchange[] = [];
  #silentBeats = 0;

  /** `maxFails`: beats without a byte from the peer after which it counts as dead. */
  constructor(maxFails: number) {
    this.#maxFails = maxFails;
  }

  /** Bytes came. Any do: an answer to a ping may have to wait behind a file that is on its way. */
  noteTraffic(): void {
    this.#silentBeats = 0;
  }

  /** A beat's time has come; true when the peer is dead. A beat counts once, however late it is. */
  beat(): boolean {
    this.#silentBeats += 1;
    return this.#silentBeats >= this.#maxFails;
  }

  /**
   * Takes the value of a ping's answer, `{"received": s, "sent": s}` on the peer's UTC, with own monotonic times, ms.
   * The latency as it is now, or undefined when the value makes no sense.
   */
  noteAnswer(value: unknown, sentMs: number, receivedMs: number): number | undefined {
    const peerReceivedMs = stampMs(value, 'received');
    const peerSentMs = stampMs(value, 'sent');
    if (peerReceivedMs === undefined || peerSentMs === undefined) return undefined;
    // Source: RFC 5905, section 8 (offset and delay of one exchange).
    const roundTripMs = receivedMs - sentMs - Math.max(0, peerSentMs - peerReceivedMs);
    const offsetMs = (peerReceivedMs - sentMs + (peerSentMs - receivedMs)) / 2;
    if (roundTripMs < 0 || !Number.isFinite(roundTripMs) || !Number.isFinite(offsetMs)) return undefined;
    const exchange = { roundTripMs, offsetMs };
    if (this.#isStep(exchange)) this.#exchanges.length = 0;
    this.#exchanges.push(exchange);
    if (this.#exchanges.length > rememberedExchanges) this.#exchanges.shift();
    return this.latencyMs;
  }

  /** The shortest of the recent round trips. */
  get latencyMs(): number | undefined {
    return this.#best()?.roundTripMs;
  }

  get clockOffset(): ClockOffset | undefined {
    const best = this.#best();
    return best && { offsetMs: best.offsetMs, uncertaintyMs: best.roundTripMs / 2 };
  }

  /** An exchange is wrong by half its round trip at most: two that disagree by more than both mean a stepped clock. */
  #isStep({ roundTripMs, offsetMs }: Exchange): boolean {
    const best = this.#best();
    if (!best) return false;
    return Math.abs(offsetMs - best.offsetMs) > (roundTripMs + best.roundTripMs) / 2 + driftAllowanceMs;
  }

  #best(): Exchange | undefined {
    let best: Exchange | undefined;
    for (const exchange of this.#exchanges)
      if (!best || exchange.roundTripMs <= best.roundTripMs) best = exchange;
    return best;
  }
}

function stampMs(value: unknown, key: string): number | undefined {
  const stamp = isJsonObject(value) ? value[key] : undefined;
  return typeof stamp === 'number' && Number.isFinite(stamp) ? stamp * 1000 : undefined;
}
