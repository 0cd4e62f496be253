/** Files, configurations and parameters to drones and back, ours and clever-show's, over real connections. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, type OldPeer } from '../support/old-peer.js';
import { until } from '../support/until.js';
import { FilesRig } from './files-rig.js';

const animation = (id: string) => `${id}\n1,0,0,0,0,1,2,3\n2,0,0,1,0,1,2,3\n`;

const oldConfig = {
  config: {
    id: { __value__: 'old-1' },
    LED: { use: { __value__: true } },
    FLIGHT: { takeoff_height: { __value__: 1.5 } },
  },
  configspec: {
    id: 'string(default=/hostname, max=63)',
    LED: { use: 'boolean(default=True)' },
    FLIGHT: { takeoff_height: 'float(default=1.0, min=0)' },
  },
};

const ini = (id: string, x: number, more = '') =>
  `id = ${id}\n[TELEMETRY]\nfrequency = 20\n[ANIMATION]\nprivate_offset = ${x}, 0, 0\n${more}`;

let rig: FilesRig;
let old: OldPeer;

beforeAll(async () => {
  rig = await FilesRig.open();
  await rig.addDrone('drone-1', ini('drone-1', 1, '[FLIGHT]\n# as high as the hall\ntakeoff_height = 2.5\n'));
  await rig.addDrone('drone-2', ini('drone-2', 2));
  old = await rig.addOld('old-1', {
    config: oldConfig,
    load_params: true,
    filetransfer: Buffer.from('an old log'),
  });
});
afterAll(() => rig.close());

const text = (id: string, ...names: string[]) => readFileSync(rig.dataOf(id, ...names), 'utf8');

/** What the raw peer was sent last of a kind. */
const last = (action: string) => old.frames.findLast(({ header }) => header.action === action);

/** The file that the raw peer was sent last, when it is the one that goes there. */
async function pushedTo(filepath: string) {
  await until(
    () => last('filetransfer')?.header.filepath === filepath,
    5_000,
    () => `a file at ${filepath}`,
  );
  return last('filetransfer');
}

/** The configuration that the raw peer was told last, when it names this. */
async function toldConfig(name: string) {
  const told = () => {
    const frame = last('config');
    return frame && (json(frame) as { kwargs: { config: object; mode: string } }).kwargs;
  };
  await until(() => Object.hasOwn(told()?.config ?? {}, name), 5_000, `a configuration with ${name}`);
  return told();
}

describe('a folder of animations', () => {
  it('goes to each drone by its id or by a pattern of it, and who has none is told so', async () => {
    rig.write('show/drone-1.csv', animation('one'));
    rig.write('show/old-[0-9].txt', animation('old'));
    rig.write('show/README.md', 'no animation');
    const { code, lines } = await rig.ctl('send_animations', ['show', 'drone-1', 'drone-2', 'old-1']);
    expect(code).toBe(1);
    expect(lines).toMatchObject([
      expect.stringMatching(/^drone-1 +ok/),
      expect.stringMatching(/^drone-2 +.*no_file.* has no file for drone-2/),
      expect.stringMatching(/^old-1 +ok.*unconfirmed/),
    ]);
    expect(text('drone-1', 'animation.csv')).toBe(animation('one'));
    expect((await pushedTo('animation.csv'))?.content.toString()).toBe(animation('old'));
    const again = await rig.run('send_animations', ['drone-1'], { path: rig.path('show') });
    expect(again).toMatchObject([{ ok: true, code: 'unchanged' }]);
  });

  it('prefers the very id, refuses two patterns that both fit, and sends nothing for a name that is no pattern', async () => {
    rig.write('two/drone-1.csv', animation('own'));
    rig.write('two/drone-..csv', animation('a'));
    rig.write('two/drone-[0-9].csv', animation('b'));
    const given = { path: rig.path('two') };
    const [one, two] = await rig.run('send_animations', ['drone-1', 'drone-2'], given);
    expect(one).toMatchObject({ ok: true });
    expect(text('drone-1', 'animation.csv')).toBe(animation('own'));
    expect(two).toMatchObject({ ok: false, code: 'ambiguous_file' });
    expect(two?.message).toBe('drone-..csv and drone-[0-9].csv both fit drone-2: keep one');
    rig.write('bad/drone-2.csv', animation('x'));
    rig.write('bad/drone-(1.csv', animation('x'));
    const refused = await rig.run('send_animations', ['drone-1', 'drone-2'], { path: rig.path('bad') });
    expect(refused).toMatchObject([{ code: 'bad_name' }, { code: 'bad_name' }]);
    expect(refused[0]?.message).toContain(`${rig.path('bad', 'drone-(1.csv')}: "drone-(1" is no drone's id`);
    expect(existsSync(rig.dataOf('drone-2', 'animation.csv'))).toBe(false);
    const gone = await rig.run('send_animations', ['drone-1'], { path: rig.path('gone') });
    expect(gone).toMatchObject([{ code: 'bad_path', message: expect.stringContaining('is not there') }]);
  });

  it('does not go to a drone that is armed, and no other file does', async () => {
    rig.vehicles.get('drone-2')?.set({ armed: true });
    await until(() => rig.view('drone-2')?.isArmed === true);
    const path = rig.write('one.csv', animation('for all'));
    const results = await rig.run('send_animation', ['drone-1', 'drone-2', 'nobody'], { path });
    expect(results).toMatchObject([{ ok: true }, { ok: false, code: 'armed' }, { code: 'unknown_drone' }]);
    expect(await rig.run('get_file', ['drone-2'], { file: 'animation.csv' })).toMatchObject([
      { code: 'armed' },
    ]);
    rig.vehicles.get('drone-2')?.set({ armed: false });
    await until(() => rig.view('drone-2')?.isArmed === false);
  });
});

