/** Files to drones and back, ours and clever-show's, over real connections. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, type OldPeer } from '../support/old-peer.js';
import { until } from '../support/until.js';
import { FilesRig, pushedTo } from './files-rig.js';

const animation = (id: string) => `${id}\n1,0,0,0,0,1,2,3\n2,0,0,1,0,1,2,3\n`;

let rig: FilesRig;
let old: OldPeer;

beforeAll(async () => {
  rig = await FilesRig.open();
  old = await rig.addOld('old-1', { filetransfer: Buffer.from('an old log') });
  for (const id of ['drone-1', 'drone-2']) await rig.addDrone(id);
});
afterAll(() => rig.close());

const text = (id: string, ...names: string[]) => readFileSync(rig.dataOf(id, ...names), 'utf8');

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
    expect((await pushedTo(old, 'animation.csv'))?.content.toString()).toBe(animation('old'));
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
    await pushedTo(old, '/home/pi/clover/camera_info/calibration.yaml');
    rig.write('launch/a.launch', 'A');
    rig.write('launch/b.launch', 'B');
    const launched = await rig.run('send_launch', ['drone-1', 'old-1'], { path: rig.path('launch') });
    expect(launched).toMatchObject([{ ok: true, message: '2 files' }, { code: 'unconfirmed' }]);
    expect(text('drone-1', 'payload', 'launch', 'b.launch')).toBe('B');
    await pushedTo(old, '/home/pi/clover/launch/b.launch');
  });

  it('a map is followed by a restart of its service; who can not restart it keeps the map, with a note', async () => {
    const path = rig.write('map.txt', '1 0.33 0 0 0 0 0 0');
    const results = await rig.run('send_aruco_map', ['drone-1', 'old-1'], { path });
    expect(results).toMatchObject([
      { ok: true, message: expect.stringContaining('restart it by hand') },
      { ok: true, code: 'unconfirmed' },
    ]);
    expect(text('drone-1', 'payload', 'aruco_pose', 'map', 'animation_map.txt')).toBe('1 0.33 0 0 0 0 0 0');
    await pushedTo(old, '/home/pi/clover/../aruco_pose/map/animation_map.txt');
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
    const told: number[] = [];
    const stop = rig.server.facade.onChange(() => told.push(transfers()?.sentBytes ?? 0));
    expect(await rig.run('send_file', ['drone-1'], given)).toMatchObject([{ ok: true }]);
    stop();
    // Half of what was sent before went to each: it does not begin anew.
    expect(told.find((bytes) => bytes > 0)).toBeGreaterThan(40_000);
    expect(readFileSync(rig.dataOf('drone-1', 'payload', 'launch', 'big')).length).toBe(size);
  });

  it('of what is missing leave out who proves that it holds its part, and who has none', async () => {
    rig.write('flown/drone-1.csv', animation('f'));
    rig.write('flown/drone-2.csv', animation('f'));
    expect(await rig.run('upload_missing', ['drone-1'])).toMatchObject([{ code: 'no_show' }]);
    await rig.server.facade.loadShow(rig.path('flown'));
    expect(await rig.run('upload', ['drone-1'])).toMatchObject([{ ok: true }]);
    await until(() => rig.view('drone-1')?.proof === 'match');
    const { code, lines } = await rig.ctl('upload_missing', ['drone-1', 'drone-2', 'old-1']);
    expect([code, lines]).toMatchObject([
      0,
      [
        expect.stringMatching(/^drone-1 +ok.*unchanged.*it holds its part/),
        expect.stringMatching(/^drone-2 +ok *$/),
        expect.stringMatching(/^old-1 +ok.*unchanged.*a spare/),
      ],
    ]);
    await until(() => rig.view('drone-2')?.proof === 'match');
  });
});
