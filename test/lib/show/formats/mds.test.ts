/** The tables of mavsdk_drone_show: north, east, down; what is taken, and what is only told. */
import { describe, expect, it } from 'vitest';
import { mds } from '../../../../lib/show/formats/mds.js';
import { colorAt, file, folder, importOptions, part, placeAt, velocityAt } from './sources.js';

const header = 'idx,t,px,py,pz,vx,vy,vz,ax,ay,az,yaw,mode,ledr,ledg,ledb';

/** Rows half a second apart: north, east, down, velocity north, yaw, mode and colour of each. */
function table(rows: readonly (readonly (number | string)[])[]): string {
  const lines = rows.map(([n, e, d, vn = 0, yaw = 0, mode = 70, r = 0, g = 0, b = 0], i) =>
    [i, i / 2, n, e, d, vn, 0, 0, 0, 0, 0, yaw, mode, r, g, b].join(','),
  );
  return `${[header, ...lines].join('\n')}\n`;
}

function read(files: Record<string, string>) {
  return mds.read(folder(files), importOptions);
}

describe('an MDS folder', () => {
  it('has north as x, west as y and up as z, and so looks north along x', () => {
    const { show } = read({
      'Drone 1.csv': table([
        [0, 0, 0],
        [3, 4, -5],
        [4, -4, -10],
      ]),
    });
    const drone = part(show, 'Drone 1');
    expect([0, 0.5, 1, 9].map((tS) => placeAt(drone, tS))).toEqual([
      [0, 0, 0],
      [3, -4, 5],
      [4, 4, 10],
      [4, 4, 10],
    ]);
    // East goes out and back: the monotone spline turns there, at rest.
    expect(velocityAt(drone, 0.5)[1]).toBe(0);
    expect(show.headingDeg).toBe(0);
  });

  it('clamps colours that a spline threw over the edge', () => {
    const { show } = read({
      'Drone 1.csv': table([
        [0, 0, 0, 0, 0, 70, -3.2, 255.4, 128.4],
        [0, 0, 0, 0, 0, 70, 260, 0, 0.5],
      ]),
    });
    expect(colorAt(part(show, 'Drone 1'), 0)).toEqual([0, 255, 128]);
    expect(colorAt(part(show, 'Drone 1'), 0.5)).toEqual([255, 0, 1]);
  });

  it('turns yaw from degrees clockwise to radians counter-clockwise, the short way, and knows none in zeros', () => {
    const yaws = [90, 170, -170];
    const { show } = read({
      'Drone 1.csv': table(yaws.map((yaw) => [0, 0, 0, 0, yaw])),
      'Drone 2.csv': table(yaws.map(() => [0, 0, 0, 0, 0])),
    });
    const [first = 0, second = 0, third = 0] = part(show, 'Drone 1').yaw.yawsRad;
    expect(first).toBeCloseTo(-Math.PI / 2, 9);
    expect(second).toBeCloseTo((-170 * Math.PI) / 180, 9);
    expect(third).toBeCloseTo((-190 * Math.PI) / 180, 9);
    expect(part(show, 'Drone 2').yaw.timesS).toHaveLength(0);
  });

  it('tells of a velocity that is not that of the positions, once a drone, and flies the positions', () => {
    const at = (off: number) =>
      table([
        [0, 0, 0],
        [1, 0, 0, 2 + off],
        [2, 0, 0, 2 + off],
        [3, 0, 0],
      ]);
    expect(read({ 'Drone 1.csv': at(0.45) }).notes).toEqual([]);
    const { show, notes } = read({ 'Drone 1.csv': at(-0.6) });
    expect(notes).toEqual([expect.stringMatching(/^Drone 1\.csv, line 3: the velocity is 0\.6 m\/s off/)]);
    expect(placeAt(part(show, 'Drone 1'), 0.5)).toEqual([1, 0, 0]);
  });

  it('tells of modes that mean something else', () => {
    const modes = (...of: number[]) => table(of.map((mode) => [0, 0, 0, 0, 0, mode]));
    expect(read({ 'Drone 1.csv': modes(0, 10, 70, 100) }).notes).toEqual([]);
    expect(read({ 'Drone 1.csv': modes(70, 42, 42) }).notes).toEqual(['Drone 1.csv: mode 42 is not taken.']);
  });

  it('names its parts after pos_id, and tells that the assignment is left', () => {
    const { show, notes } = read({
      'drone 10.csv': table([[0, 0, 0]]),
      'Drone 2.csv': table([[0, 0, 0]]),
      'active.csv': table([[0, 0, 0]]),
      'config.json': '{"version":1,"drones":[{"hw_id":2,"pos_id":10}]}',
    });
    expect([...show.slots.keys()]).toEqual(['Drone 2', 'Drone 10']);
    expect(notes).toEqual([
      expect.stringContaining('config.json: which drone (hw_id) flies which part (pos_id) is not taken'),
      'Not part of the show: active.csv.',
    ]);
  });

  it('needs times and places alone, in whatever order, and is white without colours', () => {
    const { show, notes } = mds.read(file('active.csv', 'pz,py,px,t,what\n-1,0,5,0.05,7\n'), importOptions);
    expect(placeAt(part(show, 'active'), 0.05)).toEqual([5, 0, 1]);
    expect(colorAt(part(show, 'active'), 1)).toEqual([255, 255, 255]);
    expect(part(show, 'active').homeM).toEqual({ x: 5, y: 0, z: 0 });
    expect(notes).toEqual(['Column "what" is not taken.']);
  });
});
