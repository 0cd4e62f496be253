/** The sample shows: the committed files are what the script makes, and drones can fly them safely. */
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { distance, type Vec3 } from '../../../lib/geo/frames.js';
import { lastPoint } from '../../../lib/show/complete.js';
import { noYaw, sampledSlot, sampledTrajectory } from '../../../lib/show/formats/samples.js';
import { buildFlightPlan, parseCleverShowCsv, splitStages, trajectoryAt } from '../../../lib/show/index.js';
import { motionAt } from '../../../lib/show/path.js';
import { pathOf } from '../../../lib/show/path-builder.js';
import type { Show } from '../../../lib/show/show.js';
import { checkShow } from '../../../lib/show/validate/check-show.js';
import { sampleShows } from '../../../shows/sample-shows.js';
import { flight, settings } from './examples.js';

const folderOf = (name: string) => new URL(`../../../shows/${name}`, import.meta.url).pathname;
const readAnimations = async (name: string) => {
  const files = (await readdir(folderOf(name))).sort();
  const texts = files.map(
    async (file) => [file, await readFile(`${folderOf(name)}/${file}`, 'utf8')] as const,
  );
  return (await Promise.all(texts)).map(([file, text]) =>
    parseCleverShowCsv(text, file, { frameDelayS: 0.1 }),
  );
};
const folders = new Map(['circle', 'wave'].map((name) => [name, readAnimations(name)]));
const load = async (name: string) => (await folders.get(name)) ?? expect.fail(`no show ${name}`);
const norm = (v: Vec3) => Math.hypot(v.x, v.y, v.z);
const change = (a: Vec3, b: Vec3, byS: number): Vec3 => ({
  x: (b.x - a.x) / byS,
  y: (b.y - a.y) / byS,
  z: (b.z - a.z) / byS,
});

const shows = sampleShows();

it('the files are those that the script makes', async () => {
  const isSame = async (folder: string, name: string, text: string) =>
    (await readFile(`${folderOf(folder)}/${name}`, 'utf8')) === text;
  for (const { folder, files } of shows)
    for (const { name, text } of files)
      if (!(await isSame(folder, name, text)))
        expect.fail(`${folder}/${name} is not what npm run shows makes`);
  for (const { folder, files } of shows)
    expect((await readdir(folderOf(folder))).sort()).toEqual(files.map(({ name }) => name).sort());
});

describe.each([
  { name: 'circle', drones: 5, lengthS: 40, speed: 1.65, climb: 0.75 },
  { name: 'wave', drones: 12, lengthS: 45, speed: 1, climb: 1 },
])('the show $name', ({ name, drones, lengthS, speed, climb }) => {
  it('has a file for each drone, of the right length and with its id', async () => {
    const animations = await load(name);
    expect(animations).toHaveLength(drones);
    for (const { id, frames } of animations) {
      expect(id).toBe(name);
      expect(frames).toHaveLength(lengthS * 10);
    }
  });

  it('keeps the drones at least 1.5 m apart at every frame', async () => {
    const animations = await load(name);
    for (let frame = 0; frame < lengthS * 10; frame++) {
      const places = animations.flatMap(({ frames }) => frames[frame]?.positionM ?? []);
      for (const [i, a] of places.entries())
        for (const b of places.slice(i + 1))
          if (distance(a, b) < 1.5) expect.fail(`too close at frame ${frame}`);
    }
  });

  it('stays within the speeds and accelerations that a drone can follow', async () => {
    for (const { frames } of await load(name)) {
      const places = frames.map(({ positionM }) => positionM);
      const speeds = places.slice(1).map((place, i) => change(places[i] ?? place, place, 0.1));
      const accelerations = speeds.slice(1).map((v, i) => change(speeds[i] ?? v, v, 0.1));
      expect(Math.max(...speeds.map((v) => Math.hypot(v.x, v.y)))).toBeLessThanOrEqual(1.6);
      expect(Math.max(...speeds.map(norm))).toBeLessThanOrEqual(speed);
      expect(Math.max(...speeds.map((v) => Math.abs(v.z)))).toBeLessThanOrEqual(climb);
      expect(Math.max(...accelerations.map(norm))).toBeLessThanOrEqual(1.5);
    }
  });

  it('stands lit for the first second and a second at the end, on the ground, where it began', async () => {
    for (const { frames } of await load(name)) {
      const [first, last] = [frames[0], frames.at(-1)];
      expect(last?.positionM).toEqual(first?.positionM);
      for (const frame of [...frames.slice(0, 11), ...frames.slice(-11)])
        expect(frame.positionM).toEqual({ ...first?.positionM, z: 0 });
      expect(frames.slice(1, 10).every(({ color }) => color.red + color.green + color.blue > 0)).toBe(true);
    }
  });

  it('rises and sinks in place at no more than 0.7 m/s', async () => {
    for (const { frames } of await load(name)) {
      const { takeoff, route, land, staticEnd } = splitStages(frames);
      for (const [from, to] of [
        [takeoff, route - 1],
        [land, staticEnd],
      ] as const) {
        const part = frames.slice(from, to + 1).map(({ positionM }) => positionM);
        expect(part.length).toBeGreaterThan(40);
        for (const [i, place] of part.slice(1).entries())
          expect(Math.abs(place.z - (part[i]?.z ?? 0)) / 0.1).toBeLessThanOrEqual(0.7);
      }
    }
  });

  it('arms on the ground in the second second and lands from close above it', async () => {
    for (const animation of await load(name)) {
      const plan = buildFlightPlan(animation, settings(), flight);
      expect(plan.steps.map(({ kind }) => kind)).toEqual(['stand', 'arm', 'fly', 'land', 'stand']);
      expect(plan.start?.delayS).toBeGreaterThanOrEqual(1);
      expect(plan.start?.delayS).toBeLessThan(2);
      const land = plan.steps[3];
      const end = trajectoryAt(plan, land?.startS ?? 0);
      expect(end?.positionM.z).toBeLessThan(0.1);
    }
  });
});

