import { describe, expect, it } from 'vitest';
import {
  type Access,
  type AccessEntry,
  addEntry,
  formatAccess,
  parseAccess,
  revokeEntry,
  setPassword,
} from '../../../../lib/security/access/access.js';
import { reaches } from '../../../../lib/security/access/role.js';
import { tokenKeys } from '../../../../lib/security/access/token.js';

const keys = tokenKeys('a-token-made-for-this-test');
const entry: AccessEntry = {
  role: 'operator',
  token: keys,
  password: undefined,
  expiresUtcMs: undefined,
};
const password = { salt: '0'.repeat(32), hash: 'a'.repeat(64), N: 2 ** 15, r: 8, p: 1 };
const nobody: Access = new Map();

describe('a role', () => {
  it('may do all that the ones before it may, and nothing of those behind', () => {
    expect(reaches('admin', 'viewer')).toBe(true);
    expect(reaches('operator', 'operator')).toBe(true);
    expect(reaches('operator', 'admin')).toBe(false);
    expect(reaches('viewer', 'operator')).toBe(false);
  });
});

describe('what is kept of a token', () => {
  it('is its SHA-256, and two keys that HKDF makes of it', () => {
    // Computed with OpenSSL: sha256, and hkdf (SHA-256, no salt) of the text with the two labels.
    expect(tokenKeys('abc')).toEqual({
      hash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      identity: '7a377b650a96a1e3b115abccea0dd2b6',
      psk: 'f24846f7dfff30f5b74590d931421c4724cc847df4df187dc04d7e1cb0bf985a',
    });
  });
});

describe('the names', () => {
  it('are added, given a password, and taken away', () => {
    const added = addEntry(nobody, 'anna', entry);
    expect(setPassword(added, 'anna', password).get('anna')).toEqual({ ...entry, password });
    expect(revokeEntry(added, 'anna').size).toBe(0);
    expect(nobody.size).toBe(0);
  });

  it.each(['', 'Anna', 'a b', '../x', 'a/b', '__proto__', '-a', 'x'.repeat(33), 'local', 'änna', 'a\n'])(
    'can not be %j',
    (name) => {
      expect(() => addEntry(nobody, name, entry)).toThrow(expect.objectContaining({ code: 'bad_argument' }));
    },
  );

  it('are each there once; nobody is changed who is not there', () => {
    const added = addEntry(nobody, 'anna', entry);
    expect(() => addEntry(added, 'anna', entry)).toThrow(/has access already/);
    expect(() => revokeEntry(added, 'ben')).toThrow(/nobody called "ben"/);
    expect(() => setPassword(added, 'ben', password)).toThrow(/nobody called "ben"/);
    expect(() => revokeEntry(added, 'local')).toThrow(/delete that/);
  });

  it('come back from their text as they were, and the text does not hold a token', () => {
    const access = setPassword(
      addEntry(addEntry(nobody, 'anna', entry), 'ben', { ...entry, role: 'viewer', expiresUtcMs: 5 }),
      'anna',
      password,
    );
    const text = formatAccess(access);
    expect([...parseAccess(text, 'f')]).toEqual([...access]);
    expect(text).not.toContain('a-token-made-for-this-test');
  });

  it.each([
    ['nothing', ''],
    ['no object', '[]'],
    ['another format', '{"format":"starling fleet 1","entries":{}}'],
    ['no entries', '{"format":"starling access 1"}'],
    ['an entry without a token', '{"format":"starling access 1","entries":{"anna":{"role":"admin"}}}'],
    ['an unknown role', formatAccess(new Map([['anna', entry]])).replace('operator', 'root')],
    ['a name that nobody can have', formatAccess(new Map([['../x', entry]]))],
    ['the name of the machine', formatAccess(new Map([['local', entry]]))],
    ['a short key', formatAccess(new Map([['anna', entry]])).replace(keys.psk, 'ab')],
    [
      'a cost that would take all memory',
      formatAccess(new Map([['anna', { ...entry, password: { ...password, N: 2 ** 30 } }]])),
    ],
    [
      'an end that is no time',
      formatAccess(new Map([['anna', { ...entry, expiresUtcMs: 5 }]])).replace('5\n', '"x"\n'),
    ],
  ])('are not read from a file that holds %s, and the file is named', (_what, text) => {
    expect(() => parseAccess(text, '/state/access.json')).toThrow(/^\/state\/access\.json is no list/);
  });
});
