/** Writes to one connection and cuts it when it does not read. Knows bytes; no protocol. */
import type { Duplex } from 'node:stream';

/** What may wait for a reader before it is cut, bytes. */
export const maxWaitingBytes = 4 * 1024 * 1024;

export type OutletOptions = {
  readonly stream: Duplex;
  /** Told once, when it is cut for reading too slowly. */
  readonly onSlow: (text: string) => void;
  /** Default: 4 MiB. */
  readonly maxWaitingBytes?: number;
};

export class Outlet {
  readonly #stream: Duplex;
  readonly #onSlow: (text: string) => void;
  readonly #maxWaitingBytes: number;

  constructor({ stream, onSlow, maxWaitingBytes: most = maxWaitingBytes }: OutletOptions) {
    this.#stream = stream;
    this.#onSlow = onSlow;
    this.#maxWaitingBytes = most;
  }

  /** Dropped when the connection is closing: whoever it was has left. */
  write(bytes: Uint8Array): void {
    const stream = this.#stream;
    if (stream.destroyed || stream.writableEnded) return;
    stream.write(bytes);
    if (stream.writableLength <= this.#maxWaitingBytes) return;
    stream.destroy();
    this.#onSlow(`cut: it left ${stream.writableLength} bytes unread`);
  }
}
