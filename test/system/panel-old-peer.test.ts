import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CommandName, operations } from '../../lib/operations/catalogue.js';
import { checkArguments } from '../../lib/operations/read-arguments.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { json, type OldFrame, OldPeer, oldFrame } from '../support/old-peer.js';
import { until } from '../support/until.js';

const robotFolder = '/home/pi/catkin_ws/src/clover/clover/';

/** The telemetry of a clever-show drone, as its Python writes it. */
function telemetryText(state: 'STANDBY' | 'ACTIVE'): string {
  return `{"args": [], "kwargs": {"value": {"git_version": "a1b2c3d", "config_version": "client V1.0",
  "animation_info": ["old", "OK"], "battery": [12.1, 0.93], "armed": ${state === 'ACTIVE'}, "fcu_status": "${state}",
  "calibration_status": "OK", "mode": "STABILIZED", "selfcheck": "OK",
  "current_position": [0.1, 0.0, 0.0, 90.0, "aruco_map"], "start_position": [0, 0, 0, NaN, "fly", 0.0],
  "last_task": "No task", "time_delta": ${Date.now() / 1000}}}}`;
}

/** What an old drone gives to whoever asks for it. */
const answers: Readonly<Record<string, unknown>> = {
  id: 'old-1',
  clover_dir: robotFolder,
  selfcheck: 'OK',
  calibrate_gyro: 'OK',
  calibrate_level: 'OK',
  load_params: true,
  config: {
    config: { config_name: { __value__: 'client' }, FLIGHT: { takeoff_height: { __value__: 1.0 } } },
    configspec: { config_name: "string(default='client')", FLIGHT: { takeoff_height: 'float(default=1.0)' } },
  },
};

/** A frame that the drone got: an action, a request, or a file and what is in it. */
type Got = readonly [what: string, kwargs: unknown];

/** Frames that arrive one after the other have all come when none came for this long, ms. */
const quietMs = 40;

const animation = 'old\n1,0,0,0,0,1,2,3\n2,0,0,1,0,1,2,3\n';

/** What an operation sends that an old client knows: section by section as its own server sent it. */
const plain: readonly (readonly [CommandName, Record<string, unknown>, Got])[] = [
  ['led_test', {}, ['led_test', {}]],
  ['led_fill', { red: 255, green: 10 }, ['led_fill', { red: 255, green: 10, blue: 0 }]],
  ['takeoff', {}, ['takeoff', {}]],
  ['takeoff_z', { z: 1.5 }, ['takeoff_z', { z: '1.5' }]],
  ['land', {}, ['land', {}]],
  ['stop', {}, ['stop', {}]],
  ['disarm', {}, ['disarm', {}]],
  ['emergency_land', {}, ['emergency_land', {}]],
  ['pause', {}, ['pause', {}]],
  ['resume', {}, ['resume', { time: expect.any(Number) }]],
  ['move_start', {}, ['move_start', {}]],
  ['reset_start', {}, ['reset_start', {}]],
  ['set_z_to_ground', {}, ['set_z_to_ground', {}]],
  ['reset_z_offset', {}, ['reset_z_offset', {}]],
  ['reboot_fcu', {}, ['reboot_fcu', {}]],
  ['reboot_all', {}, ['reboot_all', {}]],
  ['service_restart', { service: 'clover' }, ['service_restart', { name: 'clover' }]],
  ['repair_chrony', {}, ['repair_chrony', {}]],
  ['update_repo', {}, ['update_repo', {}]],
  ['selfcheck', {}, ['selfcheck?', {}]],
  ['calibrate_gyro', {}, ['calibrate_gyro?', {}]],
  ['calibrate_level', {}, ['calibrate_level?', {}]],
  ['rename', { name: 'new-1' }, ['id', { new_id: 'new-1' }]],
];

