import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureFolder, syncFolder } from '../../../../lib/config/adapters/folders.js';

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'starling-folders-'));
});
afterEach(() => rmSync(scratch, { recursive: true }));

it('a folder is made with those above it, and made again it stays', async () => {
  const folder = join(scratch, 'a/b/c');
  await ensureFolder(folder);
  await ensureFolder(folder);
  await syncFolder(folder);
  expect(statSync(folder).isDirectory()).toBe(true);
});

it('a folder that can not be made says why', async () => {
  writeFileSync(join(scratch, 'file'), '');
  await expect(ensureFolder(join(scratch, 'file/a/b'))).rejects.toThrow('ENOTDIR');
  await expect(syncFolder(join(scratch, 'nowhere'))).rejects.toThrow('ENOENT');
});
