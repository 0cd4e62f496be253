/** From a path on the disk to a show: which files are read, which format they are, what is refused. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ShowError } from '../../../lib/errors.js';
import { readSource } from '../../../lib/show/adapters/read-source.js';
import { completeShow } from '../../../lib/show/complete.js';
import { expectSane } from '../../../lib/show/expect-sane.js';
import { exportCleverShow } from '../../../lib/show/formats/clever-show.js';
import { exportSkybrushCsv } from '../../../lib/show/formats/skybrush-csv.js';
import { exportStar } from '../../../lib/show/formats/star.js';
import { writeZip } from '../../../lib/show/formats/zip.js';
import { importShow } from '../../../lib/show/import-show.js';
import { prepareShow } from '../../../lib/show/prepare-show.js';
import type { Show, SlotShow } from '../../../lib/show/show.js';
import { identityTransform, transformShow } from '../../../lib/show/transform-show.js';
import { bytesOf, file, folder, importOptions, part, placeAt } from './formats/sources.js';

const clever = '1,0,0,0,0,1,2,3\n2,0,0,1,0,1,2,3\n';
const skybrush = 'Time_msec,x_m,y_m,z_m\n0,0,0,0\n100,0,0,1\n';
const mds = 'idx,t,px,py,pz\n0,0,0,0,0\n1,0.05,0,0,-1\n';
const vviz = JSON.stringify({
  version: '1.0',
  defaultPositionRate: 1,
  defaultColorRate: 1,
  performances: [{ id: 1, agentDescription: { homeX: 0, homeY: 0, homeZ: 0, agentTraversal: [] } }],
});

describe('the format of a show', () => {
  it.each([
    ['clever-show', file('a.csv', clever)],
    ['clever-show', file('a', `an id\nd,0.2\n${clever}`)],
    ['skybrush-csv', file('a.txt', skybrush)],
    ['mds', file('a.csv', mds)],
    ['vviz', file('a.json', ` ${vviz}`)],
    [
      'mds',
      folder({ 'shapes/swarm/processed/Drone 1.csv': mds, 'shapes/swarm/skybrush/Drone 1.csv': skybrush }),
    ],
    ['vviz', folder({ 'show.vviz': vviz, 'drone-1.csv': clever })],
  ])('is %s by content alone', (format, source) => {
    expect(importShow(source, importOptions).format).toBe(format);
  });

  it('is skyc for a show.json with drones, and star for what was exported as that, with times before zero', () => {
    const trajectory = { version: 1, points: [[0, [1, 2, 3], []]] };
    const json = JSON.stringify({
      version: 1,
      swarm: { drones: [{ type: 'generic', settings: { trajectory } }] },
    });
    const imported = importShow(folder({ 'show.json': json, 'a.csv': clever }), importOptions);
    expect(imported.format).toBe('skyc');
    const complete = completeShow(imported.show).show;
    const again = importShow({ name: 'x', kind: 'zip', files: exportStar(complete).files }, importOptions);
    expect(again.format).toBe('star');
    const [drone] = [...again.show.slots.values()];
    expect(drone?.trajectory.startS).toBeLessThan(-1);
  });

  it('comes out as the same show from each format it is written to', () => {
    const { show } = importShow(folder({ 'a.csv': clever, 'b.csv': clever }), importOptions);
    for (const { files } of [exportCleverShow(show), exportSkybrushCsv(show)]) {
      const again = importShow({ name: 'mine', kind: 'folder', files }, importOptions).show;
      expect([...again.slots.keys()]).toEqual(['a', 'b']);
      for (const tS of [0, 0.1, 5])
        expect(placeAt(part(again, 'b'), tS)).toEqual(placeAt(part(show, 'b'), tS));
    }
  });

  it('has a title of one printable line', () => {
    const { show } = importShow(
      file('a.csv', `|gala\u001b[2J\nnight|\n${clever}`.replace('\u001b', '')),
      importOptions,
    );
    expect(show.title).toBe('gala[2J?night');
  });
});

describe('what no show can be', () => {
  const { show } = importShow(file('a.csv', clever), importOptions);
  const changed = (changes: Partial<SlotShow>, head: Partial<Show> = {}): Show => {
    return { ...show, slots: new Map([['a', { ...part(show, 'a'), ...changes }]]), ...head };
  };
  const at = { x: 0, y: 0, z: 0 };
  const times = (...of: number[]) => Float64Array.of(...of);

  it('is refused, and everything else passes, for 5000 drones as for one', () => {
    expect(() => expectSane(changed({}), { earliestS: 0 })).not.toThrow();
    const slots = new Map(Array.from({ length: 5000 }, (_, i) => [`drone-${i}`, part(show, 'a')]));
    expect(() => expectSane(changed({}, { slots }), { earliestS: 0 })).not.toThrow();
  });

  it('begins before its earliest moment, in a raw file', () => {
    const early = changed({ trajectory: { startS: -1, startM: at, segments: [] } });
    expect(() => expectSane(early, { earliestS: 0 })).toThrow(
      'a: trajectory at -1 s, expected nothing before 0 s',
    );
    expect(() => expectSane(early, { earliestS: Number.NEGATIVE_INFINITY })).not.toThrow();
  });

  it.each<[RegExp, Show]>([
    [
      /goes back in time, from 1 to 1 s/,
      changed({ trajectory: { startS: 1, startM: at, segments: [{ kind: 'constant', endS: 1 }] } }),
    ],
    [/\(NaN, 0, 0\)/, changed({ trajectory: { startS: 0, startM: { ...at, x: Number.NaN }, segments: [] } })],
    [
      /\(0, 0, 20000\)/,
      changed({
        trajectory: {
          startS: 0,
          startM: at,
          segments: [{ kind: 'linear', endS: 1, toM: { ...at, z: 2e4 } }],
        },
      }),
    ],
    [
      /1 control points/,
      changed({
        trajectory: { startS: 0, startM: at, segments: [{ kind: 'bezier', endS: 1, controlM: [at] }] },
      }),
    ],
    [
      /samples and times do not match/,
      changed({
        trajectory: {
          startS: 0,
          startM: at,
          segments: [{ kind: 'sampled', endS: 2, samples: { timesS: times(1), positionsM: times(0, 0, 0) } }],
        },
      }),
    ],
    [
      /trajectory at 1 s does not come after/,
      changed({
        trajectory: {
          startS: 0,
          startM: at,
          segments: [
            {
              kind: 'sampled',
              endS: 1,
              samples: { timesS: times(1, 1), positionsM: times(0, 0, 0, 0, 0, 0) },
            },
          ],
        },
      }),
    ],
    [
      /lights at 2 s does not come after/,
      changed({ lights: { kind: 'step', timesS: times(2, 2), colors: new Uint8Array(6) } }),
    ],
    [/colours and times/, changed({ lights: { kind: 'step', timesS: times(2), colors: new Uint8Array(6) } })],
    [
      /lights at NaN s/,
      changed({ lights: { kind: 'step', timesS: times(Number.NaN), colors: new Uint8Array(3) } }),
    ],
    [
      /a: yaw Infinity rad at 0 s/,
      changed({ yaw: { timesS: times(0), yawsRad: times(Number.POSITIVE_INFINITY) } }),
    ],
    [/a: yaw 1e\+305 rad at 0 s/, changed({ yaw: { timesS: times(0), yawsRad: times(1e305) } })],
    [/pyro channel 0.5/, changed({ pyro: [{ tS: 0, channel: 0.5, payload: '' }] })],
    [/pyro channel -1/, changed({ pyro: [{ tS: 0, channel: -1, payload: '' }] })],
    [/a: home/, changed({ homeM: { ...at, y: Number.POSITIVE_INFINITY } })],
    [/a: landing place/, changed({ landAtM: { ...at, y: -10_001 } })],
    [/latitude 91/, changed({}, { origin: { latDeg: 91, lonDeg: 0 } })],
    [/not a number/, changed({}, { headingDeg: Number.NaN })],
    [/more than a day/, changed({}, { cues: [{ tS: 1e6, name: '' }] })],
    [/0 drones/, changed({}, { slots: new Map() })],
  ])('is refused: %s', (message, wrong) => {
    expect(() => expectSane(wrong, { earliestS: 0 })).toThrow(message);
  });
});

describe('a show that a transform made so', () => {
  it.each([
    ['too far away', { ratio: { x: 1e308, y: 1, z: 1 } }, /more than 10000 m away/],
    ['too long', { timeScale: 1e308 }, /more than a day/],
  ])('is refused when it is %s', (_, change, message) => {
    const { show } = importShow(file('a.csv', '1,9,0,0,0,1,2,3\n2,9,0,1,0,1,2,3\n'), importOptions);
    const moved = transformShow(show, { ...identityTransform, ...change });
    expect(() => prepareShow({ show: moved, notes: [], format: 'clever-show' })).toThrow(message);
  });
});

describe('what lies at a path', () => {
  let home = '';
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'starling-source-'));
  });
  afterEach(() => rm(home, { recursive: true }));

  it('is a folder with its subfolders to the third, without what is hidden', async () => {
    await mkdir(join(home, 'gala/1/2/3/4'), { recursive: true });
    await mkdir(join(home, 'gala/.git'));
    for (const path of ['a.csv', '1/b.csv', '1/2/3/c.csv', '1/2/3/4/d.csv', '.git/e.csv', '.f.csv'])
      await writeFile(join(home, 'gala', path), path);
    const source = await readSource(`${home}/gala/`);
    expect(source).toMatchObject({ name: 'gala', kind: 'folder' });
    expect([...source.files.keys()].sort()).toEqual(['1/2/3/c.csv', '1/b.csv', 'a.csv']);
    expect(new TextDecoder().decode(source.files.get('1/b.csv'))).toBe('1/b.csv');
  });

  it('is a zip archive by its first bytes, without the one folder around everything', async () => {
    const path = join(home, 'gala.1.bin');
    await writeFile(
      path,
      writeZip(
        new Map([
          ['gala/a.csv', bytesOf(clever)],
          ['gala/x/b.csv', bytesOf('b')],
        ]),
      ),
    );
    const source = await readSource(path);
    expect(source).toMatchObject({ name: 'gala.1', kind: 'zip' });
    expect([...source.files.keys()]).toEqual(['a.csv', 'x/b.csv']);
    expect(importShow(source, importOptions)).toMatchObject({
      format: 'clever-show',
      show: { title: 'gala.1' },
    });
    await writeFile(
      path,
      writeZip(
        new Map([
          ['gala/a.csv', bytesOf(clever)],
          ['z.csv', bytesOf('b')],
        ]),
      ),
    );
    expect([...(await readSource(path)).files.keys()].sort()).toEqual(['gala/a.csv', 'z.csv']);
  });

  it('is one file, through a link too', async () => {
    await writeFile(join(home, 'a.csv'), clever);
    await symlink('a.csv', join(home, 'link.csv'));
    const source = await readSource(join(home, 'link.csv'));
    expect(source).toMatchObject({ name: 'link', kind: 'file' });
    expect(source.files.get('link.csv')).toEqual(bytesOf(clever));
  });

  it('is refused in words when it is missing, a pipe, or too large to be read at all', async () => {
    await expect(readSource(join(home, 'none'))).rejects.toThrow(/none: there is no such file or folder/);
    execFileSync('mkfifo', [join(home, 'pipe')]);
    await expect(readSource(join(home, 'pipe'))).rejects.toThrow(/pipe: this is neither a file nor a folder/);
    await expect(readSource(home)).rejects.toThrow(/pipe: this is neither a file nor a folder/);
    await rm(join(home, 'pipe'));
    await expect(readSource('/dev/null')).rejects.toThrow(ShowError);
    for (const name of ['a', 'b']) {
      await writeFile(join(home, name), '');
      await truncate(join(home, name), 200 * 2 ** 20);
    }
    await expect(readSource(home)).rejects.toThrow(/400 MiB are too much, at most 256 MiB are read/);
    await truncate(join(home, 'a'), 257 * 2 ** 20);
    await expect(readSource(join(home, 'a'))).rejects.toThrow(/257 MiB are too much/);
  });

  it('is refused in words when it can not be read, alone or in a folder', async () => {
    // A link to itself: nobody can read it, not even root, for whom there are no permissions.
    await symlink('a.csv', join(home, 'a.csv'));
    const wanted = /a\.csv: can not be read: .*check who may read it/;
    await expect(readSource(home)).rejects.toThrow(wanted);
    await expect(readSource(join(home, 'a.csv'))).rejects.toThrow(wanted);
  });
});
