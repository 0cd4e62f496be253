/** Presets on the disk: written into the file as it is now, or kept in memory where there is none. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../lib/config/index.js';
import { openPresets } from '../../../server/adapters/preset-file.js';
import { serverConfigSpec } from '../../../server/config-spec.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const config = loadConfig('[TABLE]\n[[PRESETS]]\n[[[a]]]\nmode = True, 80\n', 'server.ini', serverConfigSpec);
const presets = {
  current: 'night',
  presets: [{ name: 'night', columns: [{ key: 'mode', isShown: true, width: 10 }] }],
};

describe('presets', () => {
  it('go into the file as it is now, not as it was when the server began', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'starling-presets-'));
    folders.push(folder);
    const path = join(folder, 'server.ini');
    writeFileSync(path, '# changed meanwhile\n[SERVER]\nport = 25001\n');
    const store = openPresets(config, path);
    expect(store.initial.presets.map(({ name }) => name)).toEqual(['a']);
    expect(await store.save(presets)).toBe(`saved in ${path}`);
    const written = readFileSync(path, 'utf8');
    expect(written).toContain('# changed meanwhile\n[SERVER]\nport = 25001\n');
    expect(written).toContain('current = night');
    expect(written).toContain('mode = True, 80');
  });

  it('are kept in memory without a file, which is said; a file that can not be written is an error', async () => {
    expect(await openPresets(config, undefined).save(presets)).toContain('without --config');
    await expect(openPresets(config, '/nowhere/server.ini').save(presets)).rejects.toThrow(
      '/nowhere/server.ini: can not be written',
    );
  });
});
