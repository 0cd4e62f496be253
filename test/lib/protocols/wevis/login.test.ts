import { describe, expect, it } from 'vitest';
import {
  checkWevisUsers,
  WevisUserLimit,
  wevisProof,
  wevisSalt,
} from '../../../../lib/protocols/wevis/index.js';

describe('the proof of a wevis password', () => {
  it('is the hex SHA-512 of password and salt', () => {
    const proof = wevisProof('mypassword', 'salt');
    expect(proof).toMatch(/^0e0250930af4640f8cce693f[0-9a-f]*463e348b054e0f84e3b6fbc121fdf$/);
    expect(proof).toHaveLength(128);
  });

  it('counts the bytes of UTF-8', () => {
    // Source: printf 'p\xc3\xa4ss1' | sha512sum
    expect(wevisProof('p\u00e4ss', '1').slice(0, 16)).toBe('81bf9285de718793');
  });
});

describe('a salt', () => {
  it('is 128 hex digits, others for other random bytes', () => {
    const salts = [0, 1].map((seed) => wevisSalt(new Uint8Array(16).fill(seed)));
    for (const salt of salts) expect(salt).toMatch(/^[0-9a-f]{128}$/);
    expect(salts[0]).not.toBe(salts[1]);
    expect(() => wevisSalt(new Uint8Array(15))).toThrow(/16 random bytes/);
  });
});

describe('a check of users', () => {
  const check = checkWevisUsers(new Map([['ann', 'secret']]));
  const salt = 'a salt';

  it('lets in who knows the password', () => {
    expect(check({ user: 'ann', proof: wevisProof('secret', salt), salt, version: '' })).toEqual({
      isGood: true,
      user: 'ann',
    });
  });

  it.each([
    ['a wrong password', 'ann', wevisProof('Secret', salt)],
    ['the proof for another salt', 'ann', wevisProof('secret', 'another')],
    ['the password itself', 'ann', 'secret'],
    ['the proof in capitals', 'ann', wevisProof('secret', salt).toUpperCase()],
    ['an unknown name', 'bob', wevisProof('secret', salt)],
    ['an unknown name without a password', 'bob', wevisProof('', salt)],
    ['no proof', 'ann', ''],
  ])('refuses %s', (_what, user, proof) => {
    expect(check({ user, proof, salt, version: '' })).toEqual({ isGood: false });
  });

  it('refuses everybody when there are no users', () => {
    const nobody = checkWevisUsers(new Map());
    expect(nobody({ user: '', proof: wevisProof('', salt), salt, version: '' })).toEqual({ isGood: false });
  });
});

describe('the limit of connections per user', () => {
  it('is one unless told otherwise, for each user, and free again when one leaves', () => {
    const limit = new WevisUserLimit();
    expect([limit.enter('ann'), limit.enter('ann'), limit.enter('bob')]).toEqual([true, false, true]);
    limit.leave('ann');
    expect([limit.enter('ann'), limit.enter('ann')]).toEqual([true, false]);
  });

  it('counts', () => {
    const limit = new WevisUserLimit(2);
    expect([limit.enter('a'), limit.enter('a'), limit.enter('a')]).toEqual([true, true, false]);
    limit.leave('a');
    expect([limit.enter('a'), limit.enter('a')]).toEqual([true, false]);
  });
});
