/** VVIZ files: axes, times and colours by hand; and where a wrong value is said to lie. */
import { describe, expect, it } from 'vitest';
import { vviz } from '../../../../lib/show/formats/vviz.js';
import { colorAt, file, folder, importOptions, part, placeAt, refusal, velocityAt } from './sources.js';

type Json = { [key: string]: unknown };

const light = (payloadActions: Json[]) => ({ id: 0, type: 'Light', payloadActions });

function performance(id: unknown, changes: Json = {}, agent: Json = {}): Json {
  return {
    id,
    agentDescription: { homeX: 1, homeY: 0, homeZ: 2, agentTraversal: [], ...agent },
    payloadDescription: [light([{ r: 1, g: 2, b: 3 }])],
    ...changes,
  };
}

function show(performances: unknown, head: Json = {}): string {
  const rates = { defaultPositionRate: 2, defaultColorRate: 10 };
  return JSON.stringify({ version: '1.0', ...rates, performances, ...head });
}

function read(performances: Json[], head: Json = {}) {
  return vviz.read(file('pyro.vviz', show(performances, head)), importOptions);
}

describe('a VVIZ file', () => {
  it('has y up and z towards the audience: x stays, y is −z, z is y', () => {
    const traversal = [
      { dx: 1, dy: 4, dz: -2 },
      { dx: 1, dy: 4, dz: -2 },
    ];
    const drone = part(read([performance(7, {}, { agentTraversal: traversal })]).show, 'drone-7');
    expect([0, 0.5, 1, 5].map((tS) => placeAt(drone, tS))).toEqual([
      [1, -2, 0],
      [2, 0, 4],
      [3, 2, 8],
      [3, 2, 8],
    ]);
    // From rest to rest through an even middle: 1.5 times the mean speed there.
    expect(velocityAt(drone, 0.5)).toEqual([3, 6, 12]);
    expect(drone.homeM).toEqual({ x: 1, y: -2, z: 0 });
  });

  it('keeps its handedness: right, away and up are a right-handed triple', () => {
    const drones = ['right', 'away', 'up'].map((id, axis) =>
      performance(
        id,
        {},
        { homeX: axis === 0 ? 1 : 0, homeZ: axis === 1 ? -1 : 0, homeY: axis === 2 ? 1 : 0 },
      ),
    );
    const imported = read(drones).show;
    expect(['right', 'away', 'up'].map((slot) => placeAt(part(imported, slot), 0))).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(imported.headingDeg).toBeUndefined();
  });

  it('lets a sample say how long after the last one it comes, and everything begin later', () => {
    const agentTraversal = [
      { dx: 0, dy: 1, dz: 0 },
      { dt: 1.5, dx: 0, dy: 1, dz: 0 },
      { dt: 0, dx: 0, dy: 0, dz: 0 },
    ];
    const drone = part(
      read([performance(0, {}, { agentTraversal })], { timeOffsetSecs: 10 }).show,
      'drone-0',
    );
    expect([0, 10, 10.5, 12, 13].map((tS) => placeAt(drone, tS)[2])).toEqual([0, 0, 1, 2, 2]);
    expect(drone.trajectory.startS).toBe(10);
    expect(colorAt(drone, 9.9)).toEqual([0, 0, 0]);
    expect(colorAt(drone, 10)).toEqual([1, 2, 3]);
  });

  it('blends colours that come a frame, or so many frames, after the one before', () => {
    const colors = [
      { r: 200, g: 0, b: 0 },
      { r: 0, g: 0, b: 100 },
      { r: 0, g: 0, b: 0, frames: 5 },
      { r: 8, g: 8, b: 8, duration: 2 },
      { r: 18, g: 18, b: 18 },
    ];
    const drone = part(read([performance(0, { payloadDescription: [light(colors)] })]).show, 'drone-0');
    expect([0, 0.05, 0.1, 0.35, 0.6, 0.7, 0.8, 0.9, 5].map((tS) => colorAt(drone, tS))).toEqual([
      [200, 0, 0],
      [100, 0, 50],
      [0, 0, 100],
      [0, 0, 50],
      [0, 0, 0],
      [8, 8, 8],
      [13, 13, 13],
      [18, 18, 18],
      [18, 18, 18],
    ]);
    const late = [{ r: 5, g: 5, b: 5, frames: 3 }];
    const dark = part(read([performance(0, { payloadDescription: [light(late)] })]).show, 'drone-0');
    expect([0.29, 0.3].map((tS) => colorAt(dark, tS))).toEqual([
      [0, 0, 0],
      [5, 5, 5],
    ]);
  });

  it('takes the first light, and tells of all else that it leaves', () => {
    const white = light([{ r: 1, g: 1, b: 1, w: 9 }]);
    const pyro = { id: 2, type: 'Pyro', eventTime: 3, vdl: 'x' };
    const { notes, show: imported } = read(
      [
        performance(0, { payloadDescription: [pyro, white, light([{ r: 7, g: 7, b: 7 }])] }, { homeH: 90 }),
        performance(1, { payloadDescription: [pyro] }, { agentTraversal: [{ dx: 0, dy: 0, dz: 0, dh: 4 }] }),
      ],
      { performanceName: 'Gala', eventTags: [], globalReferenceFrame: { lat: 48.5, lon: 9, alt: 400 } },
    );
    expect(notes).toEqual([
      expect.stringContaining('z towards the audience'),
      'In 2 performances: the heading is not taken.',
      'In 2 performances: payloads of type Pyro are not taken.',
      'In 1 performances: the white channel is not taken.',
      'In 1 performances: lights after the first are not taken.',
      'In 1 performances: there is no light, the drone stays dark.',
      expect.stringContaining('height of the origin'),
      'Not taken: eventTags.',
    ]);
    expect(imported).toMatchObject({ title: 'Gala', origin: { latDeg: 48.5, lonDeg: 9 } });
    expect(colorAt(part(imported, 'drone-0'), 0)).toEqual([1, 1, 1]);
    expect(colorAt(part(imported, 'drone-1'), 0)).toEqual([0, 0, 0]);
  });

  it('orders its drones as people count', () => {
    expect([...read([performance(10), performance(2), performance('D001')]).show.slots.keys()]).toEqual([
      'D001',
      'drone-2',
      'drone-10',
    ]);
  });

  it.each([
    ['performances[1].id is 0, expected an id', show([performance(0), performance(0)])],
    ['performances[0].id is null', show([performance(null)])],
    ['performances is [], expected at least one', show([])],
    ['performances is {}, expected a list', show({})],
    ['performances[0].agentDescription is missing, expected an object', show([{ id: 1 }])],
    ['performances[0].agentDescription.homeX is "1"', show([performance(0, {}, { homeX: '1' })])],
    ['agentDescription.homeY is missing', show([performance(0, {}, { homeY: undefined })])],
    ['agentTraversal[0].dz is missing', show([performance(0, {}, { agentTraversal: [{ dx: 0, dy: 0 }] })])],
    [
      'agentTraversal[0].dt is 0',
      show([performance(0, {}, { agentTraversal: [{ dt: 0, dx: 1, dy: 0, dz: 0 }] })]),
    ],
    [
      'agentTraversal[0].dt is -1',
      show([performance(0, {}, { agentTraversal: [{ dt: -1, dx: 1, dy: 0, dz: 0 }] })]),
    ],
    ['payloadDescription[0].payloadActions[0].r is 256', colors([{ r: 256, g: 0, b: 0 }])],
    [
      'payloadActions[1].frames is 0',
      colors([
        { r: 0, g: 0, b: 0 },
        { r: 0, g: 0, b: 0, frames: 0 },
      ]),
    ],
    ['payloadDescription[0].type is missing', show([performance(0, { payloadDescription: [{ id: 0 }] })])],
    ['pyro.vviz: defaultPositionRate is 0', show([performance(0)], { defaultPositionRate: 0 })],
    ['pyro.vviz: defaultColorRate is missing', show([performance(0)], { defaultColorRate: undefined })],
    ['pyro.vviz: version is "2.0"', show([performance(0)], { version: '2.0' })],
    ['pyro.vviz: coordinateFrame is "ned"', show([performance(0)], { coordinateFrame: 'ned' })],
    ['pyro.vviz: timeOffsetSecs is -1', show([performance(0)], { timeOffsetSecs: -1 })],
    ['performances[0].agentDescription.homeX is null', show([performance(0, {}, { homeX: 1e308 * 10 })])],
    [
      'pyro.vviz: defaultColorRate is null',
      show([performance(0)]).replace('"defaultColorRate":10', '"defaultColorRate":1e999'),
    ],
  ])('says where it is wrong: %s', (message, text) => {
    expect(refusal(file('pyro.vviz', text))).toContain(message);
  });

  it('must be one of its kind', () => {
    const text = show([performance(0)]);
    expect(refusal(folder({ 'a.vviz': text, 'b.vviz': text }))).toContain('several shows (a.vviz, b.vviz)');
  });
});

function colors(actions: Json[]): string {
  return show([performance(0, { payloadDescription: [light(actions)] })]);
}

describe('a version that is an object', () => {
  it.each([{ toString: null, valueOf: null }, ['1.0']])('is refused in words: %j', (version) => {
    expect(refusal(file('a.vviz', show([performance(1)], { version })))).toContain('a.vviz: version is');
  });
});
