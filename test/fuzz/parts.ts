/** A drone's part of a show, its light programs and its plan: what is read is written again byte by byte. */
import { Buffer } from 'node:buffer';
import { ShowError } from '../../lib/errors.js';
import { runLightBytecode } from '../../lib/show/light-bytecode.js';
import { decodePart, encodePart } from '../../lib/show/part/part-codec.js';
import { planOfPart } from '../../lib/show/part/part-plan.js';
import { partsOf } from '../../lib/show/part/show-part.js';
import type { LightProgram, Show, SlotShow } from '../../lib/show/show.js';
import { smallShow, twoDrones } from '../lib/show/small-shows.js';
import { attempt, expectSame, expectThat, type FuzzTarget } from './target.js';

/** Loops, fades, jumps, sleeps, and what needs a radio control. */
const programs: readonly Uint8Array[] = [
  'BP8AAAAIAAD/ZAKsAgoyAA==',
  'DAUE/wAAZAUAAP9kDQ==',
  'BwoHFAjIAQAGAgEyEgAE////ZAA=',
].map((text) => new Uint8Array(Buffer.from(text, 'base64')));

const bytecode: LightProgram = { kind: 'bytecode', bytes: programs[0] ?? new Uint8Array() };

/** Every kind of segment, of light and of heading. */
const full: SlotShow = {
  trajectory: {
    startS: -3.25,
    startM: { x: 1, y: -2, z: 0 },
    segments: [
      { kind: 'linear', endS: 2, toM: { x: 1, y: -2, z: 5 } },
      { kind: 'bezier', endS: 6, controlM: [2, 3, 4].map((x) => ({ x, y: -2, z: 5 })) },
      { kind: 'constant', endS: 7.5 },
      {
        ...{ kind: 'sampled', endS: 9 },
        samples: { timesS: Float64Array.of(8, 9), positionsM: Float64Array.of(4, 0, 5, 4, 0, 0) },
      },
    ],
  },
  lights: bytecode,
  yaw: { timesS: Float64Array.of(0, 5), yawsRad: Float64Array.of(1.5, Number.NaN) },
  pyro: [{ tS: 4, channel: 3, payload: 'comet' }],
  homeM: { x: 1, y: -2, z: 0 },
  landAtM: { x: 4, y: 0, z: 0 },
};

/** Shows of all there is in a part. */
export const shows: readonly Show[] = [
  twoDrones,
  smallShow(
    { 'drone-1': full },
    {
      origin: { latDeg: 47.4, lonDeg: 8.5, amslM: 430 },
      headingDeg: 12.5,
      limits: { minDistanceM: 1.5, geofence: [0, 1, 2].map((i) => ({ x: 90 * i, y: 90 * i * i })) },
    },
  ),
];

const named = shows.flatMap((show) => [...partsOf(show).values()]);

export const parts: FuzzTarget = {
  name: 'parts',
  share: 150,
  corpus: named.map(encodePart),
  words: [
    '"slot":"',
    '"title":',
    '"origin":{',
    '"limits":{',
    '"leadS":',
    'geofence',
    '"x":1e308',
    '\u00ff\u00ff\u00ff\u007f',
  ],
  mend: mendHeader,
  run: (bytes) => {
    const read = attempt(() => decodePart(bytes, 'a.part'), ShowError);
    if (!read.value) return 'refused';
    expectThat(Buffer.compare(encodePart(read.value), bytes) === 0, 'other bytes when written again');
    const plan = attempt(() => planOfPart(read.value), ShowError);
    if (plan.value) expectThat(Number.isFinite(plan.value.durationS), 'a plan without end');
    return 'accepted';
  },
};

/** Sets the length of the JSON header to where it seems to end. */
function mendHeader(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const start = text.indexOf('{');
  const end = text.lastIndexOf('"}') + 2;
  if (start < 9 || end < start) return bytes;
  const length = end - start;
  const prefix = length < 128 ? [length] : [(length % 128) + 128, Math.floor(length / 128)];
  return Buffer.concat([bytes.subarray(0, 8), Buffer.from(prefix), bytes.subarray(start)]);
}

export const lights: FuzzTarget = {
  name: 'lights',
  share: 1400,
  corpus: programs,
  words: ['\u000c', '\r', '\u0012', '\u007f\u007f'],
  run: (bytes) => {
    const ran = attempt(() => runLightBytecode(bytes, 60), ShowError);
    if (!ran.value) return 'refused';
    const { timesS, colors } = ran.value.track;
    expectSame(colors.length, 6 * timesS.length, 'colours and times do not match');
    expectThat(
      timesS.every((tS, i) => Number.isFinite(tS) && tS >= (timesS[i - 1] ?? 0)),
      'times fall',
    );
    return 'accepted';
  },
};
