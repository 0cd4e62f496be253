/** The drone's ear for emergencies at a socket that is opened for it. Knows keys; not what is obeyed, and no server's connection. */
import type { DatagramPort } from '../../lib/emergency/datagram-port.js';
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
import type { EmergencyEdges } from './drone-edges.js';

export type DroneEmergencyOptions = EmergencyEdges & {
  readonly once: ObeyedOnce;
  /** What time it is for the server, UTC ms; undefined while that is not known. */
  readonly serverUtcMs: () => number | undefined;
  readonly isInCharge: (order: EmergencyOrder) => boolean;
  readonly obey: (what: EmergencyAction) => void | Promise<void>;
};

/** What the hello says of it, and what ends it. `udp` is undefined where no socket can be had. */
export type DroneEmergency = { readonly udp: number | undefined; close(): void };

/** Datagrams that are ignored for one reason are told of this often at most, ms. */
const ignoredTextMs = 60_000;

export async function openDroneEmergency(options: DroneEmergencyOptions): Promise<DroneEmergency> {
  const socket = await openSocket(earOf(options), options);
  return { udp: socket?.port, close: () => socket?.close() };
}

function earOf(options: DroneEmergencyOptions): EmergencyEar {
  const { clock, security, id, boot, once, serverUtcMs, isInCharge, obey, log } = options;
  const { key, isOpen } = security;
  const late = { lateMs: orderLifeMs, monotonicMs: () => clock.monotonicMs() };
  const toldMs = new Map<IgnoredReason, number>();
  const ear: EmergencyEar = new EmergencyEar({
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
  return ear;
}

async function openSocket(
  ear: EmergencyEar,
  { openDatagrams, log }: EmergencyEdges,
): Promise<DatagramPort | undefined> {
  try {
    const socket = await openDatagrams({
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
