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
};

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
export function formatFleet({ secret, enrolments }: Fleet): string {
  const file = {
    format,
    secret: Buffer.from(secret).toString('hex'),
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
  return { secret: Buffer.from(secret, 'hex'), enrolments: new Map(entries) };
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
