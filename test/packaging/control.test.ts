import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Architecture, architectures } from '../../packaging/architectures.js';
import { changelogText, controlText, copyrightText } from '../../packaging/control.js';
import { sides } from '../../packaging/sides.js';

const files = join(import.meta.dirname, '../../packaging/files');

function factsFor(debian: string, name: string) {
  const architecture = architectures.find((one): one is Architecture => one.debian === debian);
  const side = sides.find((one) => one.name === name);
  if (!architecture || !side) throw new Error(`there is no ${name} for ${debian}`);
  return { architecture, side, version: '1.2.3', dateS: 1_700_000_000 };
}

describe('the control file', () => {
  it('of a package with its own Node says all that Debian asks for', () => {
    const text = controlText(factsFor('arm64', 'starling-drone'), 105_000);
    expect(text).toMatch(
      /^Package: starling-drone\nVersion: 1\.2\.3\nArchitecture: arm64\nMaintainer: .+ <.+@.+>\n/,
    );
    expect(text).toContain('\nInstalled-Size: 105000\n');
    expect(text).toContain('\nDepends: libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 9), adduser\n');
    expect(text).toMatch(/\nDescription: .{10,70}\n(?: \S.*\n)+$/);
  });

  it('asks for the Node of the system where none comes along', () => {
    expect(controlText(factsFor('armhf', 'starling-server'), 1)).toContain('nodejs (>= 20)');
    expect(controlText(factsFor('amd64', 'starling-server'), 1)).not.toContain('nodejs');
  });
});

describe('the changelog', () => {
  it('carries the date of the source, not that of the build', () => {
    expect(changelogText(factsFor('amd64', 'starling-drone'))).toMatch(
      /^starling-drone \(1\.2\.3\) stable; urgency=medium\n\n {2}\* .+\n\n -- .+> {2}Tue, 14 Nov 2023 22:13:20 \+0000\n$/,
    );
  });
});

describe('the copyright file', () => {
  it('names each part, its holders, and each licence once', () => {
    const part = (name: string) => ({ files: `usr/lib/${name}/*`, licence: 'MIT', holders: ['A', 'B'] });
    const text = copyrightText([part('a'), part('b')]);
    expect(text).toContain('\nFiles: usr/lib/a/*\nCopyright: A\n B\nLicense: MIT\n');
    expect(text.match(/^License: MIT\n /gm)).toHaveLength(1);
    expect(text).toContain('/usr/share/common-licenses/GPL-3');
  });

  it('writes a choice of licences as one word', () => {
    expect(copyrightText([{ files: 'a', licence: '(MIT OR Apache-2.0)', holders: ['A'] }])).toContain(
      'License: MIT-OR-Apache-2.0\n',
    );
  });
});

describe('the service of a drone', () => {
  const unit = readFileSync(join(files, 'starling-drone/starling-drone.service'), 'utf8');

  it('is started again when it fails, but not when it was called wrongly', () => {
    expect(unit).toMatch(/^Restart=on-failure$/m);
    expect(unit).toMatch(/^RestartPreventExitStatus=2$/m);
  });

  it('may write what is its own, and calls what the package installs', () => {
    expect(unit).toMatch(/^ProtectSystem=strict$/m);
    expect(unit).toMatch(/^ReadWritePaths=\/etc\/starling -\/run\/starling-drone-requests$/m);
    expect(unit).toMatch(
      /^ExecStart=\/usr\/lib\/starling-drone\/starling drone --config \/etc\/starling\/drone\.ini /m,
    );
    expect(unit).toMatch(/^User=starling$/m);
  });
});
