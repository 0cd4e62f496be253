import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { skyc } from '../../../../lib/show/formats/skyc/skyc.js';
import { lightTrack, trackColorAt } from '../../../../lib/show/lights.js';
import { positionAt } from '../../../../lib/show/path.js';
import { pathOf } from '../../../../lib/show/path-builder.js';
import type { SlotShow } from '../../../../lib/show/show.js';
import { type Files, oneDrone, read, refusal, source, upAndAway } from './skyc-files.js';

const redFor1s = { version: 1, data: 'BP8AADIA' };

function slotOf(files: Files, name = 'drone-1'): SlotShow {
  const slot = read(files).show.slots.get(name);
  if (!slot) throw new Error(`no ${name}`);
  return slot;
}

const at = (slot: SlotShow, tS: number) => positionAt(pathOf(slot.trajectory), tS);

describe('the .skyc format', () => {
  it('is known by a show.json that has drones or a version', () => {
    expect(skyc.matches(source({ 'show.json': oneDrone() }))).toBe(true);
    expect(skyc.matches(source({ 'show.json': { version: 2 } }))).toBe(true);
    expect(skyc.matches({ ...source({ 'show.json': oneDrone() }), kind: 'file' })).toBe(false);
    for (const other of ['[]', '{}', '{"a', '', 'null', '{"swarm": 3}'])
      expect(skyc.matches(source({ 'show.json': other }))).toBe(false);
    expect(refusal({ 'show.json': '['.repeat(100_000) })).toContain('show.json: this is nested too deeply');
    expect(skyc.matches(source({ 'a/show.json': oneDrone() }))).toBe(false);
  });

  it('is read with its trajectories as they are', () => {
    const slot = slotOf({ 'show.json': oneDrone() });
    expect(slot.trajectory).toEqual({
      startS: 0,
      startM: { x: 1, y: 2, z: 0 },
      segments: [
        { kind: 'linear', endS: 2, toM: { x: 1, y: 2, z: 4 } },
        {
          kind: 'bezier',
          endS: 6,
          controlM: [
            { x: 3, y: 6, z: 4 },
            { x: 5, y: 2, z: 4 },
          ],
        },
      ],
    });
    // Half of the quadratic: 1/4 of the first point, 1/2 of the control point, 1/4 of the last.
    expect(at(slot, 4)).toEqual({ x: 3, y: 4, z: 4 });
  });

  it('moves trajectories, and nothing else, by their time of take-off', () => {
    const trajectory = { ...upAndAway, takeoffTime: 11.66 };
    const yawControl = { version: 1, setpoints: [[1, 90]] };
    const pyro = { version: 1, events: [[3, 0, 'p']], payloads: { p: { name: 'fountain' } } };
    const slot = slotOf({ 'show.json': oneDrone({ trajectory, lights: redFor1s, yawControl, pyro }) });
    expect(slot.trajectory.startS).toBe(11.66);
    expect(slot.trajectory.segments.map(({ endS }) => endS)).toEqual([13.66, 17.66]);
    expect(slot.lights).toEqual({ kind: 'bytecode', bytes: Uint8Array.of(4, 255, 0, 0, 50, 0) });
    expect([...slot.yaw.timesS]).toEqual([1]);
    expect(slot.pyro).toEqual([{ tS: 3, channel: 0, payload: 'p' }]);
  });

  it('stands where two points are one, and leaves out points that take no time', () => {
    const points = [
      [0, [0, 0, 5], []],
      [1, [0, 0, 5], []],
      [1, [0, 0, 5], []],
      [2, [1, 0, 5]],
    ];
    expect(
      slotOf({ 'show.json': oneDrone({ trajectory: { version: 1, points } }) }).trajectory.segments,
    ).toEqual([
      { kind: 'constant', endS: 1 },
      { kind: 'linear', endS: 2, toM: { x: 1, y: 0, z: 5 } },
    ]);
  });

  it('takes the pad from home, else from below the first point', () => {
    const points = [[0, [1, 2, 3], []]];
    const home = (settings: object, ofTrajectory: object = {}) =>
      slotOf({ 'show.json': oneDrone({ trajectory: { version: 1, points, ...ofTrajectory }, ...settings }) })
        .homeM;
    expect(home({})).toEqual({ x: 1, y: 2, z: 0 });
    expect(home({}, { home: [4, 5, 0] })).toEqual({ x: 4, y: 5, z: 0 });
    expect(home({ home: [6, 7, 0.5] }, { home: [4, 5, 0] })).toEqual({ x: 6, y: 7, z: 0.5 });
    const slot = slotOf({ 'show.json': oneDrone({ landAt: [8, 9, 5] }) });
    expect(slot.landAtM).toEqual({ x: 8, y: 9, z: 5 });
  });

  it('names its slots after the drones, in the order in which people count', () => {
    const drone = (name?: string) => ({ settings: { trajectory: upAndAway, ...(name && { name }) } });
    const drones = [drone('drone-10'), drone(), drone('drone-9')];
    const { show } = read({ 'show.json': { version: 1, swarm: { drones } } });
    expect([...show.slots.keys()]).toEqual(['drone-2', 'drone-9', 'drone-10']);
    expect(show.title).toBe('show');
  });

  it('turns degrees clockwise into rad counter-clockwise, more than one turn too', () => {
    const yawControl = {
      version: 1,
      setpoints: [
        [0, 0],
        [2, 90],
        [2, 90],
        [8, 450],
      ],
    };
    const { yaw } = slotOf({ 'show.json': oneDrone({ yawControl }) });
    expect([...yaw.timesS]).toEqual([0, 2, 8]);
    expect([...yaw.yawsRad]).toEqual([0, -Math.PI / 2, -2.5 * Math.PI]);
  });

  it('is white throughout without a light program, and says so', () => {
    const { show, notes } = read({ 'show.json': oneDrone() });
    const { lights } = [...show.slots.values()][0] ?? { lights: undefined };
    expect(lights && trackColorAt(lightTrack(lights, 10), 7)).toEqual({ red: 255, green: 255, blue: 255 });
    expect(notes).toEqual(['no light program: white throughout (drone-1)']);
  });

  it('is read with place, music, cues, segments and limits', () => {
    const polygons = [
      {
        isInclusion: true,
        points: [
          [-9, -9],
          [9, -9],
          [9, 9],
        ],
      },
    ];
    const validation = {
      maxAltitude: 100,
      maxVelocityXY: 6,
      maxVelocityZ: 2,
      maxVelocityZUp: 2.5,
      maxAccelerationXY: 3,
    };
    const { show } = read({
      'show.json': oneDrone(
        {},
        {
          environment: {
            type: 'outdoor',
            location: { origin: [475000000, -190000000, 123456], orientation: -32.5 },
          },
          media: { audio: { data: 'AQID', mediaType: 'audio/mpeg', filename: 'a.mp3', startTime: 2.5 } },
          meta: { title: 'Stars', segments: { takeoff: [0, 5], show: [5, 60.5] } },
          settings: {
            cues: { version: 1, items: [{ name: 'go', time: 3 }] },
            validation: {
              ...validation,
              maxAccelerationZ: 3,
              minDistance: 2,
              minNavAltitude: 2.5,
              maxYawRate: 45,
            },
            geofence: { version: 1, polygons },
          },
        },
      ),
    });
    expect(show).toMatchObject({
      title: 'Stars',
      origin: { latDeg: 47.5, lonDeg: -19, amslM: 123.456 },
      headingDeg: 327.5,
      cues: [{ tS: 3, name: 'go' }],
      music: { fileName: 'a.mp3', mediaType: 'audio/mpeg', startS: 2.5, bytes: Uint8Array.of(1, 2, 3) },
      segments: { takeoff: { startS: 0, endS: 5 }, show: { startS: 5, endS: 60.5 } },
    });
    expect(show.limits).toEqual({
      maxAltitudeM: 100,
      maxSpeedXYMPerS: 6,
      maxSpeedDownMPerS: 2,
      maxSpeedUpMPerS: 2.5,
      maxAccelerationMPerS2: 3,
      minDistanceM: 2,
      groundClearanceM: 2.5,
      maxYawRateDegPerS: 45,
      geofence: [
        { x: -9, y: -9 },
        { x: 9, y: -9 },
        { x: 9, y: 9 },
      ],
    });
  });

  it('is read without what it does not say, whether absent, null or empty', () => {
    for (const rest of [
      {},
      { meta: {}, media: {}, environment: {}, settings: {} },
      { meta: null, media: null },
    ]) {
      const { show } = read({ 'show.json': oneDrone({ lights: redFor1s, home: null }, rest) });
      expect(Object.keys(show).sort()).toEqual(['cues', 'limits', 'segments', 'slots', 'title']);
      expect(show.limits).toEqual({});
    }
  });

  it('says what it leaves out, once for all drones, and passes over what it does not know', () => {
    const settings = (name: string) => ({
      name,
      trajectory: { ...upAndAway, landingTime: 9, color: 'red' },
      lights: { version: 1, data: 'FIEHABMAAA==' },
      rthPlan: {},
      group: 3,
      mode: 'formation',
      yawControl: { version: 1, autoYaw: true },
      pyro: { version: 1, events: [[1, 2, 7]] },
      connect: 1,
    });
    const drones = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ settings: settings(name), extra: {} }));
    const corner = {
      isInclusion: true,
      points: [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
    };
    const { notes } = read({
      'show.json': {
        version: 1,
        environment: { type: 'indoor', cameras: [{}] },
        settings: {
          geofence: { version: 1, polygons: [corner, { ...corner, isInclusion: false }, corner] },
          validation: { maxAccelerationXY: 2 },
        },
        swarm: { drones },
      },
    });
    const all = '(a, b, c and 2 more)';
    expect(notes).toEqual([
      'the show is meant for indoors',
      'cameras are not taken over',
      'zones that drones may not enter are not taken over, and not checked',
      'of several geofences only the first is taken over and checked',
      'limits of acceleration differ between sideways and upwards: the lower one (or the only one) holds for both',
      `a time of landing (landingTime) is not taken over ${all}`,
      `a plan for the way home (rthPlan) is not taken over ${all}`,
      `groups of drones are not taken over ${all}`,
      `the mode of a drone is not taken over ${all}`,
      `jumps triggered by a radio control are not made ${all}`,
      `pyrotechnics switched by a light program are not fired ${all}`,
      `a heading that follows the direction of flight (autoYaw) is not taken over ${all}`,
      `pyrotechnics are kept (time, channel, name of the payload), but never fired; what a payload is is not kept ${all}`,
    ]);
  });
});