describe('files of the robot package', () => {
  it('go to the places of the configuration, under the folder that each drone names', async () => {
    rig.write('cameras/drone-1.yaml', 'mine');
    rig.write('cameras/old-1.yml', 'old');
    const sent = await rig.run('send_calibrations', ['drone-1', 'old-1'], { path: rig.path('cameras') });
    expect(sent).toMatchObject([{ ok: true }, { ok: true, code: 'unconfirmed' }]);
    expect(text('drone-1', 'payload', 'camera_info', 'calibration.yaml')).toBe('mine');
    await pushedTo('/home/pi/clover/camera_info/calibration.yaml');
    rig.write('launch/a.launch', 'A');
    rig.write('launch/b.launch', 'B');
    const launched = await rig.run('send_launch', ['drone-1', 'old-1'], { path: rig.path('launch') });
    expect(launched).toMatchObject([{ ok: true, message: '2 files' }, { code: 'unconfirmed' }]);
    expect(text('drone-1', 'payload', 'launch', 'b.launch')).toBe('B');
    await pushedTo('/home/pi/clover/launch/b.launch');
  });

  it('a map is followed by a restart of its service; who can not restart it keeps the map, with a note', async () => {
    const path = rig.write('map.txt', '1 0.33 0 0 0 0 0 0');
    const results = await rig.run('send_aruco_map', ['drone-1', 'old-1'], { path });
    expect(results).toMatchObject([
      { ok: true, message: expect.stringContaining('restart it by hand') },
      { ok: true, code: 'unconfirmed' },
    ]);
    expect(text('drone-1', 'payload', 'aruco_pose', 'map', 'animation_map.txt')).toBe('1 0.33 0 0 0 0 0 0');
    await pushedTo('/home/pi/clover/../aruco_pose/map/animation_map.txt');
    expect(json(await old.nextAction('service_restart'))).toMatchObject({ kwargs: { name: 'clover' } });
  });

  it('any file goes where a drone allows it, and nowhere else', async () => {
    const path = rig.write('x.launch', 'X');
    const place = '{clover_dir}/launch/x.launch';
    expect(await rig.run('send_file', ['drone-1'], { path, destination: place })).toMatchObject([
      { ok: true },
    ]);
    expect(text('drone-1', 'payload', 'launch', 'x.launch')).toBe('X');
    const outside = await rig.run('send_file', ['drone-1'], { path, destination: '/etc/passwd' });
    expect(outside).toMatchObject([{ ok: false, code: 'refused' }]);
    const folder = await rig.run('send_file', ['drone-1'], { path: rig.folder, destination: place });
    expect(folder).toMatchObject([{ code: 'bad_path', message: expect.stringContaining('is no file') }]);
  });
});

