import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveSigningKey, publicKeyHex, readPublicKey } from '../../../lib/security/keys.js';
import {
  isSignedBy,
  parseSignedStatement,
  signStatement,
  type UpdateStatement,
} from '../../../lib/update/update-statement.js';

const key = deriveSigningKey(Buffer.alloc(32, 7));
const publicKey = readPublicKey(publicKeyHex(key));

const statement: UpdateStatement = {
  ...{ package: 'starling-drone', version: '1.2.3~rc1', architecture: 'arm64', bytes: 27_000_000 },
  ...{ sha256: 'ab'.repeat(32), mayBeOlder: false },
};

const text = signStatement(statement, key);
const parse = (fileText: string) => parseSignedStatement(fileText, 'a.deb.sig');

/** The file with its parts changed by hand. */
function changed(change: (file: { format: string; statement: string; signature: string }) => object): string {
  return JSON.stringify(change(JSON.parse(text) as never));
}

describe('the signed statement of a package', () => {
  it('is read as it was signed, and was signed by who signed it', () => {
    const signed = parse(text);
    expect(signed.statement).toEqual(statement);
    expect(isSignedBy(signed, publicKey)).toBe(true);
  });

  it('is of no other key', () => {
    const other = readPublicKey(publicKeyHex(deriveSigningKey(Buffer.alloc(32, 8))));
    expect(isSignedBy(parse(text), other)).toBe(false);
    expect(isSignedBy(parse(text), generateKeyPairSync('ed25519').publicKey)).toBe(false);
  });

  it('says nothing any more when a letter of it was changed', () => {
    const forged = changed((file) => ({ ...file, statement: file.statement.replace('1.2.3', '9.9.9') }));
    expect(parse(forged).statement.version).toBe('9.9.9~rc1');
    expect(isSignedBy(parse(forged), publicKey)).toBe(false);
    const older = changed((file) => ({ ...file, statement: file.statement.replace('false', 'true') }));
    expect(isSignedBy(parse(older), publicKey)).toBe(false);
  });

  it('is not made of what the key has signed for another purpose', () => {
    for (const purpose of ['', 'starling datagram\0', 'starling update', 'starling update\0\0']) {
      const plain = JSON.stringify(statement);
      const signature = sign(null, Buffer.from(`${purpose}${plain}`), key).toString('base64');
      expect(isSignedBy(parse(changed((file) => ({ ...file, signature }))), publicKey)).toBe(false);
    }
  });

  it.each([0, 1, 20, 100, text.length - 4])('cut short after %i letters is refused by name', (length) => {
    expect(() => parse(text.slice(0, length))).toThrow(
      /^a\.deb\.sig: .*sign the package anew: starling fleet sign/,
    );
  });

  const wrong: [string, (file: { statement: string; signature: string }) => object][] = [
    ['another format', (file) => ({ ...file, format: 'starling update 2' })],
    ['no format', ({ statement: said, signature }) => ({ statement: said, signature })],
    ['a signature that is short', (file) => ({ ...file, signature: file.signature.slice(4) })],
    ['a signature that is no text', (file) => ({ ...file, signature: 5 })],
    ['a statement that is an object', (file) => ({ ...file, statement: { ...statement } })],
    ['a statement that is a list', (file) => ({ ...file, statement: '[]' })],
  ];
  it.each(wrong)('with %s is refused', (_what, change) => {
    expect(() => parse(changed((file) => change(file)))).toThrow(
      expect.objectContaining({ code: 'bad_signature' }),
    );
  });

  it.each<[string, unknown]>([
    ['package', '../x'],
    ['package', ''],
    ['version', 'a1'],
    ['version', '1 2'],
    ['architecture', 'arm 64'],
    ['bytes', -1],
    ['bytes', 1.5],
    ['bytes', '1'],
    ['sha256', 'AB'.repeat(32)],
    ['sha256', 'ab'],
    ['mayBeOlder', 'yes'],
    ['mayBeOlder', undefined],
  ])('whose %s is %j is refused though it is signed', (name, value) => {
    const signed = signStatement({ ...statement, [name]: value } as UpdateStatement, key);
    expect(() => parse(signed)).toThrow(/its statement has another form/);
  });

  it('never comes of bytes that nobody signed, and never fails otherwise than by name', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
        const letter = String.fromCharCode(code);
        fc.pre(text[at] !== letter);
        const mutant = `${text.slice(0, at)}${letter}${text.slice(at + 1)}`;
        try {
          const signed = parse(mutant);
          // What stands outside the signed text says nothing.
          if (isSignedBy(signed, publicKey)) expect(signed.statement).toEqual(statement);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad_signature' });
        }
      }),
      { numRuns: 150 },
    );
  });
});
