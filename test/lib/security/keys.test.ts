import { sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  derivePsk,
  deriveSigningKey,
  fleetFingerprint,
  parseIdentity,
  publicKeyHex,
  readPublicKey,
  signingKeyOfSeed,
} from '../../../lib/security/keys.js';

const secret = Uint8Array.from({ length: 32 }, (_, i) => i);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

// Computed by a program in another language from the definitions of RFC 5869 and RFC 8032.
const publicHex = '134efc8c0f4db640334904a2b0acc8c3de8eb9dcc0fd33a4711672f6d66f3c7d';

describe('the keys of a fleet', () => {
  it('are HKDF-SHA256 of its secret and the identity, another for each enrolment', () => {
    expect(hex(derivePsk(secret, 'drone-1.1'))).toBe(
      '40ec981a1da55d0ccaefb22d37986ed8a39f83d0df893a8f9a5b4d74566e9eb4',
    );
    expect(hex(derivePsk(secret, 'drone-1.2'))).toBe(
      '3033a67b3707794abe68f739d3cf3d697524b29312d60caf384b69ee0ec0f396',
    );
  });

  it('sign with the Ed25519 pair whose seed is derived from the secret', () => {
    expect(publicKeyHex(deriveSigningKey(secret))).toBe(publicHex);
    expect(fleetFingerprint(publicHex)).toBe('5b222b3c47df2b1b');
  });

  it('sign as RFC 8032, 7.1, test 1 does', () => {
    const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
    const key = signingKeyOfSeed(Buffer.from(seed, 'hex'));
    const known = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
    expect(publicKeyHex(key)).toBe(known);
    const signature = sign(null, new Uint8Array(), key);
    expect(signature.toString('hex')).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
    expect(verify(null, new Uint8Array(), readPublicKey(known), signature)).toBe(true);
  });
});

describe('an identity', () => {
  it.each([
    ['drone-1.1', { id: 'drone-1', number: 1 }],
    ['a.999999999', { id: 'a', number: 999_999_999 }],
  ])('%s is read', (text, identity) => {
    expect(parseIdentity(text)).toEqual(identity);
  });

  it.each([
    '',
    'drone-1',
    'drone-1.0',
    'drone-1.01',
    'drone-1.-1',
    '.1',
    'Drone.1',
    'a.b.1',
    'a.1\n',
    'a.1e9',
  ])('%j is none', (text) => {
    expect(parseIdentity(text)).toBeUndefined();
  });
});
