import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runShowConvert } from '../../bin/commands/show-convert.js';
import { writeFileWhole, writeFolderWhole } from '../../bin/commands/write-whole.js';
import { UsageError } from '../../lib/errors.js';

let folder: string;
let path: string;
const unforced = { isForced: false };
const forced = { isForced: true };
const files = new Map([['a.csv', new TextEncoder().encode('new')]]);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-whole-'));
  path = join(folder, 'out');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('writing whole or not at all', () => {
  it('replaces a file only when it is told to', async () => {
    await writeFileWhole(path, 'old', unforced);
    await expect(writeFileWhole(path, 'new', unforced)).rejects.toThrow(
      'exists already; --force replaces it',
    );
    expect(readFileSync(path, 'utf8')).toBe('old');
    await writeFileWhole(path, 'new', forced);
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['out']);
  });

  it('fills an empty folder, and one that is not empty only when it is told to', async () => {
    mkdirSync(path);
    await writeFolderWhole(path, files, unforced);
    writeFileSync(join(path, 'other.csv'), '');
    await expect(writeFolderWhole(path, files, unforced)).rejects.toThrow('a folder that is not empty');
    expect(readdirSync(path).sort()).toEqual(['a.csv', 'other.csv']);
    await writeFolderWhole(path, files, forced);
    expect(readdirSync(path)).toEqual(['a.csv']);
    expect(readdirSync(folder)).toEqual(['out']);
  });

  it('never removes what is no table, forced or not', async () => {
    mkdirSync(path);
    writeFileSync(join(path, 'thesis.txt'), '');
    await expect(writeFolderWhole(path, files, forced)).rejects.toThrow('holds more than .csv files');
    expect(readdirSync(path)).toEqual(['thesis.txt']);
  });

  it('never replaces a folder by a file, forced or not', async () => {
    mkdirSync(path);
    await expect(writeFileWhole(path, 'new', forced)).rejects.toThrow('is a folder');
    expect(readdirSync(path)).toEqual([]);
  });

  it('leaves nothing behind when it fails in the middle', async () => {
    const bad = new Map([...files, ['no/such/folder.csv', new Uint8Array()]]);
    await expect(writeFolderWhole(path, bad, unforced)).rejects.toThrow(UsageError);
    expect(readdirSync(folder)).toEqual([]);
    await expect(writeFileWhole(join(path, 'x'), 'new', unforced)).rejects.toThrow(
      `there is no folder ${path}`,
    );
  });
});

describe('the target of a conversion', () => {
  it.each([
    ['out', {}, '--to star, --to clever-show, --to skyc, --to skybrush-csv'],
    ['out.star', { to: 'skyc' as const }, 'expected a name that ends in .skyc'],
    ['out.star', { to: 'clever-show' as const }, 'expected a folder, or a name that ends in .zip'],
    ['out.star', { rate: 10 }, '--rate goes with clever-show and skybrush-csv'],
  ])('%s with %j is refused before anything is read or written', async (name, options, text) => {
    const out = join(folder, name);
    await expect(runShowConvert('/no/such', out, options)).rejects.toThrow(text);
    expect(existsSync(out)).toBe(false);
  });
});
