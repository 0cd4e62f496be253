/** The sample shows: the committed files are what the script makes, and drones can fly them safely. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { distance, type Vec3 } from '../../../lib/geo/frames.js';
import { readShowFolder } from '../../../lib/show/adapters/show-folder.js';
import { buildFlightPlan, splitStages, trajectoryAt } from '../../../lib/show/index.js';
import { sampleShows } from '../../../shows/sample-shows.js';
import { flight, settings } from './examples.js';

const folderOf = (name: string) => new URL(`../../../shows/${name}`, import.meta.url).pathname;
const load = async (name: string) => {
  const show = await readShowFolder(folderOf(name), { frameDelayS: 0.1 });
  expect(show.errors).toEqual([]);
  return [...show.slots.values()];
};
const norm = (v: Vec3) => Math.hypot(v.x, v.y, v.z);
const change = (a: Vec3, b: Vec3, byS: number): Vec3 => ({
  x: (b.x - a.x) / byS,
  y: (b.y - a.y) / byS,
  z: (b.z - a.z) / byS,
});

it('the files are those that the script makes', async () => {
  for (const { folder, files } of sampleShows())
    for (const { name, text } of files)
      expect(await readFile(`${folderOf(folder)}/${name}`, 'utf8'), `${folder}/${name}`).toBe(text);
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
