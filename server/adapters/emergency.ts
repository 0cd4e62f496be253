/** The server's UDP socket for emergencies, one for all drones. Knows keys and sockets; no drones' state, no commands. */
import { randomUUID } from 'node:crypto';
import { openDatagramSocket } from '../../lib/emergency/adapters/datagram-socket.js';
import { EmergencyCaller } from '../../lib/emergency/emergency-caller.js';
import { errorText } from '../../lib/errors.js';
import type { Clock } from '../../lib/time/clock.js';
import { EmergencyLine } from '../links/emergency-line.js';
import type { LogLine } from '../snapshot.js';
import type { FleetKeys } from './fleet-keys.js';

export type EmergencySocketOptions = {
  readonly clock: Clock;
  /** The server. */
  readonly id: string;
  /** Address that it listens on. */
  readonly host: string;
  readonly keys: FleetKeys;
  readonly log: (level: LogLine['level'], text: string) => void;
};

/** Where no socket can be had, commands go by the connections alone: the line is undefined, and that is told. */
export async function openEmergencyLine({ clock, id, host, keys, log }: EmergencySocketOptions): Promise<{
  readonly line: EmergencyLine | undefined;
  close(): void;
}> {
  try {
    const socket = await openDatagramSocket({
      host,
      onDatagram: (datagram) => caller.receive(datagram),
      onError: (text) => log('warning', `emergency datagrams: ${text}`),
    });
    const caller = new EmergencyCaller({
      ...{ clock, id, prefix: randomUUID().slice(0, 8), epoch: () => keys.epoch },
      sign: (action, kwargs) => keys.sign(action, kwargs),
      send: (datagram, target) => socket.send(datagram, target),
    });
    return {
      line: new EmergencyLine(caller, (drone) => keys.acknowledgementKey(drone)),
      close() {
        caller.close();
        socket.close();
      },
    };
  } catch (error) {
    log('error', `land and stop go by the connections alone, without datagrams: ${errorText(error)}`);
    return { line: undefined, close: () => undefined };
  }
}
