/** A fleet's secret and the roll of its drones: who is enrolled with which key, and which keys are revoked. Pure. */
import { ConfigError, RefusedError } from '../errors.js';
import type { DroneKey } from './drone-key.js';
import {
  derivePsk,
  deriveSigningKey,
  enrolledIdPattern,
  fleetFingerprint,
  formatIdentity,
  parseIdentity,
  publicKeyHex,
} from './keys.js';
import { objectOf } from './parse-json.js';

/** `number`: of the newest enrolment, from 1; only it can hold. `revoked`: numbers whose keys open nothing any more. */
export type Enrolment = { readonly number: number; readonly revoked: readonly number[] };

export type Fleet = {
  /** 32 bytes. Whoever has them is the server, and every drone. */
  readonly secret: Uint8Array;
  readonly enrolments: ReadonlyMap<string, Enrolment>;
  /** Raised when this server takes over: of two servers with one secret, drones obey the one of the higher epoch. */
  readonly epoch?: number;
  /** The server of the highest epoch that this one has heard of. */
  readonly newest?: { readonly id: string; readonly epoch: number };
};

/** Of a fleet in which nobody has taken over yet. */
const firstEpoch = 1;

export function epochOf({ epoch = firstEpoch }: Fleet): number {
  return epoch;
}

/**
 * The next epoch: beyond all that this server knows of, and not before the present second, so that it is beyond those
 * as well that were begun while this server was off. `utcMs`: now.
 */
export function takeOver(fleet: Fleet, utcMs: number): Fleet {
  const known = Math.max(epochOf(fleet), fleet.newest?.epoch ?? 0);
  return { ...fleet, epoch: Math.max(known + 1, Math.floor(utcMs / 1000)) };
}

/** Keeps that a server of a higher epoch was heard of. */
export function withNewest(fleet: Fleet, newest: { readonly id: string; readonly epoch: number }): Fleet {
  return newest.epoch > (fleet.newest?.epoch ?? 0) ? { ...fleet, newest } : fleet;
}

/** The server that has taken over from this one; undefined while this one is in charge. */
export function supersededBy(fleet: Fleet): Fleet['newest'] {
  return fleet.newest && fleet.newest.epoch > epochOf(fleet) ? fleet.newest : undefined;
}

const format = 'starling fleet 1';

/** @throws RefusedError when it holds a key already and `isForced` is not set, or can not be enrolled under that name. */
export function enroll(fleet: Fleet, id: string, { isForced = false } = {}): Fleet {
  if (!enrolledIdPattern.test(id)) {
    throw new RefusedError(
      'bad_argument',
      `"${id}" can not be enrolled: 1 to 63 small letters, digits, dashes, no dash first`,
    );
  }
  const before = fleet.enrolments.get(id);
  if (before && holds(before) && !isForced) {
    throw new RefusedError(
      'enrolled',
      `${id} is enrolled already, with key ${before.number}: --force makes a new key, and the old one opens nothing any more`,
    );
  }
  const revoked = before ? withNumber(before.revoked, before.number) : [];
  return withEnrolment(fleet, id, { number: (before?.number ?? 0) + 1, revoked });
}

/** @throws RefusedError when it holds no key. */
export function revoke(fleet: Fleet, id: string): Fleet {
  const enrolment = fleet.enrolments.get(id);
  if (!enrolment)
    throw new RefusedError('not_enrolled', `${id} is not enrolled; starling fleet list shows who is`);
  if (!holds(enrolment)) throw new RefusedError('not_enrolled', `the key of ${id} is revoked already`);
  const revoked = withNumber(enrolment.revoked, enrolment.number);
  return withEnrolment(fleet, id, { number: enrolment.number, revoked });
}

/** Whether the drone's newest key opens the server. */
export function holds({ number, revoked }: Enrolment): boolean {
  return !revoked.includes(number);
}

