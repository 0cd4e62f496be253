/** A show's folder: which files count, and how a wrong one is told. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ShowError } from '../../../lib/errors.js';
import { readShowFolder } from '../../../lib/show/adapters/show-folder.js';
import { loadShow, slotFor } from '../../../lib/show/index.js';

const good = 'id\n1,0,0,0,0,0,0,0\n';
const options = { frameDelayS: 0.1 };

describe('a show', () => {
  it('has a slot for each csv file, in natural order, and ignores other files', () => {
    const files = ['drone-10.csv', 'drone-2.csv', 'README.md', '.hidden.csv'];
    const show = loadShow(
      'mine',
      files.map((name) => ({ name, text: good })),
      options,
    );
    expect(show.name).toBe('mine');
    expect([...show.slots.keys()]).toEqual(['drone-2', 'drone-10']);
    expect(show.texts.get('drone-2')).toBe(good);
    expect(show.errors).toEqual([]);
  });

  it('names a wrong file with its line, and keeps the others', () => {
    const files = [
      { name: 'a.csv', text: 'id\n1,2\n1,2,3\n' },
      { name: 'b.csv', text: good },
      { name: 'c.csv', text: '' },
    ];
    const show = loadShow('mine', files, options);
    expect([...show.slots.keys()]).toEqual(['b']);
    expect(show.errors.map(({ file }) => file)).toEqual(['a.csv', 'c.csv']);
    expect(show.errors[0]?.message).toContain('a.csv, line 3');
  });

  it('is refused without a csv file', () => {
    expect(() => loadShow('mine', [{ name: 'a.txt', text: good }], options)).toThrow(/mine: .*no \.csv/);
  });

  it('gives a drone the slot of its name, else the one whose pattern matches its whole id', () => {
    const files = ['drone-[0-9]+.csv', 'drone-1.csv', '(.csv'].map((name) => ({ name, text: good }));
    const show = loadShow('mine', files, options);
    expect(slotFor(show, 'drone-1')).toBe('drone-1');
    expect(slotFor(show, 'drone-22')).toBe('drone-[0-9]+');
    expect(slotFor(show, 'my-drone-22')).toBeUndefined();
  });
});

describe('a show on the disk', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'starling-show-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is read from its folder and named after it', async () => {
    await mkdir(join(folder, 'circle', 'sub.csv'), { recursive: true });
    await writeFile(join(folder, 'circle', 'drone-1.csv'), good);
    const show = await readShowFolder(`${folder}/circle/`, options);
    expect(show.name).toBe('circle');
    expect([...show.slots.keys()]).toEqual(['drone-1']);
  });

  it('says which folder is missing or empty', async () => {
    await expect(readShowFolder(join(folder, 'none'), options)).rejects.toThrow(
      /none: there is no such folder/,
    );
    await expect(readShowFolder(folder, options)).rejects.toThrow(ShowError);
  });
});