describe('files of drones', () => {
  it('are saved under their name and the id, and nothing is written over', async () => {
    rig.write('data-drone-1/logs/client.log', 'log 1');
    rig.write('data-drone-2/logs/client.log', 'log 2');
    const ids = ['drone-1', 'drone-2', 'old-1'];
    for (let times = 0; times < 2; times += 1) {
      const { code } = await rig.ctl('get_file', ['logs/client.log', ...ids], { into: 'got' });
      expect(code).toBe(0);
    }
    const names = ids.flatMap((id) => [`client_${id}.log`, `client_${id}-2.log`]);
    expect(readdirSync(rig.path('got')).sort()).toEqual(names.sort());
    const contents = ids.map((id) => readFileSync(rig.path('got', `client_${id}-2.log`), 'utf8'));
    expect(contents).toEqual(['log 1', 'log 2', 'an old log']);
  });

  it('come from the folders that the drone opens only, into the folder for received ones by default', async () => {
    const outside = await rig.run('get_file', ['drone-1'], { file: '../server.ini' });
    expect(outside).toMatchObject([{ ok: false, code: 'refused' }]);
    expect(await rig.run('get_file', ['drone-1'], { file: 'gone.log' })).toMatchObject([{ code: 'no_file' }]);
    const [got] = await rig.run('get_file', ['drone-1'], { file: 'logs/client.log' });
    const path = rig.path('state', 'received', 'client_drone-1.log');
    expect(got?.message).toBe(`saved as ${path} (5 bytes)`);
  });

  it('flight logs are fetched when asked for; an old client keeps none', async () => {
    const results = await rig.run('get_logs', ['drone-1', 'old-1']);
    expect(results).toMatchObject([
      { ok: true, code: 'unchanged' },
      { ok: false, code: 'not_supported' },
    ]);
  });
});