/** The splines through a show's frames, without its colours; by hand, since the reader takes a second for fifty drones. */
function movementsOf(name: string): Show {
  const files = shows.find(({ folder }) => folder === name)?.files ?? [];
  const slots = files.map(({ name: file, text }) => {
    const frames = text.trim().split('\n').slice(1);
    const places = frames.flatMap((line) => line.split(',').slice(1, 4).map(Number));
    const timesS = Float64Array.from(frames, (_, i) => i / 10);
    const trajectory = sampledTrajectory(timesS, Float64Array.from(places));
    const lights = { kind: 'step', timesS: new Float64Array(), colors: new Uint8Array() } as const;
    return [file.slice(0, -'.csv'.length), sampledSlot({ trajectory, lights, yaw: noYaw })] as const;
  });
  return { title: name, slots: new Map(slots), cues: [], segments: {}, limits: {} };
}

const rectangle = (x: number, y: number) => [
  { x: -x, y: -y },
  { x, y: -y },
  { x, y },
  { x: -x, y },
];

it.each([
  {
    name: 'circle',
    drones: 5,
    limits: { maxSpeedXYMPerS: 1.6, maxAltitudeM: 4, geofence: rectangle(5, 5) },
  },
  {
    name: 'wave',
    drones: 12,
    limits: { maxSpeedXYMPerS: 1.6, maxAltitudeM: 4, geofence: rectangle(5, 5) },
  },
  {
    name: 'starling',
    drones: 50,
    limits: {
      minDistanceM: 2.3,
      maxSpeedXYMPerS: 5,
      maxSpeedUpMPerS: 2,
      maxSpeedDownMPerS: 1.5,
      maxAccelerationMPerS2: 2.5,
      maxAltitudeM: 24,
      geofence: rectangle(25, 15),
    },
  },
])(
  'the show $name keeps all limits, those of its description and the usual ones',
  ({ name, drones, limits }) => {
    const show = movementsOf(name);
    expect(show.slots.size).toBe(drones);
    expect(checkShow(show, { limits }).violations).toEqual([]);
  },
);

describe('the show starling', () => {
  const { slots } = movementsOf('starling');

  it('flies for a minute and a half, from its pads and back to them', () => {
    for (const { trajectory, homeM } of slots.values()) {
      expect(trajectory.startM).toEqual(homeM);
      expect(lastPoint(trajectory)).toEqual(homeM);
      expect(homeM.z).toBe(0);
    }
    const paths = [...slots.values()].map(({ trajectory }) => pathOf(trajectory));
    const isAirborne = (tS: number) => paths.some((path) => motionAt(path, tS).positionM.z > 0.001);
    expect([1, 1.3, 90.6, 91].map(isAirborne)).toEqual([false, true, true, false]);
  });

  it('is read as a clever-show animation of its name', () => {
    const text = shows.find(({ folder }) => folder === 'starling')?.files.at(-1)?.text ?? '';
    const { id, frames } = parseCleverShowCsv(text, 'drone-50.csv', { frameDelayS: 0.1 });
    expect(id).toBe('starling');
    expect(frames).toHaveLength(920);
  });
});