/** What an identity of a handshake is worth: its drone's id, or why it opens nothing. */
export function judgeIdentity(
  { enrolments }: Fleet,
  text: string,
): { readonly id: string } | { readonly reason: string } {
  const identity = parseIdentity(text);
  const enrolment = identity && enrolments.get(identity.id);
  if (!identity || !enrolment || identity.number > enrolment.number) return { reason: 'is not enrolled' };
  if (identity.number < enrolment.number || !holds(enrolment))
    return { reason: 'holds a key that was revoked' };
  return { id: identity.id };
}

/** The key file of a drone's newest enrolment. @throws RefusedError when it holds no key. */
export function droneKeyOf({ secret, enrolments }: Fleet, id: string): DroneKey {
  const enrolment = enrolments.get(id);
  if (!enrolment || !holds(enrolment)) {
    const what = enrolment ? 'is revoked' : 'is not enrolled';
    throw new RefusedError('not_enrolled', `${id} ${what}: starling fleet enroll ${id}`);
  }
  const identity = formatIdentity({ id, number: enrolment.number });
  const serverPublicKey = publicKeyHex(deriveSigningKey(secret));
  const fleet = fleetFingerprint(serverPublicKey);
  return { id, identity, psk: derivePsk(secret, identity), serverPublicKey, fleet };
}

/** The file's text. */
export function formatFleet({ secret, enrolments, epoch, newest }: Fleet): string {
  const file = {
    format,
    secret: Buffer.from(secret).toString('hex'),
    ...(epoch !== undefined && { epoch }),
    ...(newest && { newest }),
    enrolments: Object.fromEntries(enrolments),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** @throws ConfigError naming `path` when it is no whole fleet: a damaged one must not be taken for a new one. */
export function parseFleet(text: string, path: string): Fleet {
  const file = objectOf(text);
  const secret = file?.secret;
  const { enrolments } = file ?? {};
  if (file?.format !== format || typeof secret !== 'string' || !/^[0-9a-f]{64}$/.test(secret))
    throw damaged(path);
  if (typeof enrolments !== 'object' || enrolments === null || Array.isArray(enrolments)) throw damaged(path);
  const entries = Object.entries(enrolments).map(([id, value]: [string, unknown]) => {
    const enrolment = readEnrolment(value);
    if (!enrolment || !enrolledIdPattern.test(id)) throw damaged(path, id);
    return [id, enrolment] as const;
  });
  return { secret: Buffer.from(secret, 'hex'), enrolments: new Map(entries), ...readEpochs(file, path) };
}

function readEpochs({ epoch, newest }: { readonly [key: string]: unknown }, path: string) {
  if (epoch !== undefined && !isEpoch(epoch)) throw damaged(path, 'epoch');
  if (newest === undefined) return { ...(epoch !== undefined && { epoch }) };
  const isServer = typeof newest === 'object' && newest !== null && 'id' in newest && 'epoch' in newest;
  if (!isServer || typeof newest.id !== 'string' || !isEpoch(newest.epoch)) throw damaged(path, 'newest');
  return {
    ...(epoch !== undefined && { epoch }),
    newest: { id: newest.id, epoch: newest.epoch },
  };
}

function isEpoch(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= firstEpoch;
}

function damaged(path: string, id?: string): ConfigError {
  const where = id === undefined ? '' : ` (at "${id.slice(0, 70)}")`;
  return new ConfigError(
    `${path} is no fleet file${where}: put a copy of it back; without it every drone has to be enrolled anew`,
  );
}

function readEnrolment(value: unknown): Enrolment | undefined {
  if (typeof value !== 'object' || value === null || !('number' in value) || !('revoked' in value))
    return undefined;
  const { number, revoked } = value;
  if (!isNumber(number) || !Array.isArray(revoked) || !revoked.every(isNumber)) return undefined;
  return { number, revoked };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 999_999_999;
}

function withEnrolment(fleet: Fleet, id: string, enrolment: Enrolment): Fleet {
  return { ...fleet, enrolments: new Map(fleet.enrolments).set(id, enrolment) };
}

function withNumber(numbers: readonly number[], number: number): readonly number[] {
  return numbers.includes(number) ? numbers : [...numbers, number];
}