describe('a configuration', () => {
  const configOf = (id: string) => readFileSync(rig.path(`${id}.ini`), 'utf8');

  it('is sent as far as it is not a drone’s own, after a check by the drone’s specification', async () => {
    const path = rig.write(
      'sent.ini',
      'id = other\nclover_dir = /tmp\n[FLIGHT]\ntakeoff_height = 3\n[PRIVATE]\na = 1\n',
    );
    const [result, fromOld] = await rig.run('send_config', ['drone-2', 'old-1'], { path, mode: 'modify' });
    expect(result).toEqual({
      id: 'drone-2',
      ok: true,
      message: '1 options sent; kept out: id, clover_dir, PRIVATE/a',
    });
    expect(configOf('drone-2')).toContain('takeoff_height = 3');
    expect(configOf('drone-2')).toContain('id = drone-2');
    expect(fromOld).toMatchObject({ ok: true, code: 'unconfirmed' });
    expect(await toldConfig('FLIGHT')).toEqual({
      config: { FLIGHT: { takeoff_height: { __value__: '3' } } },
      mode: 'modify',
    });
    await rig.run('send_config', ['old-1'], { path, mode: 'modify', private: true });
    expect((await toldConfig('PRIVATE'))?.config).toMatchObject({
      id: { __value__: 'other' },
      PRIVATE: { a: { __value__: '1' } },
    });
    const wrong = rig.write('wrong.ini', '[FLIGHT]\ntakeoff_height = high\n');
    const refused = await rig.run('send_config', ['drone-2', 'old-1'], { path: wrong, mode: 'modify' });
    expect(refused).toMatchObject([{ code: 'bad_config' }, { code: 'bad_config' }]);
    expect(refused[0]?.message).toContain('takeoff_height');
  });

  it('that takes the place of the whole leaves a drone its name and its offset', async () => {
    const path = rig.write('whole.ini', '[FLIGHT]\ntakeoff_time = 4\n');
    const [result] = await rig.run('send_config', ['drone-2'], { path, mode: 'rewrite' });
    expect(result).toMatchObject({ ok: true });
    expect(configOf('drone-2')).toContain('takeoff_time = 4');
    expect(configOf('drone-2')).not.toContain('takeoff_height = 3');
    expect(configOf('drone-2')).toContain('id = drone-2');
    expect(configOf('drone-2')).toMatch(/private_offset = 2/);
    expect(rig.view('drone-2')?.record.isConnected).toBe(true);
  });

  it('of one drone is copied to others, private parts kept', async () => {
    const results = await rig.run('copy_config', ['drone-1', 'drone-2', 'old-1'], { from: 'drone-1' });
    expect(results).toMatchObject([
      { ok: true, code: 'unchanged' },
      { ok: true },
      { ok: true, code: 'unconfirmed', message: expect.stringContaining('not known to it') },
    ]);
    expect(configOf('drone-2')).toContain('# as high as the hall\ntakeoff_height = 2.5');
    expect(configOf('drone-2')).toContain('id = drone-2');
    expect(configOf('drone-2')).toMatch(/private_offset = 2/);
    const config = (await toldConfig('LED'))?.config ?? {};
    expect(config).toMatchObject({ FLIGHT: { takeoff_height: { __value__: 2.5 } }, LED: { use: {} } });
    expect(Object.keys(config).sort()).toEqual(['FLIGHT', 'LED']);
    expect(await rig.run('copy_config', ['drone-2'], { from: 'old-1' })).toMatchObject([{ ok: true }]);
    expect(configOf('drone-2')).toContain('takeoff_height = 1.5');
    expect(configOf('drone-2')).toContain('id = drone-2');
    const nobody = await rig.run('copy_config', ['drone-2'], { from: 'nobody' });
    expect(nobody).toMatchObject([{ ok: false, code: 'unreachable' }]);
  });

  it('of each drone is saved', async () => {
    const results = await rig.run('get_config', ['drone-1', 'old-1'], { into: rig.path('configs') });
    expect(results).toMatchObject([{ ok: true }, { ok: true }]);
    const saved = readFileSync(rig.path('configs', 'config_drone-1.ini'), 'utf8');
    expect(saved).toContain('# as high as the hall\ntakeoff_height = 2.5');
    expect(saved).toContain('takeoff_time = 5');
    expect(readFileSync(rig.path('configs', 'config_old-1.ini'), 'utf8')).toContain('takeoff_height = 1.5');
  });
});

describe('parameters of autopilots', () => {
  const load = (path: string, isDryRun: boolean, ids = ['drone-1']) =>
    rig.run('load_params', ids, { path, dry_run: isDryRun });

  it('are compared in a dry run, set without one, and each line is told of', async () => {
    const { parameters, readOnly } = rig.vehicles.get('drone-1')?.maintenance ?? {};
    parameters?.set('MPC_XY_VEL', { id: 'MPC_XY_VEL', value: Math.fround(1.1), type: 'real' });
    parameters?.set('SYS_LOCK', { id: 'SYS_LOCK', value: 0, type: 'integer' });
    parameters?.set('SAME', { id: 'SAME', value: 7, type: 'integer' });
    const path = rig.write('p.param', 'MPC_XY_VEL,1.5\nSAME,7\n');
    expect(await load(path, true, ['drone-1', 'old-1'])).toMatchObject([
      { ok: true, message: '1 of 2 would change', output: 'MPC_XY_VEL: 1.1 -> 1.5' },
      { ok: false, code: 'not_supported' },
    ]);
    expect(parameters?.get('MPC_XY_VEL')?.value).toBeCloseTo(1.1);
    expect(existsSync(rig.dataOf('drone-1', 'temp.params'))).toBe(false);
    expect(await load(path, false, ['drone-1', 'old-1'])).toMatchObject([
      { ok: true, output: 'MPC_XY_VEL was 1.1 and is now 1.5' },
      { ok: true, code: 'unconfirmed' },
    ]);
    expect(parameters?.get('MPC_XY_VEL')?.value).toBe(1.5);
    await pushedTo('temp.params');
    readOnly?.add('SYS_LOCK');
    const locked = await load(rig.write('l.param', 'SYS_LOCK,1\nMPC_XY_VEL,1.25\n'), false);
    expect(locked).toMatchObject([{ ok: false, code: 'refused' }]);
    expect(locked[0]?.output).toMatch(/^SYS_LOCK = 1: refused: .*\nMPC_XY_VEL was 1.5 and is now 1.25$/);
  });

  it('of a file that is wrong are not sent; those that an autopilot does not have are told of', async () => {
    const bad = await load(rig.write('bad.param', 'SAME,seven\n'), false, ['drone-1', 'old-1']);
    expect(bad).toMatchObject([{ code: 'bad_file' }, { code: 'bad_file' }]);
    expect(bad[0]?.message).toContain('bad.param:1: SAME: "seven" is not a number');
    const unknown = await load(rig.write('u.param', 'NO_SUCH,1\n'), true);
    expect(unknown).toMatchObject([{ ok: false, code: 'unknown_parameter' }]);
  });

  it('are saved in the form in which they can be loaded', async () => {
    const [saved] = await rig.run('get_params', ['drone-1'], { into: rig.path('params') });
    expect(saved).toMatchObject({ ok: true });
    const path = rig.path('params', 'autopilot_drone-1.params');
    expect(readFileSync(path, 'utf8')).toMatch(/\n1\t1\tSAME\t7\t6\n/);
    expect(await load(path, true)).toMatchObject([{ ok: true, message: expect.stringMatching(/^0 of \d+/) }]);
  });
});

