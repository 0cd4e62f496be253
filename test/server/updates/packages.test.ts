import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { RefusedError } from '../../../lib/errors.js';
import { deriveSigningKey, publicKeyHex } from '../../../lib/security/keys.js';
import { signStatement, type UpdateStatement } from '../../../lib/update/update-statement.js';
import type { OperatorFiles } from '../../../server/files/operator-files.js';
import { readPackages } from '../../../server/updates/packages.js';

const key = deriveSigningKey(Buffer.alloc(32, 1));
const publicKey = publicKeyHex(key);

const disk = new Map<string, Uint8Array>();

const reader = {
  publicKey,
  disk: {
    list: (folder: string) =>
      Promise.resolve(
        [...disk.keys()]
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => ({ path, name: path.slice(folder.length + 1) })),
      ),
    read: (path: string, maxBytes = Number.POSITIVE_INFINITY) => {
      const content = disk.get(path);
      if (content && content.length <= maxBytes) return Promise.resolve(content);
      return Promise.reject(new RefusedError('bad_path', `${path} is not there (on the server's machine)`));
    },
  } satisfies Pick<OperatorFiles, 'list' | 'read'>,
};

type Made = { readonly changes?: Partial<UpdateStatement>; readonly signer?: typeof key };

/** Puts a package and its signature on the disk; gives its path. */
function put(folder: string, architecture: string, { changes = {}, signer = key }: Made = {}): string {
  const path = `${folder}/starling-drone_2_${architecture}.deb`;
  const content = Buffer.from(`package for ${architecture}`);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const statement = {
    ...{ package: 'starling-drone', version: '2', architecture, bytes: content.length, sha256 },
    ...{ mayBeOlder: false, ...changes },
  };
  disk.set(path, content);
  disk.set(`${path}.sig`, Buffer.from(signStatement(statement, signer)));
  return path;
}

describe('packages that are to be installed', () => {
  it('are one file, or those of a folder, by architecture; what else lies there is passed over', async () => {
    const path = put('/all', 'arm64');
    put('/all', 'armhf');
    disk.set('/all/starling-server_2_amd64.deb', Buffer.from('the server'));
    disk.set('/all/README', Buffer.from('words'));
    const all = await readPackages(reader, '/all');
    expect([all.version, ...all.byArchitecture.keys()]).toEqual(['2', 'arm64', 'armhf']);
    const one = await readPackages(reader, path);
    expect([...one.byArchitecture.keys()]).toEqual(['arm64']);
    expect(Buffer.from(one.byArchitecture.get('arm64')?.content ?? []).toString()).toBe('package for arm64');
  });

  const refused: [string, () => string, string, RegExp][] = [
    [
      'without a signature',
      () => {
        const path = put('/unsigned', 'arm64');
        disk.delete(`${path}.sig`);
        return path;
      },
      'bad_signature',
      /\.deb\.sig is not there .*: sign the package: starling fleet sign \/unsigned\/starling-drone_2_arm64\.deb$/,
    ],
    [
      'signed for another fleet',
      () => put('/foreign', 'arm64', { signer: deriveSigningKey(Buffer.alloc(32, 2)) }),
      'bad_signature',
      /is not signed by the key of this server's fleet: starling fleet sign \/foreign/,
    ],
    [
      'changed since it was signed',
      () => {
        const path = put('/changed', 'arm64');
        disk.set(path, Buffer.from('package for arm65'));
        return path;
      },
      'bad_signature',
      /is not the file that was signed: copy it anew/,
    ],
    [
      'of another name',
      () => put('/other', 'arm64', { changes: { package: 'starling-server' } }),
      'bad_file',
      /is the package starling-server: drones install starling-drone alone/,
    ],
    [
      'with a signature that is none',
      () => {
        const path = put('/garbage', 'arm64');
        disk.set(`${path}.sig`, Buffer.from('{}'));
        return path;
      },
      'bad_signature',
      /garbage.*\.deb\.sig: it is no signed statement; sign the package anew/,
    ],
    ['that is not there', () => '/nowhere/a.deb', 'bad_signature', /\/nowhere\/a\.deb\.sig is not there/],
    [
      'named by their signature',
      () => `${put('/named', 'arm64')}.sig`,
      'bad_path',
      /\.deb\.sig is the signature: name the package itself, or its folder$/,
    ],
    ['in a folder without one', () => '/empty', 'no_file', /^\/empty has no starling-drone_\*\.deb$/],
    [
      'of two versions',
      () => {
        put('/two', 'arm64');
        put('/two', 'armhf', { changes: { version: '3' } });
        return '/two';
      },
      'bad_file',
      /arm64\.deb is version 2, .*armhf\.deb is 3: name one of them/,
    ],
    [
      'two for one architecture',
      () => {
        put('/same', 'arm64');
        put('/same', 'armhf', { changes: { architecture: 'arm64' } });
        return '/same';
      },
      'ambiguous_file',
      /are both for arm64: keep one/,
    ],
  ];
  it.each(refused)('are refused: %s', async (_what, make, code, text) => {
    await expect(readPackages(reader, make())).rejects.toMatchObject({
      code,
      message: expect.stringMatching(text),
    });
  });
});
