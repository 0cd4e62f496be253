/** Configurations and parameters to drones and back, ours and clever-show's, over real connections. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, type OldPeer } from '../support/old-peer.js';
import { FilesRig, pushedTo, toldConfig } from './files-rig.js';

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

const ini = (x: number, more = '') => `[ANIMATION]\nprivate_offset = ${x}, 0, 0\n${more}`;

let rig: FilesRig;
let old: OldPeer;

beforeAll(async () => {
  rig = await FilesRig.open();
  old = await rig.addOld('old-1', { config: oldConfig, load_params: true });
  await rig.addDrone('drone-1', ini(1, '[FLIGHT]\n# as high as the hall\ntakeoff_height = 2.5\n'));
  await rig.addDrone('drone-2', ini(2));
});
afterAll(() => rig.close());

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
    expect(await toldConfig(old, 'FLIGHT')).toEqual({
      config: { FLIGHT: { takeoff_height: { __value__: '3' } } },
      mode: 'modify',
    });
    await rig.run('send_config', ['old-1'], { path, mode: 'modify', private: true });
    expect((await toldConfig(old, 'PRIVATE'))?.config).toMatchObject({
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
    const config = (await toldConfig(old, 'LED'))?.config ?? {};
    expect(config).toMatchObject({ FLIGHT: { takeoff_height: { __value__: 2.5 } }, LED: { use: {} } });
    expect(Object.keys(config).sort()).toEqual(['FLIGHT', 'LED']);
    expect(await rig.run('copy_config', ['drone-2'], { from: 'old-1' })).toMatchObject([{ ok: true }]);
    expect(configOf('drone-2')).toContain('takeoff_height = 1.5');
    expect(configOf('drone-2')).toContain('id = drone-2');
    const nobody = await rig.run('copy_config', ['drone-2'], { from: 'nobody' });
    expect(nobody).toMatchObject([{ ok: false, code: 'unreachable' }]);
  });

  it('has a single option set by its name', async () => {
    const set = (option: string, value: string) =>
      rig.run('set_option', ['drone-1', 'old-1'], { option, value });
    expect(await set('FLIGHT/takeoff_height', '1.25')).toMatchObject([
      { id: 'drone-1', ok: true },
      { id: 'old-1', ok: true, code: 'unconfirmed' },
    ]);
    expect(configOf('drone-1')).toContain('takeoff_height = 1.25');
    expect(configOf('drone-1')).toContain('# as high as the hall');
    expect(await toldConfig(old, 'FLIGHT')).toBeDefined();
    expect(await set('ANIMATION/private_offset', '7, 0, 0')).toMatchObject([
      { ok: true },
      { code: 'bad_config' },
    ]);
    expect(configOf('drone-1')).toMatch(/private_offset = 7(\.0)?, 0/);
    expect(await set('FLIGHT/takeoff_height', 'high')).toMatchObject([{ ok: false }, { ok: false }]);
    // As the others expect it.
    await rig.run('set_option', ['drone-1'], { option: 'ANIMATION/private_offset', value: '1, 0, 0' });
    await rig.run('set_option', ['drone-1'], { option: 'FLIGHT/takeoff_height', value: '2.5' });
    for (const option of ['SECURITY/open', 'EXECUTE/x', 'clover_dir', 'id', 'FLIGHT/no_such'])
      expect([option, (await set(option, 'true'))[0]?.ok]).toEqual([option, false]);
  });

  it('from the editor is taken over, and the client restarted where that can be', async () => {
    const save = (id: string, restart: boolean) =>
      rig.server.facade.configs.save({
        ...{ how: 'send', id, mode: 'modify', restart },
        config: { FLIGHT: { takeoff_time: { __value__: 5 } } },
      });
    expect(await save('drone-1', false)).toBe('drone-1 has taken it over');
    expect(await save('drone-1', true)).toMatch(
      /^drone-1 has taken it over; not restarted: restart-clever-show is not supported: .*\[EXECUTE\]/,
    );
    expect(await save('old-1', true)).toContain('clever-show restarts');
    expect(json(await old.nextAction('service_restart'))).toMatchObject({ kwargs: { name: 'clever-show' } });
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
    await pushedTo(old, 'temp.params');
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
