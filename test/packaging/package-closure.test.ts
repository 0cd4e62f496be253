import { describe, expect, it } from 'vitest';
import { type Reference, traceModules } from '../../packaging/module-graph.js';
import { type LockFile, neededPackages } from '../../packaging/package-closure.js';
import { isRuntimeFile } from '../../packaging/pruning.js';

const pinned = { version: '1.0.0', integrity: 'sha512-x' };

function places(packages: LockFile['packages'], names: readonly string[], cpu = 'x64'): string[] {
  return neededPackages({ packages }, names, cpu).map(({ place }) => place);
}

describe('the modules of a program', () => {
  const texts: { readonly [path: string]: string } = {
    'dist/a.js': "import { b } from './lib/b.js';\nexport * from 'ws/lib/x';\nimport 'node:fs';\n",
    'dist/lib/b.js':
      "const { c } = await import('../c.js');\nimport {\n  x,\n} from '@mcap/core';\nnew Worker(new URL('./thread.js', import.meta.url));",
    'dist/c.js': "import './a.js';",
    'dist/lib/thread.js': "export const text = 'import nothing';",
  };
  const read = (path: string) => texts[path] ?? '';

  it('are found through imports, on demand, in a circle, and in threads', () => {
    expect(traceModules({ entries: ['dist/a.js'], read })).toEqual({
      files: ['dist/a.js', 'dist/c.js', 'dist/lib/b.js', 'dist/lib/thread.js'],
      packages: ['@mcap/core', 'ws'],
    });
  });

  it('end where the caller says', () => {
    const isFollowed = (_: string, { target }: Reference) => target !== 'dist/lib/b.js';
    expect(traceModules({ entries: ['dist/a.js'], read, isFollowed }).files).toEqual(['dist/a.js']);
  });

  it('may be told by whether they are loaded when it comes to that', () => {
    const isFollowed = (_: string, { isOnDemand }: Reference) => !isOnDemand;
    expect(traceModules({ entries: ['dist/a.js'], read, isFollowed }).files).toEqual([
      ...['dist/a.js', 'dist/lib/b.js', 'dist/lib/thread.js'],
    ]);
  });
});

describe('the packages of a program', () => {
  it('are taken with what they need, from the nearest folder first', () => {
    const packages = {
      'node_modules/a': { ...pinned, dependencies: { b: '1' } },
      'node_modules/a/node_modules/b': { ...pinned, dependencies: { c: '1' } },
      'node_modules/b': pinned,
      'node_modules/c': pinned,
      'node_modules/d': pinned,
    };
    expect(places(packages, ['a'])).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
    ]);
  });

  it('are taken for the own processor only, where they are native', () => {
    const native = (cpu: string) => ({ ...pinned, os: ['linux'], cpu: [cpu] });
    const packages = {
      'node_modules/a': { ...pinned, optionalDependencies: { x: '1', arm: '1', absent: '1', mac: '1' } },
      'node_modules/x': native('x64'),
      'node_modules/arm': native('arm64'),
      'node_modules/mac': { ...pinned, os: ['darwin'], cpu: ['arm64'] },
    };
    expect(places(packages, ['a'], 'x64')).toEqual(['node_modules/a', 'node_modules/x']);
    expect(places(packages, ['a'], 'arm64')).toEqual(['node_modules/a', 'node_modules/arm']);
  });

  it('leave out what only builds', () => {
    const packages = {
      'node_modules/mavlink-mappings': { ...pinned, dependencies: { 'ts-node': '1', kept: '1' } },
      'node_modules/ts-node': pinned,
      'node_modules/kept': pinned,
    };
    expect(places(packages, ['mavlink-mappings'])).toEqual([
      'node_modules/kept',
      'node_modules/mavlink-mappings',
    ]);
  });

  it('are refused when the lock file does not have or pin them', () => {
    expect(() => places({}, ['a'])).toThrow('has no a, which dist imports');
    expect(() => places({ 'node_modules/a': { version: '1.0.0' } }, ['a'])).toThrow(
      'integrity of node_modules/a',
    );
  });
});

describe('a file of a package', () => {
  const isKept = (path: string, cpu = 'x64', name = 'any') => isRuntimeFile({ name, path }, cpu);

  it.each([
    'index.js',
    'lib/x.mjs',
    'package.json',
    'lib/test.js',
    'LICENSE',
    'license.md',
    'docs/LICENSE.txt',
  ])('%s is kept', (path) => expect(isKept(path)).toBe(true));

  it.each([
    'index.d.ts',
    'index.js.map',
    'README.md',
    'src/x.cc',
    'test/x.js',
    'test.js',
    'lib/x.test.js',
    '.x.json',
  ])('%s is left out', (path) => expect(isKept(path)).toBe(false));

  it('that is native is kept for its own processor and GNU alone', () => {
    const glibc = 'prebuilds/linux-arm64/a.glibc.node';
    expect([isKept(glibc, 'arm64'), isKept(glibc, 'arm'), isKept(glibc, 'x64')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(isKept('prebuilds/linux-arm64/a.musl.node', 'arm64')).toBe(false);
    expect(isKept('prebuilds/android-arm64/a.node', 'arm64')).toBe(false);
    expect(isKept('linux_armhf/koffi.node', 'arm')).toBe(true);
    expect(isKept('musl_x64/koffi.node')).toBe(false);
  });

  it('that blessed reads by its name is kept', () => {
    expect(isKept('usr/xterm', 'x64', 'blessed')).toBe(true);
    expect(isKept('usr/xterm')).toBe(false);
  });
});
