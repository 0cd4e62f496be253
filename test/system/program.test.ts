import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Program, runProgram } from '../support/program.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe.concurrent('the starling command', () => {
  it.each([
    [[], 'Usage: starling'],
    [['fly'], "unknown command 'fly'"],
    [['server', '--fast'], "unknown option '--fast'"],
    [['server', '--port', '70000'], 'a port from 0'],
    [['demo', '--drones', '0'], 'a number from 1'],
    [['demo', '--drones', '51', '--headless'], 'the largest has 50'],
    [['demo', '--json'], '--json goes with --headless'],
    [['sim'], "required option '--drones <n>'"],
    [['drone', '--server', 'nowhere'], 'HOST:PORT'],
    [['drone', '--vehicle', 'car:1'], 'vehicle URL "car:1"'],
    [['drone', '--vehicle', 'sim:', '--signing-key', '/no/such'], 'the signing key /no/such can not be read'],
    [['drone', '--vehicle', 'sim:', '--faults', '/no/such'], '/no/such: ENOENT'],
    [['params', 'set', 'NAME', '-1', '--vehicle', 'car:1'], 'vehicle URL "car:1"'],
    [['params', 'set', 'NAME', '-x', '--vehicle', 'car:1'], "unknown option '-x'"],
    [['server'], 'the panel needs a terminal'],
    [['server', '--headless', '--config', '/no/such.ini'], '/no/such.ini: there is no such file'],
    [['server', '--headless', '--show', '/no/such'], '/no/such: '],
  ])('called as %j says what is wrong and exits with 2', async (args, text) => {
    const { code, stdout, stderr } = await runProgram(args, {
      env: { STARLING_STATE: join(folder, 'state') },
    });
    expect({ code, stdout, stderr }).toMatchObject({ code: 2, stdout: '' });
    expect(stderr).toContain(text);
  });

  it('names every wrong value of a configuration by section and option', async () => {
    const config = file('wrong.ini', '[SERVER]\nport = abc\n[CHECKS]\nbattery_min = 200\n');
    const { code, stderr } = await runProgram(['drone', '--config', config, '--vehicle', 'sim:']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/wrong\.ini, line 2: \[SERVER\] port = "abc"/);
    const server = await runProgram(['server', '--headless', '--config', config]);
    expect(server.code).toBe(2);
    expect(server.stderr).toMatch(/battery_min = "200" is wrong, expected a number from 0 to 100/);
  });

  it('refuses faults that befall nobody who flies', async () => {
    const faults = file('faults.txt', '12 drone-9 motor-loss\n');
    const fleet = await runProgram(['sim', '--drones', '2', '--faults', faults]);
    expect(fleet).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no drone-9 among 2') });
    const alone = ['drone', '--vehicle', 'sim:', '--server', '127.0.0.1:1', '--faults', faults];
    const named = await runProgram([...alone, '--id', 'drone-1']);
    expect(named).toMatchObject({ code: 2, stderr: expect.stringContaining('no line for drone-1') });
    const nameless = await runProgram(alone);
    expect(nameless).toMatchObject({ code: 2, stderr: expect.stringContaining('without --id') });
  });

  it('says what a demo lacks, at once, when its fleet can not fly', async () => {
    const env = { PATH: folder, TMPDIR: folder };
    const { code, stderr } = await runProgram(['demo', '--headless', '--link', 'pty'], { env });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('apt install socat') });
  });

  it('refuses a show that is empty, or wrong in one cell, with its file and line', async () => {
    mkdirSync(join(folder, 'empty'));
    file('broken/drone-1.csv', 'x\n1,0,0,0,0,1,2,3\n2,0,0,up,0,1,2,3\n');
    const state = ['--state', join(folder, 'state-show')];
    const empty = await runProgram(['server', '--headless', '--show', join(folder, 'empty'), ...state]);
    expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining('the folder is empty') });
    const broken = await runProgram(['server', '--headless', '--show', join(folder, 'broken'), ...state]);
    expect(broken).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('drone-1.csv, line 3: z "up" is wrong'),
    });
  });

  it('says that a port is in use, and leaves nothing open', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => occupant.once('listening', resolve));
    const { port } = occupant.address() as { port: number };
    const state = ['--state', join(folder, 'state-port'), '--bind', '127.0.0.1'];
    const drones = await runProgram(['server', '--headless', '--port', String(port), ...state]);
    expect(drones).toMatchObject({ code: 2, stderr: expect.stringContaining(`port ${port} is in use`) });
    const control = await runProgram([
      'server',
      '--headless',
      '--port',
      '0',
      '--control-port',
      String(port),
      ...state,
    ]);
    expect(control.code).toBeGreaterThan(0);
    expect(control.stderr).toContain(String(port));
    occupant.close();
  });

  it('finds no server: exit code 3', async () => {
    const env = { STARLING_STATE: join(folder, 'nobody') };
    expect(await runProgram(['ctl', 'list'], { env })).toMatchObject({ code: 3, stdout: '' });
    const token = file('token', 'a-token-of-some-length\n');
    chmodSync(token, 0o600);
    const { code, stderr } = await runProgram(['ctl', 'list', '--port', '1', '--token-file', token]);
    expect(code).toBe(3);
    expect(stderr).toContain('127.0.0.1:1');
  });

  it('makes a token for its owner alone, and serves whoever has it', async () => {
    const state = join(folder, 'state-token');
    const server = new Program([
      'server',
      '--headless',
      '--bind',
      '127.0.0.1',
      '--port',
      '0',
      '--control-port',
      '0',
      '--state',
      state,
    ]);
    try {
      const [, port = ''] = await server.says(/control port is 127\.0\.0\.1:(\d+)/);
      expect(statSync(join(state, 'control-token')).mode & 0o777).toBe(0o600);
      const env = { STARLING_STATE: state };
      const list = await runProgram(['ctl', 'list', '--json', '--port', port], { env });
      expect(list).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
      expect(await runProgram(['ctl', 'land', '--port', port], { env })).toMatchObject({ code: 1 });
      expect(await runProgram(['ctl', 'start', '--port', port], { env })).toMatchObject({ code: 2 });
      const wrong = file('wrong-token', 'another-token-of-some-length');
      chmodSync(wrong, 0o600);
      const refused = await runProgram(['ctl', 'list', '--port', port, '--token-file', wrong]);
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('Bad auth token') });
      server.signal('SIGINT');
      expect(await server.end()).toBe(0);
    } finally {
      await server.stop();
    }
  });
});
