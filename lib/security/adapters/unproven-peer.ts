/** A connection that has proven nothing yet: its first bytes, and its deadline. Knows its socket; no keys. */
import type { AcceptedConnection } from '../../messaging/index.js';
import type { Cancel, Clock } from '../../time/clock.js';
import { kindOfConnection } from '../first-bytes.js';
import { handshakeTimeoutMs } from './tls-psk.js';

/** What lets in a peer without a key. */
export const remedy = 'enroll it with "starling fleet enroll DRONE_ID", or start the server with --open';

const tooSlow = `has not proven a key within ${handshakeTimeoutMs / 1000} s: ${remedy}`;

/** It is settled once: let in, refused, or gone. */
export class UnprovenPeer {
  readonly #connection: AcceptedConnection;
  readonly #clock: Clock;
  readonly #onRefused: (text: string) => void;
  readonly #cancelDeadline: Cancel;
  #stopPeeking: () => void = () => undefined;
  #isSettled = false;

  constructor(connection: AcceptedConnection, clock: Clock, onRefused: (text: string) => void) {
    this.#connection = connection;
    this.#clock = clock;
    this.#onRefused = onRefused;
    this.#cancelDeadline = clock.after(handshakeTimeoutMs, () => this.refuse(tooSlow));
  }

  /** Looks at the first bytes and leaves them in the socket; one that is silent for `silenceMs` counts as plain. */
  peek(silenceMs: number | undefined, onKind: (kind: 'tls' | 'plain') => void): void {
    const { stream } = this.#connection;
    const cancelSilence =
      silenceMs === undefined ? undefined : this.#clock.after(silenceMs, () => decide('plain'));
    const decide = (kind: 'tls' | 'plain'): void => {
      this.#stopPeeking();
      if (!this.#isSettled) onKind(kind);
    };
    let first: Uint8Array = new Uint8Array();
    const look = (): void => {
      const chunk: unknown = stream.read();
      if (!(chunk instanceof Uint8Array)) return;
      cancelSilence?.();
      first = Buffer.concat([first, chunk]);
      const kind = kindOfConnection(first);
      if (kind === undefined) return;
      stream.unshift(first);
      decide(kind);
    };
    this.#stopPeeking = () => {
      cancelSilence?.();
      stream.off('readable', look);
    };
    stream.on('readable', look);
  }

  refuse(text: string): void {
    if (!this.end()) return;
    this.#onRefused(text);
  }

  /** Closes it without a word. False when it was settled before. */
  end(): boolean {
    if (!this.settle()) return false;
    this.#connection.stream.destroy();
    return true;
  }

  /** False when it was settled before. */
  settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#cancelDeadline();
    this.#stopPeeking();
    return true;
  }
}
