/** Files on a real disk: whole or not at all, with nothing left behind. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { droneConfigSpec } from '../../../drone-client/config-spec.js';
import { writeFileAtomic } from '../../../lib/config/adapters/atomic-file.js';
import { loadConfigFile, saveConfigFile } from '../../../lib/config/adapters/config-file.js';
import { ConfigError } from '../../../lib/errors.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('an atomic write', () => {
  it('replaces the content and leaves no other file', async () => {
    const path = join(folder, 'a');
    await writeFileAtomic(path, 'one');
    await writeFileAtomic(path, Buffer.from([0, 255]));
    expect([...(await readFile(path))]).toEqual([0, 255]);
    expect(await readdir(folder)).toEqual(['a']);
  });

  it('keeps the mode of the file replaced, or sets the one given', async () => {
    const path = join(folder, 'a');
    const modeOf = async () => (await stat(path)).mode & 0o777;
    await writeFileAtomic(path, '');
    expect(await modeOf()).toBe(0o644);
    await chmod(path, 0o600);
    await writeFileAtomic(path, '');
    expect(await modeOf()).toBe(0o600);
    await writeFileAtomic(path, '', { mode: 0o666 });
    expect(await modeOf()).toBe(0o666);
  });

  it('leaves no temporary file behind and the old one as it was when it fails', async () => {
    const path = join(folder, 'busy');
    await mkdir(join(path, 'inner'), { recursive: true });
    await expect(writeFileAtomic(path, 'x')).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(writeFileAtomic(join(folder, 'none', 'a'), 'x')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(folder)).toEqual(['busy']);
    expect(await readdir(path)).toEqual(['inner']);
  });
});

describe('a configuration file', () => {
  it('is loaded, changed and saved', async () => {
    const path = join(folder, 'client.ini');
    await writeFile(path, '# mine\nid = a # me\n');
    const config = await loadConfigFile(path, droneConfigSpec);
    config.set('id', 'b');
    await saveConfigFile(path, config);
    expect(await readFile(path, 'utf8')).toBe('# mine\nid = b # me\n');
  });

  it('says that it is missing', async () => {
    const path = join(folder, 'client.ini');
    await expect(loadConfigFile(path, droneConfigSpec)).rejects.toThrow(ConfigError);
    await expect(loadConfigFile(path, droneConfigSpec)).rejects.toThrow(`${path}: there is no such file`);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is made with all defaults when that is wanted', async () => {
    const path = join(folder, 'client.ini');
    const config = await loadConfigFile(path, droneConfigSpec, {
      create: true,
      heading: ['A drone of ours'],
    });
    expect(config.getNumber('SERVER/port')).toBe(25000);
    const text = await readFile(path, 'utf8');
    expect(text.startsWith('# A drone of ours\n')).toBe(true);
    expect(text).toContain('[FLOOR FRAME]\n');
    expect((await loadConfigFile(path, droneConfigSpec)).warnings).toEqual([]);
  });

  it('names itself in its errors, and says when it can not be read or written', async () => {
    const path = join(folder, 'client.ini');
    await writeFile(path, '[ANIMATION]\nframe_delay = 0.001\n');
    await expect(loadConfigFile(path, droneConfigSpec)).rejects.toThrow(
      `${path}, line 2: [ANIMATION] frame_delay = "0.001" is wrong, expected a number, at least 0.01`,
    );
    await expect(loadConfigFile(folder, droneConfigSpec)).rejects.toThrow(/can not be read/);
    const config = await loadConfigFile(join(folder, 'b.ini'), droneConfigSpec, { create: true });
    await expect(saveConfigFile(join(folder, 'none', 'b.ini'), config)).rejects.toThrow(/can not be written/);
  });
});
