/** Needs Debian's dpkg and systemd, and Node's package of npm, from its cache or the registry. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MadePackage, makePackage } from '../../packaging/adapters/make-package.js';
import { architectures } from '../../packaging/architectures.js';
import { sides } from '../../packaging/sides.js';

const repository = resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'starling-package-test-'));
const installed = join(scratch, 'installed');
const program = join(installed, 'usr/lib/starling-drone');

/** A minute for each build, at the first of which Node may have to come over the network. */
const buildMs = 120_000;

function make(name: string): MadePackage {
  const side = sides.find((one) => one.name === 'starling-drone');
  const architecture = architectures.find(({ cpu }) => cpu === process.arch);
  if (!side || !architecture) throw new Error(`nothing is built for ${process.arch}`);
  const out = join(scratch, name);
  mkdirSync(join(out, 'scratch'), { recursive: true });
  const facts = { repository, side, architecture, out, version: '0.0.1', dateS: 1_700_000_000 };
  return makePackage({ ...facts, scratch: join(out, 'scratch'), fetched: join(scratch, 'fetched') });
}

const run = (file: string, args: readonly string[]) =>
  execFileSync(file, args, { encoding: 'utf8', cwd: tmpdir() });

/** Loads every module of the program, the native parts too; what runs at once is left out. */
const loadAll = `
  import { readdirSync } from 'node:fs';
  import { join } from 'node:path';
  const files = readdirSync(join(process.argv[1], 'dist'), { recursive: true })
    .filter((file) => file.endsWith('.js') && !file.endsWith('-entry.js') && !['bin/starling.js', 'bin/drone-setup.js'].includes(file));
  for (const file of files) await import(join(process.argv[1], 'dist', file));
  const { createRequire } = await import('node:module');
  const load = createRequire(join(process.argv[1], 'dist/x.js'));
  const getpid = load('koffi').load('libc.so.6').func('int getpid()');
  console.log(JSON.stringify({ files: files.length, pid: getpid() === process.pid, port: typeof load('serialport').SerialPort }));
  process.exit(0);
`;

describe('the package of a drone', () => {
  let made: MadePackage;

  beforeAll(() => {
    made = make('first');
    run('dpkg-deb', ['--extract', made.path, installed]);
  }, buildMs);

  afterAll(() => rmSync(scratch, { recursive: true }));

  it('is the same to the byte when it is built again', { timeout: buildMs }, () => {
    const again = make('second');
    expect(readFileSync(again.path).equals(readFileSync(made.path))).toBe(true);
  });

  it('takes at most 40 MiB beside Node', () => {
    expect(made.besideNodeKib).toBeLessThan(40 * 1024);
    expect(made.besideNodeKib).toBeGreaterThan(1024);
  });

  it('runs with its own Node and loads all that it has', () => {
    const told = JSON.parse(run(join(program, 'node'), ['--input-type=module', '-e', loadAll, program]));
    expect(told).toMatchObject({ pid: true, port: 'function' });
    expect(told.files).toBeGreaterThan(300);
    expect(run(join(program, 'starling'), ['drone', '--help'])).toContain('--vehicle');
  });

  it('says where the commands are that it does not have', () => {
    expect(() => run(join(program, 'starling'), ['server'])).toThrow('is in the package starling-server');
  });

  it('has a service that could do little harm', () => {
    const unit = join(installed, 'usr/lib/systemd/system/starling-drone.service');
    expect(run('systemd-analyze', ['security', '--offline=true', '--threshold=30', unit])).toContain(
      'exposure',
    );
  });
});
