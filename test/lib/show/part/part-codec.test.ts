import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShowError } from '../../../../lib/errors.js';
import { distance } from '../../../../lib/geo/frames.js';
import {
  decodePart,
  digestOf,
  encodePart,
  isPart,
  showDigest,
} from '../../../../lib/show/part/part-codec.js';
import { partsOf, type ShowPart, showOf } from '../../../../lib/show/part/show-part.js';
import { motionAt } from '../../../../lib/show/path.js';
import { pathOf } from '../../../../lib/show/path-builder.js';
import { shows } from '../arbitrary-show.js';

const standing: ShowPart = {
  slot: 'a',
  common: { title: 'still', leadS: 0.5, limits: {} },
  show: {
    trajectory: { startS: 0, startM: { x: 1, y: -2, z: 0 }, segments: [] },
    lights: { kind: 'step', timesS: Float64Array.of(0), colors: Uint8Array.of(255, 0, 1) },
    yaw: { timesS: new Float64Array(0), yawsRad: new Float64Array(0) },
    pyro: [],
    homeM: { x: 1, y: -2, z: 0 },
  },
};

describe('the encoding of a part', () => {
  it('is these bytes', () => {
    const header = '{"leadS":0.5,"limits":{},"slot":"a","title":"still"}';
    // 1 m is 100,000 units; zigzag 200,000 = c0 9a 0c; −2 m: 399,999 = ff b4 18.
    const place = ['c09a0c', 'ffb418', '00'].join('');
    const expected = [
      '89535441 52500a01'.replace(' ', ''),
      header.length.toString(16),
      Buffer.from(header).toString('hex'),
      place,
      '00', // no landing place
      '00', // begins at 0 s
      place,
      '00', // no segments
      '00', // step lights,
      '01', // one key
      '00', // at 0 s
      'ff0001',
      '00', // no heading
      '00', // no pyro
    ].join('');
    expect(Buffer.from(encodePart(standing)).toString('hex')).toBe(expected);
  });

  it('keeps the text of a pyro event to the last character, and refuses what it can not write', () => {
    const withPyro = (channel: number) =>
      encodePart({
        ...standing,
        show: { ...standing.show, pyro: [{ tS: 1, channel, payload: '\u{FEFF}comet' }] },
      });
    expect(decodePart(withPyro(3), 'a').show.pyro).toEqual([{ tS: 1, channel: 3, payload: '\u{FEFF}comet' }]);
    for (const channel of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => withPyro(channel)).toThrow(RangeError);
  });

  it('loses nothing but rounding, and encodes to the same bytes again', () => {
    fc.assert(
      fc.property(shows(), fc.double({ min: -25, max: 50, noNaN: true }), (show, tS) => {
        for (const part of partsOf(show).values()) {
          const bytes = encodePart(part);
          const decoded = decodePart(bytes, 'a part');
          expect(Buffer.compare(encodePart(decoded), bytes)).toBe(0);
          const [before, after] = [pathOf(part.show.trajectory), pathOf(decoded.show.trajectory)];
          // A moment rounded by 0.5 µs counts as much as the drone flies in it.
          const { positionM, velocityMPerS } = motionAt(before, tS);
          const slackM = 2e-5 + 1e-6 * Math.hypot(velocityMPerS.x, velocityMPerS.y, velocityMPerS.z) * 10;
          expect(distance(motionAt(after, tS).positionM, positionM)).toBeLessThan(Math.max(slackM, 1e-3));
          expect(decoded.show.pyro).toEqual(part.show.pyro);
          expect(decoded.show.lights.kind).toBe(part.show.lights.kind);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('changes its digest with anything in it', () => {
    const digest = digestOf(encodePart(standing));
    const { common, show } = standing;
    const others: ShowPart[] = [
      { ...standing, slot: 'b' },
      { ...standing, common: { ...common, title: 'Still' } },
      { ...standing, common: { ...common, headingDeg: 0 } },
      { ...standing, common: { ...common, origin: { latDeg: 47, lonDeg: 8 } } },
      { ...standing, common: { ...common, limits: { maxAltitudeM: 100 } } },
      { ...standing, show: { ...show, homeM: { x: 1, y: -2, z: 0.00002 } } },
      {
        ...standing,
        show: { ...show, lights: { ...show.lights, colors: Uint8Array.of(255, 0, 2) } as never },
      },
    ];
    const digests = new Set([digest, ...others.map((part) => digestOf(encodePart(part)))]);
    expect(digests.size).toBe(others.length + 1);
  });

  it('does not depend on the order in which members were written', () => {
    const other = { limits: {}, leadS: 0.5, title: 'still' };
    expect(digestOf(encodePart({ ...standing, common: other }))).toBe(digestOf(encodePart(standing)));
    const [a, b] = [
      new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
      new Map([
        ['b', '2'],
        ['a', '1'],
      ]),
    ];
    expect(showDigest(a)).toBe(showDigest(b));
    expect(showDigest(a)).not.toBe(
      showDigest(
        new Map([
          ['a', '2'],
          ['b', '1'],
        ]),
      ),
    );
  });

  it('is refused with place and reason wherever it is cut off or changed', () => {
    fc.assert(
      fc.property(shows(), fc.nat(), fc.integer({ min: 1, max: 255 }), (show, place, change) => {
        const [part] = partsOf(show).values();
        if (!part) return;
        const bytes = encodePart(part);
        const cut = bytes.slice(0, place % bytes.length);
        expect(() => decodePart(cut, 'show.part')).toThrow(/^show\.part: /);
        const damaged = bytes.slice();
        const index = place % bytes.length;
        damaged[index] = (damaged[index] ?? 0) ^ change;
        try {
          // What is read must be what was written: nothing is guessed.
          expect(Buffer.compare(encodePart(decodePart(damaged, 'show.part')), damaged)).toBe(0);
        } catch (error) {
          expect(error).toBeInstanceOf(ShowError);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is told from other files', () => {
    expect([
      isPart(encodePart(standing)),
      isPart(Buffer.from('circle\n')),
      isPart(new Uint8Array(0)),
    ]).toEqual([true, false, false]);
    expect(() => decodePart(Buffer.from('circle\n'), 'show.part')).toThrow('not a part of a Starling show');
  });

  it('does not believe a length that can not be', () => {
    const bytes = encodePart(standing);
    const huge = Uint8Array.of(...bytes.slice(0, -7), 0xff, 0xff, 0xff, 0xff, 0x7f);
    expect(() => decodePart(huge, 'show.part')).toThrow(ShowError);
  });
});

describe('the parts of a show', () => {
  it('make the show again, in any order', () => {
    fc.assert(
      fc.property(shows(), (show) => {
        const parts = [...partsOf(show).values()].reverse();
        expect(showOf(parts, show)).toEqual(show);
      }),
      { numRuns: 30 },
    );
  });

  it('share one lead: room for the earliest movement and the motors', () => {
    const early = (startS: number) => ({
      ...standing.show,
      trajectory: { ...standing.show.trajectory, startS },
    });
    const slots = new Map([
      ['a', early(-3.2)],
      ['b', early(-7.1234567)],
      ['c', early(4)],
    ]);
    const parts = partsOf({ title: 't', slots, cues: [], segments: {}, limits: {} });
    expect([...parts.values()].map(({ common }) => common.leadS)).toEqual([7.624, 7.624, 7.624]);
  });

  it('of different shows are not put together', () => {
    const other = { ...standing, slot: 'b', common: { ...standing.common, title: 'another' } };
    const rest = { cues: [], segments: {} };
    expect(() => showOf([standing, other], rest)).toThrow('the parts of a and b are of different shows');
    expect(() => showOf([standing, standing], rest)).toThrow('two parts for a');
    expect(() => showOf([], rest)).toThrow('no drones');
  });
});

describe('a header nested deeper than any stack', () => {
  it('is refused in words', () => {
    const deep = `{"leadS":0.5,"limits":{"geofence":${'['.repeat(20_000)}${']'.repeat(20_000)}},"slot":"a","title":""}`;
    const length = Uint8Array.of(
      (deep.length % 128) + 128,
      (Math.floor(deep.length / 128) % 128) + 128,
      deep.length >> 14,
    );
    const bytes = Buffer.concat([encodePart(standing).subarray(0, 8), length, Buffer.from(deep)]);
    expect(() => decodePart(bytes, 'show.part')).toThrow('show.part: its header: this is nested too deeply');
  });
});