describe('uploads', () => {
  it('are told of in total, can be cancelled, also those that wait, and are gone on with', async () => {
    const size = 400_000;
    const path = rig.write('big', Buffer.alloc(size, 'launch '));
    const given = { path, destination: '{clover_dir}/launch/big' };
    const transfers = () => rig.server.facade.snapshot().transfers;
    expect(transfers()).toBeUndefined();
    const first = rig.run('send_file', ['drone-1', 'drone-2'], given);
    await until(() => (transfers()?.sentBytes ?? 0) > 100_000);
    const seen = transfers();
    expect(seen).toMatchObject({ active: 2, waiting: 0, totalBytes: 2 * size });
    expect(seen?.byDrone.get('drone-1')?.totalBytes).toBe(size);
    await until(() => transfers()?.leftS !== undefined);
    expect(transfers()?.leftS).toBeLessThan(10);
    expect(await rig.run('cancel_uploads', ['drone-1', 'drone-2', 'old-1'])).toMatchObject([
      { ok: true },
      { ok: true },
      { ok: true, code: 'unchanged' },
    ]);
    expect(await first).toMatchObject([{ code: 'called_off' }, { code: 'called_off' }]);
    expect(transfers()).toBeUndefined();
    expect(existsSync(rig.dataOf('drone-1', 'payload', 'launch', 'big'))).toBe(false);
    const second = rig.run('send_file', ['drone-1'], given);
    await until(() => (transfers()?.sentBytes ?? 0) > 0);
    // Half of what was sent before went to each: it does not begin anew.
    expect(transfers()?.sentBytes).toBeGreaterThan(40_000);
    expect(await second).toMatchObject([{ ok: true }]);
    expect(readFileSync(rig.dataOf('drone-1', 'payload', 'launch', 'big')).length).toBe(size);
  });

  it('of what is missing leave out who proves that it holds its part', async () => {
    rig.write('flown/drone-1.csv', animation('f'));
    rig.write('flown/drone-2.csv', animation('f'));
    expect(await rig.run('upload_missing', ['drone-1'])).toMatchObject([{ code: 'no_show' }]);
    await rig.server.facade.loadShow(rig.path('flown'));
    expect(await rig.run('upload', ['drone-1'])).toMatchObject([{ ok: true }]);
    await until(() => rig.view('drone-1')?.proof === 'match');
    const { code, lines } = await rig.ctl('upload_missing', ['drone-1', 'drone-2']);
    expect([code, lines]).toMatchObject([
      0,
      [
        expect.stringMatching(/^drone-1 +ok.*unchanged.*it holds its part/),
        expect.stringMatching(/^drone-2 +ok *$/),
      ],
    ]);
    await until(() => rig.view('drone-2')?.proof === 'match');
  });
});