describe('what the panel asks of a clever-show drone', () => {
  let folder: string;
  let server: RunningServer;
  let peer: OldPeer;
  let answered = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
    for (const [name, text] of [
      ['animations/old-1.csv', animation],
      ['calibrations/old-\\d.yaml', 'k: 1\n'],
      ['launch/clover.launch', '<launch/>\n'],
      ['map.txt', '1 0.2 0 0\n'],
      ['any.txt', 'any\n'],
      ['client.ini', '[FLIGHT]\ntakeoff_height = 2\n'],
      ['x.params', '1\t1\tMPC_XY_VEL_MAX\t4.5\t9\n'],
    ] as const) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    server = await startServer({
      ...{ clock: new SystemClock(), version: '9.9.9', stateFolder: join(folder, 'state'), isHeadless: true },
      ...{ port: 0, bind: '127.0.0.1', controlPort: 0, isDiscoverable: false, isOpen: true },
    });
    peer = await OldPeer.connect(server.dronePort);
    peer.socket.on('data', answerAll);
    await until(() => server.facade.snapshot().drones.length === 1);
  });

  afterAll(async () => {
    peer.close();
    await server.close();
    rmSync(folder, { recursive: true });
  });

  beforeEach(() => tells('STANDBY'));

  /** As the loop of the old client does: every request has its answer, in order. */
  function answerAll(): void {
    for (; answered < peer.frames.length; answered += 1) {
      const frame = peer.frames[answered];
      if (frame?.header['message-type'] !== 'request') continue;
      const { requested_value: name = '', request_id: id = '' } = json(frame) as Record<string, string>;
      if (name !== 'filetransfer') peer.respond(name, id, answers[name] ?? null);
      else {
        const header = { 'message-type': 'response', requested_value: name, request_id: id };
        peer.socket.write(oldFrame(header, Buffer.from('clover-17\n'), 'binary'));
      }
    }
  }

  async function tells(state: 'STANDBY' | 'ACTIVE'): Promise<void> {
    peer.rawAction('telemetry', telemetryText(state));
    await until(() => server.facade.snapshot().drones[0]?.record.telemetry.fcu_status === state);
  }

  /** Does as the panel does after its form: what became of it, and what the drone got by it, in order. */
  async function ask(name: CommandName, given: Record<string, unknown> = {}) {
    const from = peer.frames.length;
    const checked = checkArguments(operations[name].arguments, given);
    const { results } = await server.facade.operate({ name, ids: ['old-1'], given: checked, by: 'test' });
    for (let seen = -1; seen !== peer.frames.length; ) {
      seen = peer.frames.length;
      await new Promise((resolve) => setTimeout(resolve, quietMs));
    }
    return { result: results[0], got: peer.frames.slice(from).map(read) };
  }

  function read(frame: OldFrame): Got {
    const { header, content } = frame;
    if (header.action === 'filetransfer') return [`file ${header.filepath}`, content.toString()];
    const { requested_value: name, kwargs } = json(frame) as Record<string, unknown>;
    return [header['message-type'] === 'request' ? `${name}?` : String(header.action), kwargs];
  }

  it.each(plain)('%s', async (name, given, expected) => {
    const { result, got } = await ask(name, given);
    expect(got).toEqual([expected]);
    expect(result).toMatchObject({ id: 'old-1', ok: true });
  });

  it('a flip only when it hovers, a takeoff only when it stands', async () => {
    expect(await ask('flip')).toMatchObject({ result: { ok: false, code: 'not_ready' }, got: [] });
    await tells('ACTIVE');
    expect((await ask('flip')).got).toEqual([['flip', {}]]);
    expect(await ask('takeoff')).toMatchObject({ result: { ok: false, code: 'not_ready' }, got: [] });
  });

  it.each([
    ['kill', {}, 'disarm it'],
    ['return_home', {}, 'land it'],
    ['execute', { command: 'reboot' }, 'not sent'],
    ['get_logs', {}, 'no flight logs'],
  ] as const)('%s is told to be nothing that it knows', async (name, given, hint) => {
    const { result } = await ask(name, given);
    expect(result).toMatchObject({ ok: false, code: 'not_supported' });
    expect(result?.message).toContain(hint);
  });

  it('files, each to the place where its own server put it', async () => {
    const at = (name: string) => ({ path: join(folder, name) });
    const animations: Got = ['file animation.csv', animation];
    expect((await ask('send_animation', at('animations/old-1.csv'))).got).toEqual([animations]);
    expect((await ask('send_animations', at('animations'))).got).toEqual([animations]);
    const placed = async (name: CommandName, given: Record<string, unknown>) =>
      (await ask(name, given)).got.filter(([what]) => what !== 'clover_dir?');
    expect(await placed('send_calibrations', at('calibrations'))).toEqual([
      [`file ${robotFolder}camera_info/calibration.yaml`, 'k: 1\n'],
    ]);
    expect(await placed('send_launch', at('launch'))).toEqual([
      [`file ${robotFolder}launch/clover.launch`, '<launch/>\n'],
    ]);
    expect(await placed('send_aruco_map', at('map.txt'))).toEqual([
      [`file ${robotFolder}../aruco_pose/map/animation_map.txt`, '1 0.2 0 0\n'],
      ['service_restart', { name: 'clover' }],
    ]);
    expect(await placed('send_file', { ...at('any.txt'), destination: '{clover_dir}/a/any.txt' })).toEqual([
      [`file ${robotFolder}a/any.txt`, 'any\n'],
    ]);
    const loaded = await ask('load_params', at('x.params'));
    expect(loaded.got.map(([what]) => what)).toEqual(['file temp.params', 'load_params?']);
    expect(loaded.result).toMatchObject({ ok: true });
  });

  it('a configuration, changed and saved; a file, retrieved', async () => {
    const sent = await ask('send_config', { path: join(folder, 'client.ini') });
    expect(sent.got.at(-1)).toEqual([
      'config',
      { config: { FLIGHT: { takeoff_height: { __value__: '2' } } }, mode: 'modify' },
    ]);
    const into = join(folder, 'into');
    mkdirSync(into);
    expect((await ask('get_config', { into })).got).toEqual([['config?', { send_configspec: false }]]);
    expect((await ask('get_file', { file: '/etc/hostname', into })).got).toEqual([
      ['filetransfer?', { filepath: '/etc/hostname' }],
    ]);
    expect(readdirSync(into).sort()).toEqual(['config_old-1.ini', 'hostname_old-1']);
  });

  it('its lights in a visual land, and its landing when it is found', async () => {
    const begun = await ask('visual_land');
    expect(begun.got).toMatchObject([['led_fill', { red: 255, green: 0, blue: 0 }]]);
    const found = await ask('visual_land_answer', { color: 'red' });
    expect(found.got[0]).toEqual(['land', {}]);
  });
});
