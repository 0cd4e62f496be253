import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Switchboard } from '../../../server/gateways/switchboard.js';
import { loadPlugins } from '../../../server/plugins/adapters/load-plugins.js';
import { FakeClock } from '../../support/fake-clock.js';
import { until } from '../../support/until.js';

const folders: string[] = [];

async function folderOf(files: { readonly [name: string]: string }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'starling-plugins-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

describe('a folder of plugins', () => {
  it('is loaded by name, whatever is no module aside', async () => {
    const problems: string[] = [];
    const folder = await folderOf({
      'b.mjs': "export default () => ({ name: 'second' });",
      'a.mjs': "export default { name: 'first' };",
      'readme.txt': 'not a plugin',
    });
    const loaded = await loadPlugins(folder, new FakeClock(), (text) => problems.push(text));
    expect([loaded.map(({ plugin }) => plugin.name), problems]).toEqual([['first', 'second'], []]);
  });

  it('names what can not be loaded, and loads the rest', async () => {
    const problems: string[] = [];
    const folder = await folderOf({
      'broken.mjs': 'export default {',
      'late.mjs': "export default async () => { throw new Error('no light desk'); };",
      'nothing.mjs': 'export const other = 1;',
      'good.mjs': "export default { name: 'good' };",
    });
    const loaded = await loadPlugins(folder, new FakeClock(), (text) => problems.push(text));
    expect(loaded.map(({ plugin }) => plugin.name)).toEqual(['good']);
    expect(problems.map((text) => /plugin .*\/([a-z]+)\.mjs is left out/.exec(text)?.[1])).toEqual([
      'broken',
      'late',
      'nothing',
    ]);
    expect(problems[1]).toContain('no light desk');
    expect(problems[2]).toContain('default export');
  });

  it('does not wait for ever for one that does not end', async () => {
    const clock = new FakeClock();
    const problems: string[] = [];
    const folder = await folderOf({
      'a.mjs': 'export default () => new Promise(() => 0);',
      'b.mjs': "export default { name: 'good' };",
    });
    const loading = loadPlugins(folder, clock, (text) => problems.push(text));
    await until(() => clock.pending > 0);
    await clock.advance(5000);
    expect((await loading).map(({ plugin }) => plugin.name)).toEqual(['good']);
    expect(problems.join()).toMatch(/a\.mjs is left out: it does not end within 5 s/);
    expect(clock.pending).toBe(0);
  });

  it('must be there', async () => {
    await expect(loadPlugins('/nowhere/at/all', new FakeClock(), () => undefined)).rejects.toThrow(
      /\/nowhere\/at\/all can not be read .*GATEWAYS\/plugins/,
    );
  });

  it('brings commands and vetoes, and one that throws is named and harms nobody', async () => {
    const folder = await folderOf({
      'moderator.mjs': `export default {
        name: 'moderator',
        commands: [{
          definition: { name: 'wave', about: 'Waves.', role: 'guest', args: { times: 'int' } },
          run: ({ args }) => { if (args.times > 3) throw new TypeError('too often'); return args.times * 2; },
        }],
        hooks: { join: ({ room }) => (room === 'staff' ? { deny: 'staff only' } : undefined) },
        onEvent: () => { throw new Error('deaf'); },
      };`,
    });
    const board = new Switchboard(new FakeClock());
    const heard: string[] = [];
    for (const { plugin } of await loadPlugins(folder, new FakeClock(), () => undefined))
      board.hub.addPlugin(plugin);
    board.hub.listen('test', (event) => {
      if (event.type === 'error') heard.push(`${event.source}: ${event.text}`);
    });
    board.connect(
      { id: 'ann', gateway: 'open', address: '::1' },
      { hear: () => undefined, end: () => undefined },
    );
    board.hub.identify(board.ask('ann', 1), 'open');
    expect(board.hub.join(board.ask('ann', 1), 'staff').denied?.reason).toBe('staff only');
    expect(await board.hub.run(board.ask('ann', 1), 'wave', { times: 2 })).toEqual({ answer: 4 });
    const failed = await board.hub.run(board.ask('ann', 1), 'wave', { times: 4 });
    expect(failed.denied).toMatchObject({ code: 'command_failed' });
    expect(failed.denied?.reason).toContain('moderator');
    expect(heard.some((text) => text.includes('moderator') && text.includes('too often'))).toBe(true);
    expect(heard.some((text) => text.includes('moderator') && text.includes('deaf'))).toBe(true);
    board.close();
  });
});
