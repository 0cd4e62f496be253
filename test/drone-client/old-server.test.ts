import { createHash } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json, type OldPeer } from '../support/old-peer.js';
import { type DroneRig, FastClock, showFile, startRig } from './rig.js';
import { waitFor } from './wait-for.js';

let rig: DroneRig;
let server: OldPeer;
let clock: FastClock;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'starling-drone-'));
  const configPath = join(folder, 'client.ini');
  await writeFile(configPath, '# of this drone\n[TELEMETRY]\nfrequency = 20.0 # Hz\n');
  clock = new FastClock();
  rig = await startRig({ clock, dataFolder: folder, configPath });
  server = await rig.accept();
});

afterEach(async () => {
  await rig.close();
});

const savedConfig = () => readFile(join(rig.folder, 'client.ini'), 'utf8');
const telemetry = async () => (await server.ask('telemetry')) as Record<string, unknown>;

async function upload(content: Buffer = showFile): Promise<void> {
  server.pushFile('animation.csv', content);
  await server.ask('stored_file', { filepath: 'animation.csv' });
}

describe('a drone asked by an old server', () => {
  it.each([
    ['id', 'drone-1'],
    ['selfcheck', 'OK'],
    ['anim_id', null],
    ['batt_voltage', 12],
    ['cell_voltage', 4],
    ['sys_status', 'STANDBY'],
    ['cal_status', 'OK'],
    ['position', '0.00 0.00 0.00 0.0 map'],
    ['calibrate_gyro', 'OK'],
    ['calibrate_level', 'OK'],
    ['load_params', false],
  ])('answers %s with %j', async (name, value) => {
    expect(await server.ask(name)).toEqual(value);
  });

  it('tells its time, its folder and its telemetry', async () => {
    expect(Math.abs(Number(await server.ask('time')) - clock.utcMs() / 1000)).toBeLessThan(1);
    expect(await server.ask('clover_dir')).toBe(join(rig.folder, 'payload'));
    expect(await telemetry()).toMatchObject({
      armed: false,
      fcu_status: 'STANDBY',
      last_task: 'No task',
      git_version: '0.1.0',
    });
  });

  it('sends telemetry by itself at the configured rate', async () => {
    const frame = await server.nextAction('telemetry');
    const { args, kwargs } = json(frame) as { args: unknown; kwargs: { value: Record<string, unknown> } };
    expect(args).toEqual([]);
    expect(kwargs.value.animation_info).toEqual([null, 'no animation: upload the show']);
    expect(frame.content.toString()).toContain('NaN');
  });

  it('tells its configuration, with the specification when asked for it', async () => {
    const answer = (await server.ask('config', { send_configspec: true })) as Record<
      string,
      Record<string, unknown>
    >;
    expect(answer.config).toMatchObject({ TELEMETRY: { frequency: { __value__: 20 } } });
    expect(answer.configspec).toMatchObject({ FLIGHT: { arming_time: 'float(default=0.5)' } });
    expect(await server.ask('config')).not.toHaveProperty('configspec');
  });

  it('takes a configuration, whole or not at all, and keeps it with its comments', async () => {
    server.action('config', { config: { FLIGHT: { takeoff_height: { __value__: '2.5' } } }, mode: 'modify' });
    server.action('config', { config: { FLIGHT: { takeoff_time: 'soon', land_delay: 3 } } });
    await waitFor(async () => expect(await savedConfig()).toContain('takeoff_height = 2.5'));
    expect(await savedConfig()).toContain('# of this drone');
    expect(await savedConfig()).toContain('frequency = 20.0 # Hz');
    expect(await savedConfig()).not.toContain('land_delay');
    await waitFor(() => expect(rig.log.join('')).toContain('takeoff_time'));
  });

  it('takes files and holds the animation at once', async () => {
    server.pushFile('animation.csv', showFile);
    const sha256 = createHash('sha256').update(showFile).digest('hex');
    expect(await server.ask('stored_file', { filepath: 'animation.csv' })).toEqual({
      bytes: showFile.length,
      sha256,
    });
    expect(await server.ask('anim_id')).toBe('hop');
    expect((await telemetry()).animation_info).toEqual(['hop', 'OK']);
    expect((await telemetry()).start_position).toEqual([0, 0, 0.2, null, 'fly', 0.2]);
  });

  it('gives files of its own folders back, as bytes', async () => {
    await upload();
    server.request('filetransfer', '77', { filepath: 'animation.csv' });
    const frame = await server.next(({ header }) => header.request_id === '77');
    expect(frame.header['content-type']).toBe('binary');
    expect(frame.content.equals(showFile)).toBe(true);
  });

  it('refuses files elsewhere and stays connected', async () => {
    server.pushFile('../../evil', Buffer.from('x'));
    server.pushFile('/tmp/evil', Buffer.from('x'));
    expect(await server.ask('id')).toBe('drone-1');
    await waitFor(() => expect(rig.log.filter((line) => line.includes('refused')).length).toBe(2));
  });

  it('refuses files while its motors run', async () => {
    rig.vehicle.set({ armed: true });
    server.pushFile('animation.csv', showFile);
    await waitFor(() => expect(rig.log.join('')).toContain('no files while it flies'));
    expect(await server.ask('anim_id')).toBeNull();
  });

  it('notices that its animation was changed on the disk', async () => {
    await writeFile(join(rig.folder, 'animation.csv'), showFile);
    server.action('update_animation');
    await waitFor(async () => expect(await server.ask('anim_id')).toBe('hop'));
  });
});

