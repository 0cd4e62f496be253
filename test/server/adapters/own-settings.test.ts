/** The server's configuration as somebody edits it while others write to the same file. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { type Config, loadConfig } from '../../../lib/config/index.js';
import { ConfigFiles } from '../../../server/adapters/config-files.js';
import { openPresets } from '../../../server/adapters/preset-file.js';
import { serverConfigSpec } from '../../../server/config-spec.js';

let folder: string;
let path: string;
let own: Config;
let desk: ConfigFiles;
let changes: number;
const of = { what: 'server' } as const;
const begun = '[CHECKS]\nbattery_min = 40\n';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-config-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  path = join(folder, 'server.ini');
  await writeFile(path, begun);
  own = loadConfig(begun, path, serverConfigSpec);
  changes = 0;
  desk = new ConfigFiles({
    ...{ own, ownPath: path, specs: new Map(), connection: () => undefined },
    onOwnChanged: () => {
      changes++;
    },
  });
});

const text = () => readFile(path, 'utf8');

async function opened(): Promise<string> {
  const found = await desk.read(of);
  return found.origin === 'file' ? found.text : '';
}

it('what was saved beside it since the server began is seen, and kept', async () => {
  const presets = { current: 'far', presets: [{ name: 'far', columns: [] }] };
  const columns = [{ key: 'battery', isShown: true, width: 8 }];
  await openPresets(own, path).save({ ...presets, presets: [{ name: 'far', columns }] });
  await desk.save({ how: 'file', of, text: (await opened()).replace('40', '35') });
  expect(await text()).toContain('current = far');
  expect(own.getNumber('CHECKS/battery_min')).toBe(35);
  expect(own.getString('TABLE/PRESETS/current')).toBe('far');
});

it('what somebody else has written while it was open is not overwritten', async () => {
  const then = await opened();
  await writeFile(path, '[CHECKS]\nbattery_min = 60\n');
  const mine = { how: 'file', of, text: then.replace('40', '35'), opened: then } as const;
  await expect(desk.save(mine)).rejects.toThrow('somebody else has changed it');
  expect([await text(), own.getNumber('CHECKS/battery_min'), changes]).toEqual([
    '[CHECKS]\nbattery_min = 60\n',
    40,
    0,
  ]);
  const now = await opened();
  await desk.save({ how: 'file', of, text: now.replace('60', '35'), opened: now });
  expect([own.getNumber('CHECKS/battery_min'), changes]).toEqual([35, 1]);
});

it('what can not be written does not hold either', async () => {
  const mine = (await opened()).replace('40', '35');
  await rm(path);
  await chmod(folder, 0o500);
  const gone = new ConfigFiles({
    ...{ own, ownPath: join(folder, 'gone', 'server.ini'), specs: new Map(), connection: () => undefined },
    onOwnChanged: () => {
      changes++;
    },
  });
  await expect(gone.save({ how: 'file', of, text: mine })).rejects.toThrow('can not be written');
  await chmod(folder, 0o700);
  expect([own.getNumber('CHECKS/battery_min'), changes]).toEqual([40, 0]);
});

it('what is wrong is neither written nor taken over', async () => {
  const mine = (await opened()).replace('40', 'much');
  await expect(desk.save({ how: 'file', of, text: mine })).rejects.toThrow('battery_min');
  expect([await text(), own.getNumber('CHECKS/battery_min')]).toEqual([begun, 40]);
});

it('without a file yet it begins with what holds', async () => {
  await rm(path);
  const mine = (await opened()).replace('40', '35');
  await desk.save({ how: 'file', of, text: mine });
  expect([await text(), own.getNumber('CHECKS/battery_min')]).toEqual(['[CHECKS]\nbattery_min = 35\n', 35]);
});