describe('a .skyc show that is wrong', () => {
  const withPoints = (...points: unknown[]) =>
    refusal({
      'show.json': oneDrone({ trajectory: { $ref: './d/t.json#' } }),
      'd/t.json': { version: 1, points },
    });
  const first = [0, [0, 0, 0], []];

  it.each([
    ['is not JSON', '{"version": 1,', 'show.skyc: show.json: this is no JSON: '],
    ['is not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'show.skyc: show.json: this is no JSON: '],
    ['is nested without end', '['.repeat(200_000), 'show.skyc: show.json: '],
    ['is a list', '[1]', 'show.skyc: show.json: expected an object, found a list of 1'],
    [
      'has another version',
      { version: 2, swarm: {} },
      'show.skyc: show.json, version: version 2 is not read, only 1',
    ],
    ['has no swarm', { version: 1 }, 'show.skyc: show.json: "swarm" is missing'],
    [
      'has no drones',
      { version: 1, swarm: { drones: [] } },
      'show.skyc: show.json, swarm.drones: the show has no drones',
    ],
    [
      'has a number for drones',
      { version: 1, swarm: { drones: 3 } },
      'swarm.drones: expected a list, found 3',
    ],
    [
      'has too many drones',
      { version: 1, swarm: { drones: new Array(5001).fill({}) } },
      '5001 drones, at most 5000',
    ],
    [
      'has a drone without settings',
      { version: 1, swarm: { drones: [{}] } },
      'swarm.drones[0]: "settings" is missing',
    ],
    [
      'has no trajectory',
      oneDrone({ trajectory: null }),
      'swarm.drones[0].settings: "trajectory" is missing',
    ],
    ['has a name without letters', oneDrone({ name: ' ' }), 'settings.name: a name has 1 to 63 characters'],
    ['has a name with a folder', oneDrone({ name: 'a/b' }), 'settings.name: a name has 1 to 63 characters'],
    [
      'has a name of control characters',
      oneDrone({ name: 'a\u001b[2J' }),
      'settings.name: a name has 1 to 63',
    ],
    [
      'has an old trajectory',
      oneDrone({ trajectory: { version: 0 } }),
      'version 0 is not read, only 1 (0 and 2 are',
    ],
    [
      'has a latitude of 91°',
      oneDrone({}, { environment: { location: { origin: [91e7, 0] } } }),
      'location.origin[0]: 91',
    ],
    [
      'has music that is no base64',
      oneDrone({}, { media: { audio: { data: '*' } } }),
      'media.audio.data: expected base64',
    ],
    [
      'has a fence of two corners',
      oneDrone(
        {},
        {
          settings: {
            geofence: {
              version: 1,
              polygons: [
                {
                  isInclusion: true,
                  points: [
                    [0, 0],
                    [1, 1],
                  ],
                },
              ],
            },
          },
        },
      ),
      'polygons[0].points: 2 corners',
    ],
    [
      'has a limit below 0',
      oneDrone({}, { settings: { validation: { minDistance: -1 } } }),
      'minDistance: -1 is too small',
    ],
    [
      'has a segment that ends first',
      oneDrone({}, { meta: { segments: { show: [5, 4] } } }),
      'segments.show: it ends at 4 s',
    ],
    [
      'has a cue without time',
      oneDrone({}, { settings: { cues: { version: 1, items: [{ name: 'a' }] } } }),
      'items[0]: "time" is missing',
    ],
    [
      'has lights that are no program',
      oneDrone({ lights: { version: 1, data: 'Dw==' } }),
      'settings.lights.data: light program, byte 0: command 0x0f is unknown',
    ],
    [
      'has a heading that goes back',
      oneDrone({
        yawControl: {
          version: 1,
          setpoints: [
            [2, 0],
            [1, 0],
          ],
        },
      }),
      'setpoints[1]: its time, 1 s',
    ],
    [
      'has a heading that jumps',
      oneDrone({
        yawControl: {
          version: 1,
          setpoints: [
            [2, 0],
            [2, 9],
          ],
        },
      }),
      'setpoints[1]: its time, 2 s',
    ],
    [
      'has half a channel',
      oneDrone({ pyro: { version: 1, events: [[1, 0.5, 'a']] } }),
      'events[0][1]: expected the number of a channel',
    ],
  ])('is refused when it %s', (_what, show, message) => {
    expect(refusal({ 'show.json': show })).toContain(message);
  });

  it('is refused with entry and point where a trajectory can not be flown', () => {
    const place = 'show.skyc: d/t.json, points';
    expect(withPoints()).toBe(`${place}: there are no points`);
    expect(withPoints(first, [1, [0, '1', 0], []])).toBe(
      `${place}[1][1][1]: expected a number of metres, found "1"`,
    );
    expect(withPoints(first, [1, [0, 0], []])).toBe(
      `${place}[1][1]: expected a point [x, y, z], found a list of 2`,
    );
    expect(withPoints(first, ['1', [0, 0, 0], []])).toContain(
      `${place}[1][0]: expected a number of seconds, found "1"`,
    );
    expect(withPoints(first, [1, [0, 0, 1e9], []])).toContain(`${place}[1][1][2]: 1000000000 is too large`);
    expect(withPoints(first, [-1, [0, 0, 0], []])).toContain(`${place}[1]: its time, -1 s, lies before`);
    expect(withPoints(first, [0, [0, 3, 4], []])).toBe(
      `${place}[1]: it jumps by 5.000 m at 0 s, without time passing`,
    );
    expect(withPoints(first, [1, [0, 0, 0], new Array(7).fill([0, 0, 0])])).toContain(
      '7 control points, at most 6',
    );
    expect(withPoints([0, [0, 0, 0], [[1, 1, 1]]])).toContain(
      `${place}[0]: the first point has control points`,
    );
    expect(withPoints(first, { t: 1 })).toContain(`${place}[1]: expected a list, found an object`);
  });

  it.each(['NaN', 'Infinity', '-Infinity', '1e999', 'null', 'true', '"5"', '[]'])(
    'is refused for %s as a number',
    (bad) => {
      const trajectory = `{"version": 1, "points": [[0, [0, 0, ${bad}], []]]}`;
      const files = { 'show.json': oneDrone({ trajectory: { $ref: 't.json' } }), 't.json': trajectory };
      expect(refusal(files)).toContain(
        'show.skyc: t.json, points[0][1][2]: expected a number of metres, found ',
      );
    },
  );

  it('is refused for two drones of one name', () => {
    const drone = { settings: { name: 'a', trajectory: upAndAway } };
    expect(refusal({ 'show.json': { version: 1, swarm: { drones: [drone, drone] } } })).toBe(
      'show.skyc: show.json, swarm.drones[1].settings: there is another drone of the name "a"',
    );
  });

  it('is refused with a place, or read, whatever stands wherever in it', () => {
    const whole = JSON.stringify(
      oneDrone(
        { name: 'a', lights: redFor1s, home: [1, 2, 0], yawControl: { version: 1, setpoints: [[0, 1]] } },
        { meta: { segments: { show: [1, 2] } }, environment: { location: { origin: [1, 2, 3] } }, media: {} },
      ),
    );
    const values = whole.length - whole.replaceAll(/[[{0-9"]/g, '').length;
    const odd = [
      'null',
      '-1',
      '1e999',
      'NaN',
      '""',
      '"__proto__"',
      '[]',
      '[[]]',
      '{}',
      '{"$ref": "show.json"}',
      '{"$ref": "#/swarm"}',
    ];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: values }), fc.constantFrom(...odd), (place, value) => {
        let number = 0;
        // The value at this place, in the order of the text, becomes another.
        const changed = JSON.parse(whole, (_key, old: unknown) =>
          ++number === place ? `\u0001${value}` : old,
        );
        const text = JSON.stringify(changed).replace(/"\\u0001((?:[^"\\]|\\.)*)"/, (_all, inner: string) =>
          JSON.parse(`"${inner}"`),
        );
        expect(refusal({ 'show.json': text })).toMatch(/^was read$|^show\.skyc: show\.json[,:] /);
      }),
      { numRuns: 300 },
    );
  });

  it('is refused without its show.json', () => {
    expect(refusal({ 'other.json': {} })).toBe('show.skyc: there is no show.json in the archive');
  });
});