describe('a drone commanded by an old server', () => {
  it('flies a show from start to landing, with pause and resume', async () => {
    await upload();
    server.action('start', { time: String(clock.utcMs() / 1000 + 4) });
    await waitFor(async () => expect((await telemetry()).last_task).toMatch(/^stand in \d\.\d s$/));
    await waitFor(async () => expect((await telemetry()).last_task).toBe('fly'));
    server.action('pause');
    await waitFor(async () => expect((await telemetry()).last_task).toBe('paused'));
    server.action('resume', { time: clock.utcMs() / 1000 + 0.2 });
    await waitFor(() => expect(rig.vehicle.commands).toContain('land'));
    expect(rig.vehicle.commands).toEqual(['offboard', 'arm', 'land']);
    expect(await server.ask('flight_report')).toMatchObject({ isFlying: true, samples: expect.any(Number) });
  });

  it.each([
    ['without an animation', async () => undefined, Date.now() / 1000 + 1e6, 'no animation'],
    ['too late', upload, Date.now() / 1000 - 100, 'its moment passed'],
    [
      'below the ground',
      async () => {
        await upload();
        // Held up by somebody: where it stands is not the ground.
        rig.vehicle.set({ landed: 'in_air' });
        rig.vehicle.moveTo({ x: 0, y: 0, z: 3 });
      },
      Date.now() / 1000 + 1e6,
      'below the ground',
    ],
    [
      'without an autopilot',
      async () => {
        await upload();
        rig.vehicle.set({ connected: false });
      },
      Date.now() / 1000 + 1e6,
      'not connected',
    ],
    ['without a time', upload, 'soon', 'must be a number'],
  ])('does not start a show %s', async (_why, prepare, time, reason) => {
    await prepare();
    server.action('start', { time: String(time) });
    await waitFor(() => expect(rig.log.join('')).toContain(reason));
    expect((await telemetry()).last_task).toBe('No task');
  });

  it('takes off, to a height too, holds on stop, lands and disarms', async () => {
    server.action('takeoff_z', { z: '0.2' });
    await waitFor(async () => expect((await telemetry()).last_task).toBe('hold'), 6000);
    expect(rig.vehicle.last?.positionM.z).toBeCloseTo(0.2);
    server.action('takeoff');
    await waitFor(() => expect(rig.vehicle.last?.positionM.z).toBeGreaterThan(0.4), 4000);
    server.action('stop');
    await waitFor(async () => expect((await telemetry()).last_task).toBe('hold'));
    server.action('disarm');
    await waitFor(() => expect(rig.log.join('')).toContain('in the air'));
    server.action('land');
    await waitFor(() => expect(rig.vehicle.state.mode).toBe('AUTO.LAND'));
  });

  it('lights up', async () => {
    server.action('led_fill', { red: 300, green: 7 });
    await waitFor(async () => expect((await telemetry()).led).toEqual([255, 7, 0]));
    server.action('led_test');
    await waitFor(async () => expect((await telemetry()).led).toEqual([255, 0, 0]));
  });

  it('moves its place in the show and keeps it', async () => {
    await upload();
    rig.vehicle.set({ landed: 'in_air' });
    rig.vehicle.moveTo({ x: 1.5, y: -2, z: -0.25 });
    const offset = async (command: string, expected: string) => {
      server.action(command);
      await waitFor(async () => expect(await savedConfig()).toContain(`private_offset = ${expected}`));
    };
    await offset('move_start', '1.5, -2.0, 0.0');
    await offset('set_z_to_ground', '1.5, -2.0, -0.25');
    await offset('reset_start', '0.0, 0.0, -0.25');
    await offset('reset_z_offset', '0.0, 0.0, 0.0');
  });

  it('takes another name, tells it on a new connection, and refuses what is no name', async () => {
    server.action('id', { new_id: '-bad' });
    await waitFor(() => expect(rig.log.join('')).toContain('is no id'));
    server.action('id', { new_id: 'Drone-9' });
    await server.closed();
    const again = await rig.accept();
    expect(await again.ask('id')).toBe('drone-9');
    expect(await savedConfig()).toContain('id = drone-9');
  });

  it.each(['reboot_all', 'service_restart', 'repair_chrony', 'update_repo', 'execute'])(
    'does not do %s, says so in its log, and lives on',
    async (name) => {
      server.action(name, { name: 'clever-show', command: 'touch /tmp/evil' });
      await waitFor(() =>
        expect(rig.log.join('')).toMatch(new RegExp(`${name}.*failed: .*(not supported|not allowed)`)),
      );
      expect(await server.ask('id')).toBe('drone-1');
    },
  );
});
