/** The rules that lie beside a show are found by its name. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readShowRules } from '../../../server/adapters/show-rules-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-rules-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('in the folder of a show of files, beside a show of one file', async () => {
  await mkdir(join(folder, 'evening'));
  await writeFile(join(folder, 'evening', 'rules.ini'), '[GATES]\n');
  await writeFile(join(folder, 'evening.skyc'), '');
  await writeFile(join(folder, 'evening.rules.ini'), '[LOSSES]\n');
  const ofFolder = await readShowRules(join(folder, 'evening'));
  expect(ofFolder).toEqual({ text: '[GATES]\n', fileName: join(folder, 'evening', 'rules.ini') });
  expect((await readShowRules(join(folder, 'evening.skyc')))?.text).toBe('[LOSSES]\n');
  expect(await readShowRules(join(folder, 'other.skyc'))).toBeUndefined();
});

it('that can not be read are told, not left out', async () => {
  await mkdir(join(folder, 'evening', 'rules.ini'), { recursive: true });
  await expect(readShowRules(join(folder, 'evening'))).rejects.toThrow(
    /rules\.ini: the rules of the show can not be read/,
  );
});
