/** Lets in whoever proves the key of an access token, in TLS; nobody else. Knows sockets and keys; no frame, no hub. */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Gatekeeper } from '../../../../lib/security/access/gatekeeper.js';
import {
  acceptPsk,
  handshakeTimeoutMs,
  pskContext,
  tlsReason,
} from '../../../../lib/security/adapters/tls-psk.js';
import type { Clock } from '../../../../lib/time/clock.js';

/** Most connections that have proven nothing yet; the oldest gives way. */
const maxUnproven = 64;

export type NativeDoorOptions = {
  readonly clock: Clock;
  readonly gatekeeper: Pick<Gatekeeper, 'pskOf' | 'knows'>;
  readonly onAdmitted: (stream: TLSSocket, address: string) => void;
  /** Told of peers that are turned away: strangers can cause many of these. */
  readonly onRefused: (text: string) => void;
};

export class NativeDoor {
  readonly #options: NativeDoorOptions;
  readonly #context = pskContext();
  readonly #unproven = new Set<Socket>();

  constructor(options: NativeDoorOptions) {
    this.#options = options;
  }

  admit(socket: Socket): void {
    const { clock, gatekeeper, onAdmitted } = this.#options;
    const address = addressOf(socket);
    const cancelDeadline = clock.after(handshakeTimeoutMs, () =>
      this.#refuse(socket, address, `has proven no key within ${handshakeTimeoutMs / 1000} s`),
    );
    const settle = (): void => {
      cancelDeadline();
      this.#unproven.delete(socket);
    };
    socket.once('close', settle);
    this.#unproven.add(socket);
    const [oldest] = this.#unproven;
    if (this.#unproven.size > maxUnproven) oldest?.destroy();
    acceptPsk(socket, {
      context: this.#context,
      keyOf: (identity) => gatekeeper.pskOf(identity),
      onSecure: (stream, identity) => {
        settle();
        // What has no key may still have guessed the decoy's: nobody can, and nobody gets in by it.
        if (gatekeeper.knows(identity)) onAdmitted(stream, address);
        else stream.destroy();
      },
      onFailed: (error) =>
        this.#refuse(socket, address, `does not prove the key of a token in TLS: ${tlsReason(error)}`),
    });
  }

  #refuse(socket: Socket, address: string, why: string): void {
    socket.destroy();
    this.#options.onRefused(`somebody at ${address} ${why}`);
  }
}

function addressOf({ remoteAddress = '' }: Socket): string {
  return remoteAddress.replace(/^::ffff:/i, '');
}
