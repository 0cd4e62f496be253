import { describe, expect, it } from 'vitest';
import { listedPaths, paperworkOf } from '../../../drone-client/helper/repack.js';
import { journalText, parseJournal } from '../../../drone-client/helper/update-journal.js';

const status = `Package: starling-drone
Status: install ok installed
Priority: optional
Architecture: arm64
Version: 0.1.0
Depends: libc6 (>= 2.28), adduser
Conffiles:
 /etc/default/starling-drone 8f1eb6a4bc43ecb8d9a4e3a7a0c4a1a5
 /etc/starling/old.ini 0123456789abcdef0123456789abcdef obsolete
 /etc/starling/drone.ini 0123456789abcdef0123456789abcdef
Description: drone light shows
 Starling flies.
 .
 It lands too.
`;

describe('the paperwork of an installed package', () => {
  it('is its own fields, without what dpkg adds', () => {
    expect(paperworkOf(status).control).toBe(
      'Package: starling-drone\nPriority: optional\nArchitecture: arm64\nVersion: 0.1.0\n' +
        'Depends: libc6 (>= 2.28), adduser\nDescription: drone light shows\n Starling flies.\n .\n It lands too.\n',
    );
  });

  it('names the configuration that it brought, and not what it no longer has', () => {
    expect(paperworkOf(status).conffiles).toEqual([
      { path: '/etc/default/starling-drone', shippedMd5: '8f1eb6a4bc43ecb8d9a4e3a7a0c4a1a5' },
      { path: '/etc/starling/drone.ini', shippedMd5: '0123456789abcdef0123456789abcdef' },
    ]);
  });
});

describe('a listing of a package', () => {
  it('is read with folders, links and blanks in names', () => {
    const listing = `drwxr-xr-x root/root         0 2023-11-14 22:13 ./
drwxr-xr-x root/root         0 2023-11-14 22:13 ./usr/lib/
-rwxr-xr-x root/root  98932688 2023-11-14 22:13 ./usr/lib/a b
lrwxrwxrwx root/root         0 2023-11-14 22:13 ./usr/lib/c -> a b
hrw-r--r-- root/root         0 2023-11-14 22:13 ./usr/lib/d link to ./usr/lib/c
`;
    expect([...listedPaths(listing)]).toEqual(['/', '/usr/lib', '/usr/lib/a b', '/usr/lib/c', '/usr/lib/d']);
  });
});

describe('the journal of an update', () => {
  it('is read as it was written', () => {
    const journal = { phase: 'waiting', sha256: 'a'.repeat(64), from: '1', to: '2' } as const;
    expect(parseJournal(journalText(journal))).toEqual(journal);
  });

  it.each(['', '{', '{}', '{"phase":"x"}', '{"phase":"waiting","sha256":"a"}'])('is not %j', (text) => {
    expect(parseJournal(text)).toBeUndefined();
  });
});
