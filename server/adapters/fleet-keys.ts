/** The fleet's keys as the server uses them: who is let in, and what signs its announcements. Knows no drones' state. */
import type { AcceptDatagram } from '../../lib/discovery/index.js';
import type { AcceptedConnection } from '../../lib/messaging/index.js';
import { FleetFile } from '../../lib/security/adapters/fleet-file.js';
import { type AdmittedConnection, SecureDoor } from '../../lib/security/adapters/secure-door.js';
import { DatagramGuard, DatagramSigner } from '../../lib/security/datagram-signature.js';
import { holds } from '../../lib/security/fleet-secret.js';
import { deriveSigningKey, fleetFingerprint, publicKeyHex } from '../../lib/security/keys.js';
import type { Clock } from '../../lib/time/clock.js';
import { RepeatLimit, WarningLimit } from '../links/warning-limit.js';
import type { LogLine } from '../snapshot.js';

export type FleetKeysOptions = {
  readonly clock: Clock;
  /** Holds the fleet's file; it is made when there is none. */
  readonly stateFolder: string;
  readonly isOpen: boolean;
  readonly log: (level: LogLine['level'], text: string) => void;
};

export type FleetKeys = {
  readonly isOpen: boolean;
  /** Signs datagrams for the fleet's drones: announcements, and whatever else they must believe. */
  readonly sign: DatagramSigner['sign'];
  /** Believes what a server of this fleet has signed; undefined where the server is open, and believes all. */
  readonly accept: AcceptDatagram | undefined;
  /** Whether a drone of that name was ever enrolled: it comes in with its key only. */
  isEnrolled(id: string): boolean;
  /** A door that hands over who may come in. */
  openDoor(onConnection: (connection: AdmittedConnection) => void): {
    admit(connection: AcceptedConnection): void;
    close(): void;
  };
  /** The state of things, for people. */
  describe(): { readonly level: LogLine['level']; readonly text: string };
};

/** @throws ConfigError when the fleet's file is open to others or damaged; RefusedError when it is locked. */
export async function openFleetKeys({
  clock,
  stateFolder,
  isOpen,
  log,
}: FleetKeysOptions): Promise<FleetKeys> {
  const file = await FleetFile.open(stateFolder, (text) => log('warning', text));
  const signingKey = deriveSigningKey(file.current.secret);
  const publicKey = publicKeyHex(signingKey);
  const signer = new DatagramSigner(signingKey, () => clock.utcMs());
  const guard = new DatagramGuard(publicKey);
  return {
    isOpen,
    sign: (action, kwargs) => signer.sign(action, kwargs),
    accept: isOpen ? undefined : (action, kwargs) => guard.judge(action, kwargs) === 'accepted',
    isEnrolled: (id) => file.current.enrolments.has(id.toLowerCase()),
    openDoor: (onConnection) => {
      const refusals = new WarningLimit();
      const repeats = new RepeatLimit();
      return new SecureDoor({
        ...{ clock, isOpen, onConnection },
        fleet: () => file.current,
        onRevoked: (text) => log('warning', text),
        onRefused: (text) => {
          const nowMs = clock.monotonicMs();
          const line = repeats.pass(text, nowMs) ? refusals.pass(text, nowMs) : undefined;
          if (line !== undefined) log('warning', line);
        },
      });
    },
    describe() {
      const enrolled = [...file.current.enrolments.values()].filter(holds).length;
      const fleet = `fleet ${fleetFingerprint(publicKey)}, ${enrolled} drones enrolled`;
      if (!isOpen) return { level: 'info', text: `secure: ${fleet}; "starling fleet enroll" adds one` };
      const text = `open: drones without a key are let in and prove nothing; keep strangers off this network (${fleet})`;
      return { level: 'warning', text };
    },
  };
}
