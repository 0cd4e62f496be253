import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStoredShow } from '../../../bin/rehearsal/open-stored-show.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearsal-show-'));
  const rows = Array.from({ length: 30 }, (_, i) => `${i + 1},0,0,${Math.min(1, i / 20)},0,0,255,0`);
  await writeFile(join(folder, 'a.csv'), `${['tiny', ...rows].join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

it('opens a show in this process, with what old drones and ours are sent', async () => {
  const show = await openStoredShow(folder);
  expect(show.loaded.slots).toEqual(['a']);
  expect([...show.parts.keys()]).toEqual(['a']);
  expect(new TextDecoder().decode(await show.animation('a'))).toMatch(/,0,255,0\n/);
  expect(await show.animation('b')).toBeUndefined();
  await expect(openStoredShow('/nowhere/at-all')).rejects.toThrow('/nowhere/at-all');
});
