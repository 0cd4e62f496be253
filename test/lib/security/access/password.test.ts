import { describe, expect, it } from 'vitest';
import {
  expectPassword,
  hashPassword,
  isPassword,
  readPasswordHash,
} from '../../../../lib/security/access/password.js';

const salt = Buffer.from('SodiumChloride');

describe('a password', () => {
  it('is kept as scrypt makes it: the example of RFC 7914, cut to 32 bytes', async () => {
    const kept = await hashPassword('pleaseletmein', salt, { N: 2 ** 14, r: 8, p: 1 });
    expect(kept.hash).toBe('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2');
    expect(await isPassword('pleaseletmein', kept)).toBe(true);
    expect(await isPassword('pleaseletmein ', kept)).toBe(false);
  });

  it('is the same however its characters are put together', async () => {
    const kept = await hashPassword('caf\u00e9 au lait', salt, { N: 2 ** 10, r: 8, p: 1 });
    expect(await isPassword('cafe\u0301 au lait', kept)).toBe(true);
  });

  it('costs 32 MiB a guess when it is new, and is read back with its cost', async () => {
    const kept = await hashPassword('correct horse', new Uint8Array(16));
    expect(kept).toMatchObject({ N: 32_768, r: 8, p: 1, salt: '0'.repeat(32) });
    expect(readPasswordHash(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
  });

  it.each([
    { N: 1024 },
    { N: 2 ** 30 },
    { N: 32_769 },
    { r: 1 },
    { p: 0 },
    { p: 100 },
    { salt: '' },
    { hash: 'x' },
  ])('is not read with %j', async (change) => {
    const kept = { salt: '0'.repeat(32), hash: 'a'.repeat(64), N: 32_768, r: 8, p: 1 };
    expect(readPasswordHash(kept)).toEqual(kept);
    expect(readPasswordHash({ ...kept, ...change })).toBeUndefined();
  });

  it('has 10 to 200 characters, none of them a command to a terminal', () => {
    for (const good of ['0123456789', 'x'.repeat(200), 'pass word ä 🛸'])
      expect(() => expectPassword(good)).not.toThrow();
    for (const bad of ['', '012345678', 'x'.repeat(201), '0123456789\n', '0123456789\u001b'])
      expect(() => expectPassword(bad)).toThrow(/10 to 200 characters/);
  });
});
