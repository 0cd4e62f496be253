/** A shared link as a process: everything between drones and server goes through one queue at one rate. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type ShaperOptions = {
  readonly target: { readonly host: string; readonly port: number };
  /** In each direction; undefined: as fast as it goes. */
  readonly bytesPerMs?: number | undefined;
  /** One way, ms. */
  readonly delayMs?: number | undefined;
  /** Of packets, %: each holds up what is behind it for a round trip, as TCP does until it has sent it again. */
  readonly lossPercent?: number | undefined;
  /** Cuts all connections each time that so many bytes have gone to the drones. */
  readonly cutEveryBytes?: number | undefined;
  readonly maxCuts?: number | undefined;
};

export type ShaperReport =
  | { readonly port: number }
  | { readonly mostQueuedBytes: number; readonly cuts: number };

type Piece = { readonly to: Socket; data: Buffer; readonly atMs: number };

/** What a packet carries, bytes. */
const packetBytes = 1448;

/** One direction: first in, first out, whatever the connection, so that nothing can slip past what is queued. */
class Lane {
  mostQueuedBytes = 0;
  passedBytes = 0;
  #queuedBytes = 0;
  #pieces: Piece[] = [];
  #room = 0;
  #lastMs = performance.now();
  readonly #bytesPerMs: number;
  readonly #delayMs: number;
  readonly #lossPercent: number;
  #packetBytes = 0;
  #heldUntilMs = 0;

  constructor({ bytesPerMs = Number.POSITIVE_INFINITY, delayMs = 0, lossPercent = 0 }: ShaperOptions) {
    this.#bytesPerMs = bytesPerMs;
    this.#delayMs = delayMs;
    this.#lossPercent = lossPercent;
  }

  push(to: Socket, data: Buffer): void {
    this.#queuedBytes += data.length;
    this.mostQueuedBytes = Math.max(this.mostQueuedBytes, this.#queuedBytes);
    this.#pieces.push({ to, data, atMs: performance.now() + this.#delayMs });
    if (this.#bytesPerMs === Number.POSITIVE_INFINITY && this.#delayMs === 0) this.run();
  }

  run(): void {
    const nowMs = performance.now();
    this.#room = Math.min(64 * 1024, this.#room + (nowMs - this.#lastMs) * this.#bytesPerMs);
    if (this.#bytesPerMs === Number.POSITIVE_INFINITY) this.#room = this.#bytesPerMs;
    this.#lastMs = nowMs;
    if (nowMs < this.#heldUntilMs) return;
    for (
      let piece = this.#pieces[0];
      piece && this.#room >= 1 && piece.atMs <= nowMs;
      piece = this.#pieces[0]
    ) {
      const part = piece.data.subarray(0, Math.floor(Math.min(piece.data.length, this.#room)));
      piece.to.write(part);
      piece.data = piece.data.subarray(part.length);
      this.#room -= part.length;
      this.#queuedBytes -= part.length;
      this.passedBytes += part.length;
      if (piece.data.length === 0) this.#pieces.shift();
      if (this.#isLost(part.length)) {
        this.#heldUntilMs = nowMs + 2 * this.#delayMs;
        return;
      }
    }
  }

  /** Whether one of the packets that carried so many bytes was lost. */
  #isLost(bytes: number): boolean {
    let isLost = false;
    this.#packetBytes += bytes;
    for (; this.#packetBytes >= packetBytes; this.#packetBytes -= packetBytes)
      isLost ||= Math.random() * 100 < this.#lossPercent;
    return isLost;
  }

  clear(): void {
    this.#pieces = [];
    this.#queuedBytes = 0;
  }
}

/** Runs for as long as the process lives; tells its parent its port, then twice a second how much was queued. */
export async function runShaper(options: ShaperOptions): Promise<void> {
  const lanes = { toDrones: new Lane(options), toServer: new Lane(options) };
  const sockets = new Set<Socket>();
  let cuts = 0;
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ ...options.target, noDelay: true });
    near.on('data', (data: Buffer) => lanes.toServer.push(far, data));
    far.on('data', (data: Buffer) => lanes.toDrones.push(near, data));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const cutIfDue = () => {
    const { cutEveryBytes = Number.POSITIVE_INFINITY, maxCuts = 0 } = options;
    if (cuts >= maxCuts || lanes.toDrones.passedBytes < (cuts + 1) * cutEveryBytes) return;
    cuts += 1;
    for (const lane of Object.values(lanes)) lane.clear();
    for (const socket of sockets) socket.destroy();
  };
  setInterval(() => {
    for (const lane of Object.values(lanes)) lane.run();
    cutIfDue();
  }, 1);
  setInterval(() => process.send?.({ mostQueuedBytes: lanes.toDrones.mostQueuedBytes, cuts }), 500);
  process.send?.({ port: (server.address() as AddressInfo).port });
  process.on('disconnect', () => process.exit());
}
