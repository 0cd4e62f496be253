/** `starling access` and what becomes of it at a running server: the commands as they are typed. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { testCertificate } from '../support/certificate.js';
import { runProgram } from '../support/program.js';

let folder: string;
let state: string;
let server: RunningServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'starling-access-'));
  state = join(folder, 'state');
  const { cert, key } = await testCertificate();
  writeFileSync(join(folder, 'cert.pem'), cert);
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 });
  const configPath = join(folder, 'server.ini');
  writeFileSync(configPath, `[CONTROL]\ntls_certificate = ${folder}/cert.pem\ntls_key = ${folder}/key.pem\n`);
  server = await startServer({
    ...{
      clock: new SystemClock(),
      version: '1',
      stateFolder: state,
      isHeadless: true,
      isDiscoverable: false,
    },
    ...{ port: 0, bind: '127.0.0.1', controlPort: 0, configPath },
  });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const access = (...args: string[]) => runProgram(['access', ...args, '--state', state]);
const ctl = (...args: string[]) =>
  runProgram(['ctl', ...args, '--port', String(server.controlPort)], { env: { STARLING_STATE: state } });

describe('starling access', () => {
  it('adds a name whose token opens the running server, and revokes it at once', async () => {
    const file = join(folder, 'vera.token');
    expect(await access('add', 'vera', '--role', 'viewer', '-o', file)).toMatchObject({
      code: 0,
      stdout: '',
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const token = readFileSync(file, 'utf8').trim();
    expect(readFileSync(join(state, 'access.json'), 'utf8')).not.toContain(token);
    expect(await ctl('status', '--token-file', file)).toMatchObject({ code: 0 });
    expect(await ctl('land', '--token-file', file)).toMatchObject({
      code: 1,
      stderr: 'starling ctl: "land" needs the role operator; vera is viewer\n',
    });
    expect(await access('revoke', 'vera')).toMatchObject({ code: 0 });
    expect(await ctl('status', '--token-file', file)).toMatchObject({
      code: 1,
      stderr: 'starling ctl: Bad auth token\n',
    });
  });

  it('takes a token of an older server over by its hash, and says where it opens nothing', async () => {
    // Source: libxcrypt 4, of the token in the file, cost 4.
    const hash = '$2y$04$abcdefghijklmnopqrstuudmzotg1J7uNpIHf.TD/G.oQxhW6pziq';
    const file = join(folder, 'old.token');
    writeFileSync(file, "an-old-server's-token\n", { mode: 0o600 });
    const added = await access('add', 'old', '--role', 'operator', '--bcrypt-hash', hash);
    expect(added).toMatchObject({ code: 0, stdout: '' });
    expect(added.stderr).toContain('a hash makes no key');
    const byCertificate = ['--tls', '--ca', join(folder, 'cert.pem')];
    expect(await ctl('list', '--token-file', file, ...byCertificate)).toMatchObject({
      code: 0,
      stdout: 'no drones\n',
    });
  });

  it('prints a token once, and lists names without one', async () => {
    const { stdout } = await access('add', 'olga', '--role', 'operator', '--expires', '7');
    expect(stdout).toMatch(/^[\w-]{43}\n$/);
    const file = join(folder, 'olga.token');
    writeFileSync(file, stdout);
    chmodSync(file, 0o644);
    expect(await ctl('status', '--token-file', file)).toMatchObject({ code: 2 });
    const list = await access('list', '--json');
    expect(JSON.parse(list.stdout)).toMatchObject([
      { name: 'old', role: 'operator', isOldToken: true },
      { name: 'olga', role: 'operator', hasPassword: false, isOldToken: false, isExpired: false },
    ]);
    expect(list.stdout).not.toContain(stdout.trim());
  });

  it('says what is wrong with a call', async () => {
    expect(await access('add', 'ben', '--role', 'root')).toMatchObject({ code: 2 });
    expect(await access('revoke', 'nobody')).toMatchObject({ code: 1 });
    expect(await access('password', 'nobody')).toMatchObject({ code: 1 });
    expect(await ctl('status', '--password-stdin')).toMatchObject({ code: 2 });
  });

  it('leaves the token of the machine alone, which goes on to work', async () => {
    expect(await ctl('list')).toMatchObject({ code: 0, stdout: 'no drones\n' });
  });
});
