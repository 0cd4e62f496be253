/**
 * Decides by its first bytes how a connection of the control port is protected: by the key of a token, from anywhere; by
 * the server's certificate, where it has one. Knows sockets and keys; no request.
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import type { Gatekeeper } from '../../../../lib/security/access/gatekeeper.js';
import {
  acceptPsk,
  handshakeTimeoutMs,
  pskContext,
  tlsReason,
} from '../../../../lib/security/adapters/tls-psk.js';
import { offersPsk } from '../../../../lib/security/client-hello.js';
import { kindOfConnection } from '../../../../lib/security/first-bytes.js';
import type { Clock } from '../../../../lib/time/clock.js';
import { acceptCertified } from './certified-tls.js';

/** Most connections from afar that have proven nothing yet; the oldest gives way. */
const maxUnproven = 32;

/** `stranger`: it came in by the certificate alone, and has proven nothing. */
export type AdmittedBy = 'token' | 'stranger';

export type ControlDoorOptions = {
  readonly clock: Clock;
  readonly gatekeeper: Pick<Gatekeeper, 'pskOf' | 'knows'>;
  /** Of the server's certificate; absent: keys of tokens only. */
  readonly certificate?: SecureContext | undefined;
  readonly onAdmitted: (stream: Duplex, socket: Socket, by: AdmittedBy) => void;
  /** Told of peers that are turned away: strangers can cause many of these. */
  readonly onRefused: (text: string) => void;
};

/** For connections that have to be TLS. */
export class ControlDoor {
  readonly #options: ControlDoorOptions;
  readonly #context = pskContext();
  readonly #unproven = new Set<Socket>();

  constructor(options: ControlDoorOptions) {
    this.#options = options;
  }

  admit(socket: Socket): void {
    const cancelDeadline = this.#options.clock.after(handshakeTimeoutMs, () => socket.destroy());
    const settle = (): void => {
      cancelDeadline();
      this.#unproven.delete(socket);
    };
    socket.on('error', () => socket.destroy());
    socket.once('close', settle);
    this.#unproven.add(socket);
    const [oldest] = this.#unproven;
    if (this.#unproven.size > maxUnproven) oldest?.destroy();
    peek(socket, (kind) => {
      if (kind === 'psk') this.#proveToken(socket, settle);
      else if (kind === 'certificate') this.#showCertificate(socket, settle);
      else this.#refuse(socket, 'speaks without TLS, as only callers on this machine may');
    });
  }

  #proveToken(socket: Socket, settle: () => void): void {
    const { gatekeeper, onAdmitted } = this.#options;
    acceptPsk(socket, {
      context: this.#context,
      keyOf: (identity) => gatekeeper.pskOf(identity),
      onSecure: (stream, identity) => {
        settle();
        // What has no key may still have guessed the decoy's: nobody can, and nobody gets in by it.
        if (gatekeeper.knows(identity)) onAdmitted(stream, socket, 'token');
        else stream.destroy();
      },
      onFailed: (error) => this.#refuse(socket, `does not prove the key of a token: ${tlsReason(error)}`),
    });
  }

  #showCertificate(socket: Socket, settle: () => void): void {
    const { certificate: context, onAdmitted } = this.#options;
    if (!context) {
      this.#refuse(
        socket,
        'wants a certificate in TLS, and this server has none ([CONTROL] tls_certificate)',
      );
      return;
    }
    acceptCertified(socket, {
      context,
      onSecure: (stream) => {
        settle();
        onAdmitted(stream, socket, 'stranger');
      },
      onFailed: (error) => this.#refuse(socket, `does not take the certificate: ${tlsReason(error)}`),
    });
  }

  #refuse(socket: Socket, why: string): void {
    const { remoteAddress = 'an address that is gone' } = socket;
    socket.destroy();
    this.#options.onRefused(`control port: somebody at ${remoteAddress} ${why}`);
  }
}

/** Looks at the first bytes and leaves them in the socket. */
function peek(socket: Socket, onKind: (kind: 'psk' | 'certificate' | 'plain') => void): void {
  let first: Uint8Array = new Uint8Array();
  const look = (): void => {
    const chunk: unknown = socket.read();
    if (!(chunk instanceof Uint8Array)) return;
    first = Buffer.concat([first, chunk]);
    const kind = kindOf(first);
    if (kind === undefined) return;
    socket.off('readable', look);
    socket.unshift(first);
    onKind(kind);
  };
  socket.on('readable', look);
}

/** Undefined while there are not enough bytes. */
function kindOf(first: Uint8Array): 'psk' | 'certificate' | 'plain' | undefined {
  const kind = kindOfConnection(first);
  if (kind !== 'tls') return kind;
  const isPsk = offersPsk(first);
  return isPsk === undefined ? undefined : isPsk ? 'psk' : 'certificate';
}
