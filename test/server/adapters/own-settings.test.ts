/** Options of the server's own configuration set while it runs; other files; a drone that is not there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Config, loadConfig } from '../../../lib/config/index.js';
import { ConfigFiles } from '../../../server/adapters/config-files.js';
import { serverConfigSpec } from '../../../server/config-spec.js';
import { readOversight } from '../../../server/oversight/settings.js';

let folder: string;
let own: Config;
let desk: ConfigFiles;
let changes: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-desk-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  own = loadConfig('# mine\n[CHECKS]\nbattery_min = 40\n', 'defaults', serverConfigSpec);
  changes = 0;
  desk = new ConfigFiles({
    ...{ own, ownPath: join(folder, 'server.ini'), connection: () => undefined },
    specs: new Map([['server', serverConfigSpec]]),
    checkOwn: (changed) => void readOversight(changed),
    onOwnChanged: () => {
      changes += 1;
    },
  });
});

const saved = () => readFileSync(join(folder, 'server.ini'), 'utf8');

describe('an option of the server', () => {
  it('holds at once when it is set, and is in the file with what was there', async () => {
    expect(await desk.setOwn('CHECKS/battery_min', '35')).toContain('server.ini');
    expect([own.getNumber('CHECKS/battery_min'), changes]).toEqual([35, 1]);
    expect(saved()).toMatch(/^# mine\n\[CHECKS\]\nbattery_min = 35(\.0)?\n$/);
    await desk.setOwn('SHOW/ratio', '1, 2, 1');
    expect(own.getNumbers('SHOW/ratio')).toEqual([1, 2, 1]);
  });

  it('is not lost when another is set at the same time', async () => {
    await Promise.all([desk.setOwn('CHECKS/battery_min', '35'), desk.setOwn('CHECKS/time_delta_max', '2')]);
    expect([own.getNumber('CHECKS/battery_min'), own.getNumber('CHECKS/time_delta_max')]).toEqual([35, 2]);
    expect(saved()).toMatch(/battery_min = 35[\s\S]*time_delta_max = 2/);
  });

  it('leaves what somebody else has saved to the file meanwhile', async () => {
    writeFileSync(join(folder, 'server.ini'), '[TABLE]\nremove_disconnected = true\n');
    await desk.setOwn('CHECKS/battery_min', '35');
    expect(saved()).toContain('remove_disconnected = true');
    expect(own.getBoolean('TABLE/remove_disconnected')).toBe(true);
  });

  it.each([
    ['CHECKS/battery_min', 'much', /battery_min/],
    ['CHECKS/battery_min', '101', /battery_min/],
    ['CHECKS/battery_min', '50\n[SECURITY]\nopen = yes', /one line/],
    ['CHECKS/no_such', '1', /no option/],
    ['SECURITY/open', 'yes', /who gets in/],
    // Each option is right by itself: no server would start with it.
    ['ALERTS/wind/clear', '9', /would never be over/],
    ['LOSSES/steps', '3:fall', /is no step/],
  ])('%s stays as it is when it is set to %j', async (option, value, message) => {
    await expect(desk.setOwn(option, value)).rejects.toThrow(message);
    expect([own.getNumber('CHECKS/battery_min'), changes]).toEqual([40, 0]);
    await desk.setOwn('CHECKS/battery_min', '41');
    expect(own.getNumber('CHECKS/battery_min')).toBe(41);
  });
});

describe('other configurations', () => {
  it('are known by their name, and shown without a specification where it is not known', async () => {
    const path = join(folder, 'a.ini');
    writeFileSync(path, 'config_name = server\n[CHECKS]\n');
    expect(await desk.read({ what: 'file', path })).toMatchObject({ path, spec: serverConfigSpec });
    writeFileSync(path, '[X]\na = 1\n');
    expect(await desk.read({ what: 'file', path })).toMatchObject({ path, spec: undefined });
    expect(await desk.save({ how: 'file', path: join(folder, 'c.ini'), text: 'x = 1\n' })).toContain('c.ini');
    expect(changes).toBe(0);
  });

  it('that are no files are not read', async () => {
    await expect(desk.read({ what: 'file', path: join(folder, 'b.ini') })).rejects.toThrow(
      'there is no such file',
    );
    await expect(desk.read({ what: 'file', path: '/dev/zero' })).rejects.toThrow('is no file');
    await expect(desk.read({ what: 'file', path: folder })).rejects.toThrow('is no file');
  });

  it('of a drone want a drone that is connected', async () => {
    await expect(desk.read({ what: 'drone', id: 'a' })).rejects.toThrow('a is not connected');
    const sent = desk.save({ how: 'send', id: 'a', config: {}, mode: 'modify' });
    await expect(sent).rejects.toThrow('a is not connected');
  });
});
