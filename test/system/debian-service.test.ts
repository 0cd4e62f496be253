/**
 * A booted Debian on which the drone's package is installed, and a server on the machine around it. Needs root,
 * debootstrap, a mirror of Debian, and Node's package of npm, from its cache or the registry.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BootedDebian } from '../support/booted-debian.js';
import { buildMs, builtPackage, repackaged } from '../support/built-packages.js';
import { DebianRoot, debianSuites } from '../support/debian-root.js';
import { Program, runProgram } from '../support/program.js';
import { until } from '../support/until.js';

const makeMs = 600_000;
const id = 'pi-7';

type Listed = { readonly id: string; readonly connected: boolean };

describe.each(debianSuites)('the service of a drone, %s', (suite) => {
  let folder: string;
  let server: Program;
  let control: string;
  let drone: string;
  let root: DebianRoot;
  let debian: BootedDebian;

  const state = () => join(folder, 'state');
  const isConnected = async () => {
    const env = { STARLING_STATE: state() };
    const { stdout } = await runProgram(['ctl', 'list', '--json', '--port', control], { env });
    return (JSON.parse(stdout || '[]') as Listed[]).some((one) => one.id === id && one.connected);
  };
  const joins = () =>
    until(isConnected, 30_000, () => `${id} joins: ${server.stdout.slice(-2000)}${server.stderr}`);
  const mainPid = async () =>
    Number(await debian.must('systemctl show --property MainPID --value starling-drone'));
  const install = async (path: string) => {
    await debian.copyIn(path, '/tmp/new.deb');
    return debian.run('dpkg -i /tmp/new.deb');
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
    drone = repackaged(builtPackage('starling-drone'), { version: '0.0.1' });
    root = await DebianRoot.make({ suite });
    const key = join(folder, 'key.json');
    const enrolment = await runProgram(['fleet', 'enroll', id, '-o', key, '--state', state()]);
    expect(enrolment, enrolment.stderr).toMatchObject({ code: 0 });
    const ports = ['--port', '0', '--control-port', '0'];
    server = new Program(['server', '--headless', '--bind', '127.0.0.1', ...ports, '--state', state()]);
    const [, port, controlPort = ''] = await server.says(
      /connect to 127\.0\.0\.1:(\d+); .*127\.0\.0\.1:(\d+)/,
    );
    control = controlPort;
    debian = await BootedDebian.boot(root, { network: 'host' });
    // As the guide says, by hand.
    const { code, stdout, stderr } = await install(drone);
    expect(code, stdout + stderr).toBe(0);
    expect(await debian.must('systemctl is-enabled starling-drone')).toBe('enabled\n');
    expect((await debian.run('systemctl is-active starling-drone')).stdout).toBe('inactive\n');
    await debian.copyIn(key, '/tmp/key.json');
    await debian.must('install -o starling -g starling -m 0600 /tmp/key.json /etc/starling/key');
    await debian.must(`sed -i 's/^host = .*/host = 127.0.0.1/; s/^port = .*/port = ${port}/' /etc/starling/drone.ini
      sed -i 's/^STARLING_VEHICLE=.*/STARLING_VEHICLE=sim:/' /etc/default/starling-drone
      systemctl restart starling-drone`);
  }, makeMs + buildMs);

  afterAll(async () => {
    await debian?.close();
    await root?.close();
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  it('joins its server, as its own user, and says so in the journal and its own log', async () => {
    await joins();
    expect(await debian.must('systemctl is-active starling-drone')).toBe('active\n');
    expect(await debian.must(`ps -o user= -p ${await mainPid()}`)).toBe('starling\n');
    expect(await debian.journal('starling-drone')).toContain('connected to the server at 127.0.0.1');
    expect(await debian.must('cat /var/log/starling/drone.log')).toContain(
      'connected to the server at 127.0.0.1',
    );
    expect(await debian.must('systemctl --failed --quiet --plain')).toBe('');
  });

  it('comes back when it is restarted, when it is killed, and after a power cut', async () => {
    await joins();
    const first = await mainPid();
    await debian.must('systemctl restart starling-drone');
    const second = await mainPid();
    expect(second).not.toBe(first);
    await joins();
    await debian.must('systemctl kill --signal=KILL starling-drone');
    await until(async () => ![0, second].includes(await mainPid()), 15_000);
    await joins();
    await debian.powerCut();
    await until(async () => !(await isConnected()), 30_000);
    await debian.boot();
    await joins();
  });

  it('is not touched while the motors are armed, and is another program after an upgrade', async () => {
    await joins();
    const before = await mainPid();
    const next = repackaged(drone, { version: '0.0.2' });
    await debian.must('touch /run/starling-drone/armed');
    const refused = await install(next);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('the motors of this drone are armed');
    expect(await mainPid()).toBe(before);
    expect(await isConnected()).toBe(true);
    await debian.must('rm /run/starling-drone/armed');
    const { code, stdout, stderr } = await install(next);
    expect(code, stdout + stderr).toBe(0);
    await until(async () => ![0, before].includes(await mainPid()), 15_000);
    await joins();
  });

  it('ends with its package, and nothing of it runs after', async () => {
    await joins();
    await debian.must('dpkg -r starling-drone');
    expect((await debian.run('systemctl is-active starling-drone')).stdout).toBe('inactive\n');
    expect((await debian.run('pgrep -u starling')).stdout).toBe('');
    expect(
      await debian.must("systemctl list-units --state=active,activating,failed --no-legend 'starling*'"),
    ).toBe('');
    await debian.must('dpkg -P starling-drone');
    expect((await debian.run('getent passwd starling')).stdout).toBe('');
    expect(await debian.must("systemctl list-unit-files --no-legend 'starling*' || true")).toBe('');
  });
});
