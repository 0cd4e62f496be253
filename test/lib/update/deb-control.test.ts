import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { controlFields, controlMember } from '../../../lib/update/deb-control.js';

/** A member of an `ar` archive, by hand. */
function member(name: string, content: Buffer): Buffer {
  const head = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(content.length).padEnd(10)}\`\n`;
  return Buffer.concat([Buffer.from(head), content, Buffer.alloc(content.length % 2, '\n')]);
}

function deb(controlName: string, control: Buffer, version = '2.0\n'): Buffer {
  return Buffer.concat([
    Buffer.from('!<arch>\n'),
    member('debian-binary', Buffer.from(version)),
    member(controlName, control),
    member('data.tar.xz', Buffer.from('data')),
  ]);
}

/** A tar archive of files, by hand. */
function tar(files: { readonly [name: string]: string }): Buffer {
  const blocks = Object.entries(files).flatMap(([name, text]) => {
    const head = Buffer.alloc(512);
    head.write(name, 0);
    head.write(text.length.toString(8).padStart(11, '0'), 124);
    head.write('0', 156);
    const body = Buffer.alloc(Math.ceil(text.length / 512) * 512);
    body.write(text);
    return [head, body];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const control = `Package: starling-drone
Version: 0.2.0
Architecture: arm64
Description: short
 Version: 9.9.9 is not a field here
`;

const archive = tar({ './': '', './md5sums': 'x'.repeat(700), './control': control });

describe('a Debian package', () => {
  it.each([
    ['control.tar', ''],
    ['control.tar.gz', 'gz'],
    ['control.tar.xz/', 'xz'],
    ['control.tar.zst', 'zst'],
  ])('is told by its %s', (name, packing) => {
    // A view into more, and a first member of an odd length: the next one begins at an even place.
    const bytes = Buffer.concat([Buffer.alloc(3, 'z'), deb(name, archive, '2.10\n')]).subarray(3);
    const found = controlMember(bytes);
    expect(found?.packing).toBe(packing);
    expect(found && Buffer.from(found.content).equals(archive)).toBe(true);
  });

  it('is no file of another kind, of another version, or cut short', () => {
    const whole = deb('control.tar', archive);
    const bytesOfControl = 8 + 60 + 4 + 60 + archive.length;
    for (const length of [0, 7, 8, 50, 72, 100, bytesOfControl - 1])
      expect([length, controlMember(whole.subarray(0, length))]).toEqual([length, undefined]);
    expect(controlMember(whole.subarray(0, bytesOfControl))).toBeDefined();
    expect(controlMember(deb('control.tar', archive, '3.0\n'))).toBeUndefined();
    expect(controlMember(deb('control.tar.lzma', archive))).toBeUndefined();
    expect(controlMember(deb('data.tar', archive))).toBeUndefined();
    expect(controlMember(Buffer.from('PK\u0003\u0004'))).toBeUndefined();
  });

  it('says its name, version and architecture in a file behind others', () => {
    expect(controlFields(archive)).toEqual({
      ...{ package: 'starling-drone', version: '0.2.0', architecture: 'arm64' },
    });
  });

  it.each(['Package', 'Version', 'Architecture'])('that does not say its %s says nothing', (field) => {
    const text = control.replace(new RegExp(`^${field}: .*\n`, 'm'), '');
    expect(controlFields(tar({ './control': text }))).toBeUndefined();
  });

  it.each(['\u001b[2J', '\u0007', '\u202e', 'ä'])(
    'that has %j in its name or version says nothing',
    (odd) => {
      for (const field of ['Package', 'Version'])
        expect(
          controlFields(tar({ './control': control.replace(new RegExp(`^${field}: .*$`, 'm'), `$&${odd}`) })),
        ).toBeUndefined();
    },
  );

  it('without that file, or cut inside it, says nothing', () => {
    expect(controlFields(tar({ './md5sums': 'x' }))).toBeUndefined();
    expect(controlFields(archive.subarray(0, archive.length - 1024 - 400))).toBeUndefined();
    expect(controlFields(Buffer.alloc(0))).toBeUndefined();
  });

  it('is looked at whatever its bytes are', () => {
    const whole = deb('control.tar', archive);
    fc.assert(
      fc.property(fc.nat(300), fc.nat(255), (at, value) => {
        const mutant = Buffer.from(whole);
        mutant[at] = value;
        const found = controlMember(mutant);
        if (found) controlFields(found.content);
      }),
      { numRuns: 200 },
    );
  });
});
