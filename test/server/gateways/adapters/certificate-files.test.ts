import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCertificate } from '../../../../server/gateways/adapters/certificate-files.js';

let folder: string;
let cert: string;
let key: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-certificate-'));
  cert = join(folder, 'cert.pem');
  key = join(folder, 'key.pem');
  writeFileSync(cert, 'a certificate');
  writeFileSync(key, 'a key', { mode: 0o640 });
});

afterAll(() => rmSync(folder, { recursive: true }));

function read(certificatePath: string, keyPath: string) {
  return readCertificate(
    { option: 'DOOR/certificate', path: certificatePath },
    { option: 'DOOR/key', path: keyPath },
  );
}

describe('a certificate', () => {
  it('is read with its key, and is none where none is named', async () => {
    expect(await read(cert, key)).toEqual({ cert: 'a certificate', key: 'a key' });
    expect(await read('', '')).toBeUndefined();
  });

  it('does not do alone, nor does its key', async () => {
    await expect(read(cert, '')).rejects.toThrow('DOOR/key is missing: DOOR/certificate does not do alone');
    await expect(read('', key)).rejects.toThrow('DOOR/certificate is missing: DOOR/key does not do alone');
  });

  it('that is not there is named with its option', async () => {
    const gone = join(folder, 'gone.pem');
    await expect(read(gone, key)).rejects.toMatchObject({
      ...{ code: 'bad_config', message: `DOOR/certificate: ${gone} can not be read: there is no such file` },
    });
    await expect(read(cert, gone)).rejects.toThrow(
      `DOOR/key: ${gone} can not be read: there is no such file`,
    );
  });

  it('is not taken with a key that everybody can read', async () => {
    chmodSync(key, 0o644);
    await expect(read(cert, key)).rejects.toThrow(
      /^DOOR\/key: everybody on this machine can read .*chmod 600/,
    );
    chmodSync(key, 0o600);
    expect(await read(cert, key)).toBeDefined();
  });
});
