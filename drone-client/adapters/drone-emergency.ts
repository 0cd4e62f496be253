/** The drone's UDP socket for emergencies. Knows sockets and keys; not what is obeyed, and no server's connection. */
import { randomBytes } from 'node:crypto';
import { type DatagramSocket, openDatagramSocket } from '../../lib/emergency/adapters/datagram-socket.js';
import { EmergencyEar, type IgnoredReason } from '../../lib/emergency/emergency-ear.js';
import {
  acknowledgementKey,
  type EmergencyAction,
  type EmergencyOrder,
  orderLifeMs,
} from '../../lib/emergency/emergency-wire.js';
import type { ObeyedOnce } from '../../lib/emergency/obeyed-once.js';
import { errorText } from '../../lib/errors.js';
import { DatagramGuard } from '../../lib/security/datagram-signature.js';
import { VerifyBudget } from '../../lib/security/verify-budget.js';
import type { Clock } from '../../lib/time/clock.js';
import type { Log } from '../client/drone.js';
import type { DroneSecurity } from './drone-security.js';

export type DroneEmergencyOptions = {
  readonly clock: Clock;
  readonly security: DroneSecurity;
  /** The drone's name now. */
  readonly id: () => string;
  readonly once: ObeyedOnce;
  /** What time it is for the server, UTC ms; undefined while that is not known. */
  readonly serverUtcMs: () => number | undefined;
  readonly isInCharge: (order: EmergencyOrder) => boolean;
  readonly obey: (what: EmergencyAction) => void | Promise<void>;
  readonly log: Log;
};

/** What the hello says of it, and what ends it. `udp` is undefined where no socket can be had. */
export type DroneEmergency = { readonly udp: number | undefined; readonly boot: string; close(): void };

/** Datagrams that are ignored for one reason are told of this often at most, ms. */
const ignoredTextMs = 60_000;

/** Long enough that nobody guesses it, bytes. */
const bootBytes = 9;

export async function openDroneEmergency(options: DroneEmergencyOptions): Promise<DroneEmergency> {
  const { clock, security, id, once, serverUtcMs, isInCharge, obey, log } = options;
  const boot = randomBytes(bootBytes).toString('base64url');
  const { key, isOpen } = security;
  const late = { lateMs: orderLifeMs, monotonicMs: () => clock.monotonicMs() };
  const toldMs = new Map<IgnoredReason, number>();
  const ear = new EmergencyEar({
    ...{ id, boot, once, serverUtcMs, isInCharge, obey },
    guard: key && !isOpen ? new DatagramGuard(key.serverPublicKey, late) : undefined,
    budget: new VerifyBudget(() => clock.monotonicMs()),
    key: key && acknowledgementKey(key.psk),
    onIgnored(reason) {
      if (clock.monotonicMs() - (toldMs.get(reason) ?? Number.NEGATIVE_INFINITY) < ignoredTextMs) return;
      toldMs.set(reason, clock.monotonicMs());
      const counts = Object.entries(ear.ignored).filter(([, count]) => count > 0);
      log(
        'warn',
        `emergency datagrams are ignored: ${counts.map(([why, count]) => `${count} ${why}`).join(', ')} so far`,
      );
    },
  });
  const socket = await openSocket(ear, log);
  return { udp: socket?.port, boot, close: () => socket?.close() };
}

async function openSocket(ear: EmergencyEar, log: Log): Promise<DatagramSocket | undefined> {
  try {
    const socket = await openDatagramSocket({
      onDatagram: (datagram, from) =>
        ear.receive(datagram, (answer) => socket.send(answer, from), from.address),
      onError: (text) => log('warn', `emergency datagrams: ${text}`),
    });
    return socket;
  } catch (error) {
    log('warn', `land and stop are heard by the connection alone, not by datagram: ${errorText(error)}`);
    return undefined;
  }
}
