import { Buffer } from 'node:buffer';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSigningKeyFile } from '../../../drone-client/vehicle/adapters/signing-key-file.js';
import { ConfigError } from '../../../lib/errors.js';

/** SHA-256 of `correct horse battery staple`, from another program. */
const passphraseKey = 'c4bbcb1fbec99d65bf59d85c8cb62ee2db963f0fe106f483d9afa73bd4e39a8a';
const raw = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7));

describe('a signing key file', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'starling-key-'));
    path = join(folder, 'key');
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function keyIn(content: string | Uint8Array): Promise<string> {
    await writeFile(path, content, { mode: 0o600 });
    const { key, warning } = await readSigningKeyFile(path);
    expect(warning).toBeUndefined();
    expect(key).toHaveLength(32);
    return Buffer.from(key).toString('hex');
  }

  it('may hold the 32 bytes themselves', async () => {
    expect(await keyIn(raw)).toBe(raw.toString('hex'));
  });

  it('may hold 64 hexadecimal digits, with or without the end of a line', async () => {
    expect(await keyIn(raw.toString('hex'))).toBe(raw.toString('hex'));
    expect(await keyIn(`${raw.toString('hex').toUpperCase()}\r\n`)).toBe(raw.toString('hex'));
  });

  it.each([
    'correct horse battery staple',
    'correct horse battery staple\n',
    'correct horse battery staple\r\n',
  ])('may hold a passphrase: %j', async (content) => {
    expect(await keyIn(content)).toBe(passphraseKey);
  });

  it('takes 32 bytes that are a line of text for the passphrase that they are', async () => {
    const line = 'a passphrase of 31 characters..\n';
    expect(line).toHaveLength(32);
    expect(await keyIn(line)).not.toBe(Buffer.from(line).toString('hex'));
  });

  it.each([
    ['nothing', ''],
    ['an empty line', '\n'],
    ['31 raw bytes', raw.subarray(1)],
    ['two lines', 'one\ntwo\n'],
    ['a book', 'a'.repeat(5000)],
  ])('that holds %s is refused', async (_, content) => {
    await writeFile(path, content);
    await expect(readSigningKeyFile(path)).rejects.toThrow(ConfigError);
    await expect(readSigningKeyFile(path)).rejects.toThrow(
      `${path} holds no signing key: expected 32 raw bytes`,
    );
  });

  it('that others can read is read with a warning', async () => {
    await writeFile(path, raw);
    await chmod(path, 0o640);
    const { key, warning } = await readSigningKeyFile(path);
    expect(Buffer.from(key)).toEqual(raw);
    expect(warning).toContain(`${path} can be read or written by others (mode 640)`);
  });

  it('that is not there is a file system error', async () => {
    await expect(readSigningKeyFile(path)).rejects.toThrow(ConfigError);
    await expect(readSigningKeyFile(path)).rejects.toThrow(`${path} can not be read`);
  });
});
