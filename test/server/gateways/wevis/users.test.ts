import { describe, expect, it } from 'vitest';
import { readWevisDefinitions, schemaVersion, wevisProof } from '../../../../lib/protocols/wevis/index.js';
import { plainAddress, UserBook } from '../../../../server/gateways/wevis/users.js';

const definitions = readWevisDefinitions('Say s=str');
const salt = 'salt';
const users = new Map([
  ['ann', { password: 'secret', role: 'operator' }],
  ['h\u00e9', { password: 'one', role: 'viewer' }],
  ['\u{1f681}', { password: 'two', role: 'viewer' }],
  ['an\u00e9', { password: 'three', role: 'viewer' }],
  ['an', { password: 'four', role: 'viewer' }],
  ['an\u00eb', { password: 'five', role: 'viewer' }],
  ['\u00e9', { password: 'six', role: 'viewer' }],
  ['\u00e9l', { password: 'seven', role: 'viewer' }],
] as const);

function shown(
  user: string,
  password: string,
  more: { version?: string; address?: string; nowMs?: number } = {},
) {
  return {
    user,
    proof: wevisProof(password, salt),
    salt,
    version: '1',
    address: '127.0.0.1',
    nowMs: 0,
    ...more,
  };
}

function book(version?: string): UserBook {
  return new UserBook({ users, definitions, version });
}

describe('an address', () => {
  it.each([
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['192.0.2.7', '192.0.2.7'],
    ['::1', '::1'],
    ['::ffff:0:1', '::ffff:0:1'],
    [undefined, ''],
  ])('%s is %s', (given, plain) => {
    expect(plainAddress(given)).toBe(plain);
  });
});

describe('the users of the wevis gateway', () => {
  it('are members of the hub by their roles', () => {
    expect([book().roleOf('ann'), book().roleOf('h\u00e9')]).toEqual(['operator', 'guest']);
  });

  it.each([
    ['a name cut inside its last character', 'h\ufffd', 'one', 'h\u00e9'],
    ['a name of which a part of one character is left', '\ufffd', 'two', '\u{1f681}'],
    ['a whole name', 'an\u00e9', 'three', 'an\u00e9'],
    ['a name that is another one, cut', 'an', 'four', 'an'],
    ['a name cut to what is nobody else', 'an\ufffd', 'three', 'an\u00e9'],
    ['one of two names that are cut alike', 'an\ufffd', 'five', 'an\u00eb'],
    ['a name that is cut to another one', '\u00e9', 'seven', '\u00e9l'],
    ['that other one', '\u00e9', 'six', '\u00e9'],
  ])('are known by %s', (_what, name, password, user) => {
    expect(book().check(shown(name, password))).toEqual({ isGood: true, user });
  });

  it('are not known by a cut name with another password', () => {
    expect(book().check(shown('h\ufffd', 'two'))).toEqual({ isGood: false });
  });

  it('have to be of the expected version, and a wrong password is said first', () => {
    const versioned = book('2');
    expect(versioned.check(shown('ann', 'secret'))).toMatchObject({ reason: 'Version "2" is expected.' });
    expect(versioned.check(shown('ann', 'wrong'))).toEqual({ isGood: false });
    expect(versioned.check(shown('ann', 'secret', { version: '2' }))).toMatchObject({ isGood: true });
    const same = { version: schemaVersion(definitions) };
    expect(versioned.check(shown('ann', 'secret', same))).toMatchObject({ isGood: true });
  });

  it('wait after five wrong logins from one address, but not at this machine', () => {
    const far = book();
    const address = '192.0.2.7';
    for (let failures = 0; failures < 5; failures++)
      expect(far.check(shown('ann', 'wrong', { address }))).toEqual({ isGood: false });
    expect(far.check(shown('ann', 'secret', { address }))).toEqual({
      isGood: false,
      reason: 'Too many wrong logins from 192.0.2.7: wait 1 s.',
    });
    expect(far.check(shown('ann', 'secret', { address: '192.0.2.8' }))).toMatchObject({ isGood: true });
    expect(far.check(shown('ann', 'secret', { address, nowMs: 1000 }))).toMatchObject({ isGood: true });
    for (let failures = 0; failures < 9; failures++) far.check(shown('ann', 'wrong'));
    expect(far.check(shown('ann', 'secret'))).toMatchObject({ isGood: true });
  });
});
