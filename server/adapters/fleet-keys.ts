/** The fleet's keys as the server uses them: who is let in, and what signs its announcements. Knows no drones' state. */
import type { AcceptDatagram } from '../../lib/discovery/index.js';
import { acknowledgementKey } from '../../lib/emergency/emergency-wire.js';
import type { AcceptedConnection, Hello } from '../../lib/messaging/index.js';
import { FleetFile, updateFleet } from '../../lib/security/adapters/fleet-file.js';
import { type AdmittedConnection, SecureDoor } from '../../lib/security/adapters/secure-door.js';
import { DatagramGuard, DatagramSigner } from '../../lib/security/datagram-signature.js';
import { epochOf, holds, withNewest } from '../../lib/security/fleet-secret.js';
import {
  derivePsk,
  deriveSigningKey,
  fleetFingerprint,
  formatIdentity,
  publicKeyHex,
} from '../../lib/security/keys.js';
import { VerifyBudget } from '../../lib/security/verify-budget.js';
import type { Clock } from '../../lib/time/clock.js';
import { risingUtc } from '../../lib/time/rising-utc.js';
import type { Epochs } from '../links/charge.js';
import { RepeatLimit, WarningLimit } from '../links/warning-limit.js';
import type { LogLine } from '../snapshot.js';

export type FleetKeysOptions = {
  readonly clock: Clock;
  /** Holds the fleet's file; it is made when there is none. */
  readonly stateFolder: string;
  readonly isOpen: boolean;
  readonly log: (level: LogLine['level'], text: string) => void;
};

export type FleetKeys = Epochs & {
  readonly isOpen: boolean;
  /** The fleet's, 64 hexadecimal digits. */
  readonly publicKey: string;
  /** Signs datagrams for the fleet's drones: announcements, and whatever else they must believe. */
  readonly sign: DatagramSigner['sign'];
  /** Believes what a server of this fleet has signed; undefined where the server is open, and believes all. */
  readonly accept: AcceptDatagram | undefined;
  /** Whether a drone of that name was ever enrolled: it comes in with its key only. */
  isEnrolled(id: string): boolean;
  /** What a drone proves its acknowledgements with; undefined for one that is not enrolled. */
  acknowledgementKey(id: string): Uint8Array | undefined;
  /** What this server says of its epoch in its hello; undefined where it is open. */
  statement(server: { readonly id: string; readonly startTimeS: number }): Hello['epoch'];
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
  const signer = new DatagramSigner(signingKey, risingUtc(clock));
  const guard = new DatagramGuard(publicKey);
  const budget = new VerifyBudget(() => clock.monotonicMs());
  let stated: { readonly epoch: number; readonly words: NonNullable<Hello['epoch']> } | undefined;
  return {
    isOpen,
    publicKey,
    get epoch() {
      return isOpen ? undefined : epochOf(file.current);
    },
    get newest() {
      return isOpen ? undefined : file.current.newest;
    },
    isGenuine: (action, kwargs) => guard.isGenuine(action, kwargs),
    keepNewest: async (newest) => void (await updateFleet(stateFolder, (fleet) => withNewest(fleet, newest))),
    acknowledgementKey(id) {
      const { secret, enrolments } = file.current;
      const enrolment = enrolments.get(id);
      const identity = enrolment && formatIdentity({ id, number: enrolment.number });
      return identity === undefined ? undefined : acknowledgementKey(derivePsk(secret, identity));
    },
    statement({ id, startTimeS }) {
      if (isOpen) return undefined;
      const epoch = epochOf(file.current);
      if (stated?.epoch !== epoch) {
        const words = { id, epoch: String(epoch), start_time: String(startTimeS) };
        stated = { epoch, words: signer.sign('epoch', words) };
      }
      return stated.words;
    },
    sign: (action, kwargs) => signer.sign(action, kwargs),
    accept: isOpen
      ? undefined
      : (action, kwargs, from) => guard.judge(action, kwargs, () => budget.take(from)) === 'accepted',
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
