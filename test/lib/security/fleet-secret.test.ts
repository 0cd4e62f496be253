import { describe, expect, it } from 'vitest';
import { formatDroneKey, parseDroneKey } from '../../../lib/security/drone-key.js';
import {
  droneKeyOf,
  enroll,
  epochOf,
  type Fleet,
  formatFleet,
  judgeIdentity,
  parseFleet,
  revoke,
  supersededBy,
  takeOver,
  withNewest,
} from '../../../lib/security/fleet-secret.js';
import { derivePsk } from '../../../lib/security/keys.js';

const secret = Uint8Array.from({ length: 32 }, (_, i) => i);
const empty: Fleet = { secret, enrolments: new Map() };
const pair = enroll(enroll(empty, 'one'), 'two');

describe('the roll of a fleet', () => {
  it('lets in who is enrolled, and nobody else', () => {
    expect(judgeIdentity(pair, 'one.1')).toEqual({ id: 'one' });
    for (const stranger of ['one.2', 'three.1', 'one', '', '__proto__.1'])
      expect(judgeIdentity(pair, stranger)).toEqual({ reason: 'is not enrolled' });
  });

  it('a revoked drone is out, the others stay, and enrolled anew it has another key', () => {
    const revoked = revoke(pair, 'one');
    expect(judgeIdentity(revoked, 'one.1')).toEqual({ reason: 'holds a key that was revoked' });
    expect(judgeIdentity(revoked, 'two.1')).toEqual({ id: 'two' });
    expect(() => droneKeyOf(revoked, 'one')).toThrow(/one is revoked: starling fleet enroll one/);
    const anew = enroll(revoked, 'one');
    expect(judgeIdentity(anew, 'one.2')).toEqual({ id: 'one' });
    expect(judgeIdentity(anew, 'one.1')).toEqual({ reason: 'holds a key that was revoked' });
    expect(droneKeyOf(anew, 'one').psk).toEqual(derivePsk(secret, 'one.2'));
    expect(droneKeyOf(anew, 'two')).toEqual(droneKeyOf(pair, 'two'));
    expect(revoke(anew, 'one').enrolments.get('one')).toEqual({ number: 2, revoked: [1, 2] });
  });

  it('gives a second key only when told to, and the first opens nothing then', () => {
    expect(() => enroll(pair, 'one')).toThrow(/one is enrolled already, with key 1: --force/);
    const forced = enroll(pair, 'one', { isForced: true });
    expect(judgeIdentity(forced, 'one.2')).toEqual({ id: 'one' });
    expect(judgeIdentity(forced, 'one.1')).toHaveProperty('reason');
  });

  it('refuses what it can not do', () => {
    expect(() => enroll(empty, 'Drone 1')).toThrow(/"Drone 1" can not be enrolled/);
    expect(() => revoke(empty, 'one')).toThrow(/one is not enrolled/);
    expect(() => revoke(revoke(pair, 'one'), 'one')).toThrow(/revoked already/);
  });

  it('is the same after it was written and read', () => {
    const fleet = revoke(pair, 'two');
    const read = parseFleet(formatFleet(fleet), 'fleet.json');
    expect({ ...read, secret: Uint8Array.from(read.secret) }).toEqual(fleet);
  });

  it.each([
    ['no JSON', '{"format": "starling fleet 1"'],
    ['another format', formatFleet(pair).replace('fleet 1', 'fleet 2')],
    ['a short secret', formatFleet(pair).replace('0001', '00')],
    ['no roll', formatFleet(pair).replace('"enrolments"', '"other"')],
    ['a number that is none', formatFleet(pair).replace('"number": 1', '"number": 1.5')],
    ['revoked numbers that are none', formatFleet(pair).replace('"revoked": []', '"revoked": {}')],
    ['an id that is none', formatFleet(pair).replace('"one"', '"o ne"')],
  ])('is not taken from a damaged file: %s', (_what, text) => {
    expect(() => parseFleet(text, '/state/fleet.json')).toThrow(/^\/state\/fleet.json is no fleet file/);
  });
});

describe('the epoch of a fleet', () => {
  const other = { id: 'other', epoch: 5_000 };

  it('is 1 until a server takes over, and then beyond all that is known, and not before the present second', () => {
    expect(epochOf(pair)).toBe(1);
    expect(epochOf(takeOver(pair, 2_000_999))).toBe(2000);
    expect(epochOf(takeOver(withNewest(pair, other), 2_000_999))).toBe(5001);
    expect(epochOf(takeOver(takeOver(pair, 2_000_999), 0))).toBe(2001);
  });

  it('says who has taken over, until this server does', () => {
    const lost = withNewest(pair, other);
    expect([supersededBy(pair), supersededBy(lost)]).toEqual([undefined, other]);
    expect(withNewest(lost, { id: 'older', epoch: 4_000 })).toBe(lost);
    expect(supersededBy(takeOver(lost, 0))).toBeUndefined();
  });

  it('is kept in the file, and is not taken from a damaged one', () => {
    const text = formatFleet(takeOver(withNewest(pair, other), 0));
    expect(formatFleet(parseFleet(text, 'x'))).toBe(text);
    expect(epochOf(parseFleet(text, 'x'))).toBe(5001);
    for (const [part, damage] of [
      ['5001', '"5001"'],
      ['5001', '0.5'],
      ['5000', 'null'],
      ['"other"', '7'],
    ] as const)
      expect(() => parseFleet(text.replace(part, damage), 'x')).toThrow('x is no fleet file');
  });
});

describe('the key of a drone', () => {
  const key = droneKeyOf(pair, 'one');
  const text = formatDroneKey(key);

  it('is the same after it was written and read, and holds nothing of the secret', () => {
    const read = parseDroneKey(text, 'drone.key.json');
    expect({ ...read, psk: Uint8Array.from(read.psk) }).toEqual(key);
    expect(text).not.toContain(Buffer.from(secret).toString('hex'));
  });

  it.each([
    ['it is none', formatFleet(pair)],
    ['"identity" is not', text.replace('"one.1"', '"two.1"')],
    ['"psk" is not', text.replace(/"psk": ".."?/, '"psk": "')],
    ['"serverPublicKey" is not', text.replace(/"serverPublicKey": "../, '"serverPublicKey": "00')],
  ])('says what is wrong with it: %s', (what, damaged) => {
    expect(() => parseDroneKey(damaged, '/d/key')).toThrow(`/d/key is no key of a drone: ${what}`);
  });
});
