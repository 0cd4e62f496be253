/**
 * One direction of a TCP connection in a rehearsal: bytes come in order and whole, however often their packets are lost,
 * only later. Knows paths and moments; no stream, no meaning of a byte.
 */
import type { Clock } from '../time/clock.js';
import type { Path } from './access-link.js';

/** Of a packet, bytes: what an Ethernet frame holds. */
const packetBytes = 1400;

/** Source: Linux, TCP_RTO_MIN and TCP_RTO_MAX, ms. */
const minRetransmitMs = 200;
const maxRetransmitMs = 120_000;

/** So many packets that arrive after a lost one let the sender know of it within a round trip. Source: RFC 5681, 3.2. */
const fastRetransmitPackets = 3;

/** What the sender's system takes before the program has to wait, bytes. Source: Linux, tcp_wmem, rounded. */
const sendBufferBytes = 128 * 1024;

/** Undefined: the end of what is sent. */
type Content = Uint8Array | undefined;
type Unit = { readonly content: Content; hasArrived: boolean };

/** The receiving end. */
interface LaneEnd {
  /** False: no more for now, until `resume`. */
  arrive(content: Content): boolean;
}

export type StreamLaneOptions = {
  readonly clock: Clock;
  readonly path: Path;
  readonly end: LaneEnd;
};

export class StreamLane {
  readonly #options: StreamLaneOptions;
  #units: Unit[] = [];
  #waitingBytes = 0;
  #blocked: (() => void)[] = [];
  #isHeld = false;
  #isStopped = false;
  #isEnded = false;

  constructor(options: StreamLaneOptions) {
    this.#options = options;
  }

  /** `bytes` are kept; `onTaken` when the sender may go on. */
  write(bytes: Uint8Array, onTaken: () => void): void {
    if (!this.#isStopped) {
      this.#waitingBytes += bytes.length;
      this.#send(bytes);
    }
    if (this.#isStopped || this.#waitingBytes <= sendBufferBytes) onTaken();
    else this.#blocked.push(onTaken);
  }

  /** Nothing comes after what was written. */
  end(): void {
    if (this.#isStopped || this.#isEnded) return;
    this.#isEnded = true;
    this.#send(undefined);
  }

  /** The receiver takes more. */
  resume(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#deliver();
  }

  /** The sender is gone, or the receiver will have no more: nothing arrives any more, nobody is told. */
  stop(): void {
    this.#isStopped = true;
    this.#units = [];
    for (const onTaken of this.#blocked.splice(0)) onTaken();
  }

  #send(content: Content): void {
    const unit = { content, hasArrived: false };
    this.#units.push(unit);
    this.#attempt(unit, { bytes: Math.max(1, content?.length ?? 0), tries: 0 });
  }

  /** Sends what of it has not arrived yet, and again what gets lost. */
  #attempt(unit: Unit, { bytes, tries }: { readonly bytes: number; readonly tries: number }): void {
    const { clock, path } = this.#options;
    if (this.#isStopped) return;
    const nowMs = clock.monotonicMs();
    const { lastMs, passed, lostBytes } = sendPackets(path, bytes, nowMs);
    if (lostBytes === 0) {
      clock.at(lastMs, () => this.#arrived(unit));
      return;
    }
    const isNoticed = passed >= fastRetransmitPackets;
    const backOffMs = Math.max(minRetransmitMs, 2 * path.roundTripMs) * 2 ** tries;
    const againMs = isNoticed ? lastMs - nowMs + path.roundTripMs / 2 : backOffMs;
    const next = { bytes: lostBytes, tries: isNoticed ? 0 : tries + 1 };
    clock.after(Math.min(maxRetransmitMs, againMs), () => this.#attempt(unit, next));
  }

  #arrived(unit: Unit): void {
    unit.hasArrived = true;
    this.#deliver();
  }

  #deliver(): void {
    while (!this.#isHeld && this.#units[0]?.hasArrived) {
      const unit = this.#units.shift();
      this.#waitingBytes -= unit?.content?.length ?? 0;
      this.#isHeld = !this.#options.end.arrive(unit?.content);
    }
    if (this.#waitingBytes <= sendBufferBytes) for (const onTaken of this.#blocked.splice(0)) onTaken();
  }
}

/** `lastMs`: when the last of those that are not lost arrives. */
function sendPackets(path: Path, bytes: number, nowMs: number) {
  let [lastMs, passed, lostBytes] = [nowMs, 0, 0];
  for (let left = bytes; left > 0; left -= packetBytes) {
    const size = Math.min(left, packetBytes);
    const arrivesMs = path.carry(size, nowMs);
    if (arrivesMs === undefined) lostBytes += size;
    else {
      passed += 1;
      lastMs = Math.max(lastMs, arrivesMs);
    }
  }
  return { lastMs, passed, lostBytes };
}
