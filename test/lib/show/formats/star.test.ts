import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportStar, star } from '../../../../lib/show/formats/star.js';
import { readZip, writeZip } from '../../../../lib/show/formats/zip.js';
import { importShow } from '../../../../lib/show/import-show.js';
import { prepareShow } from '../../../../lib/show/prepare-show.js';
import type { Show } from '../../../../lib/show/show.js';
import { shows } from '../arbitrary-show.js';

const options = { frameDelayS: 0.1 };

function sourceOf(files: ReadonlyMap<string, Uint8Array>) {
  return { name: 'show', kind: 'zip' as const, files };
}

const [sample] = fc.sample(shows(), { numRuns: 1, seed: 7 });
if (!sample) throw new Error('no sample');
const full: Show = {
  ...sample,
  origin: { latDeg: 47.1, lonDeg: 8.5, amslM: 430 },
  headingDeg: 33.5,
  cues: [{ tS: 12.5, name: 'finale' }],
  segments: { takeoff: { startS: 0, endS: 5 }, landing: { startS: 30, endS: 40 } },
  limits: { minDistanceM: 2 },
  music: { fileName: 'song.mp3', mediaType: 'audio/mpeg', startS: 1.5, bytes: Uint8Array.of(1, 2, 3) },
};

describe('the .star package', () => {
  it('gives back the prepared show, and the same digests', () => {
    fc.assert(
      fc.property(shows(), (show) => {
        const prepared = prepareShow({ show, notes: [], format: 'skyc' });
        const { files } = exportStar(prepared.show);
        const read = importShow(sourceOf(readZip(writeZip(files), 'show.star')), options);
        expect(read).toMatchObject({ format: 'star', notes: [] });
        const again = prepareShow(read);
        expect(again.digest).toBe(prepared.digest);
        expect([...again.digests]).toEqual([...prepared.digests]);
        expect(again.show).toEqual(prepared.show);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps cues, music, segments, limits, origin and heading', () => {
    const prepared = prepareShow({ show: full, notes: [], format: 'skyc' });
    const { show } = star.read(sourceOf(exportStar(prepared.show).files), options);
    const { cues, music, segments, limits, origin, headingDeg } = full;
    expect(show).toMatchObject({ cues, music, segments, limits, origin, headingDeg });
  });

  it('is the same archive whatever the order of slots was', () => {
    const reversed = { ...full, slots: new Map([...full.slots].reverse()) };
    const digest = (show: Show) => prepareShow({ show, notes: [], format: 'skyc' }).digest;
    expect(digest(reversed)).toBe(digest(full));
  });

  it('holds for each drone what it is sent, and nothing of the others', () => {
    const prepared = prepareShow({ show: full, notes: [], format: 'skyc' });
    const { files } = exportStar(prepared.show);
    const inside = [...files]
      .filter(([name]) => name.endsWith('.part'))
      .map(([, bytes]) => Buffer.from(bytes));
    expect(inside).toEqual([...prepared.parts.values()].map((bytes) => Buffer.from(bytes)));
  });

  it.each([
    [
      'a part is missing',
      (files: Map<string, Uint8Array>) => files.delete('parts/1.part'),
      'there is no file parts/1.part',
    ],
    [
      'a part was changed',
      (files: Map<string, Uint8Array>) => files.get('parts/1.part')?.set([9], 40),
      'is not what the manifest says',
    ],
    [
      'the version is another',
      (files: Map<string, Uint8Array>) => edit(files, (m) => ({ ...m, version: 2 })),
      'version 2 is not known',
    ],
    [
      'parts is no list',
      (files: Map<string, Uint8Array>) => edit(files, (m) => ({ ...m, parts: 3 })),
      'parts is no list',
    ],
    [
      'a cue has no time',
      (files: Map<string, Uint8Array>) => edit(files, (m) => ({ ...m, cues: [{ name: 'x' }] })),
      'cues[0]: expected tS and name',
    ],
    [
      'the music is missing',
      (files: Map<string, Uint8Array>) => files.delete('music'),
      'there is no file music',
    ],
  ])('is refused with place and reason when %s', (_what, damage, text) => {
    const files = new Map(exportStar(prepareShow({ show: full, notes: [], format: 'skyc' }).show).files);
    damage(files);
    expect(() => star.read(sourceOf(files), options)).toThrow(text);
  });
});

function edit(files: Map<string, Uint8Array>, change: (manifest: object) => object): void {
  const manifest = JSON.parse(new TextDecoder().decode(files.get('manifest.json')));
  files.set('manifest.json', new TextEncoder().encode(JSON.stringify(change(manifest))));
}

describe('a manifest whose texts are objects', () => {
  const noText = '{"toString":null,"valueOf":null}';
  it.each([
    ['version', `"version":${noText},"parts":[]`, 'version {"toString":null,"valueOf":null} is not known'],
    ['file', `"version":1,"parts":[{"file":${noText}}]`, 'there is no file {"toString":null'],
  ])('is refused in words: %s', (_what, members, message) => {
    const manifest = new TextEncoder().encode(`{"format":"starling-show",${members}}`);
    expect(() => star.read(sourceOf(new Map([['manifest.json', manifest]])), options)).toThrow(message);
  });
});
