import { describe, expect, it } from 'vitest';
import { checkJson, checkText } from '../../../lib/show/report/check-text.js';
import { escapeHtml, html } from '../../../lib/show/report/html.js';
import { infoText } from '../../../lib/show/report/info-text.js';
import { lightStrip } from '../../../lib/show/report/light-strip.js';
import { reportHtml } from '../../../lib/show/report/report-html.js';
import { type Survey, surveyShow } from '../../../lib/show/report/survey.js';
import { textTable, wrap } from '../../../lib/show/report/text-table.js';
import { thin } from '../../../lib/show/report/thin.js';
import { clockTime, measure, names, violationWords } from '../../../lib/show/report/words.js';
import type { Show } from '../../../lib/show/show.js';
import { defaultLimits } from '../../../lib/show/validate/limits.js';
import type { CheckResult, CheckStats } from '../../../lib/show/validate/result.js';
import { smallShow, straightPart, twoDrones } from './small-shows.js';

const stats: CheckStats = {
  drones: 2,
  durationS: 17,
  ...{ minDistanceM: 3, minDistanceT: 0, minDistancePair: ['a', 'b'] },
  ...{ minFlightDistanceM: 3, minFlightDistanceT: 8, minFlightDistancePair: ['a', 'b'] },
  ...{ maxSpeedXYMPerS: 1, maxSpeedUpMPerS: 1, maxSpeedDownMPerS: 1 },
  ...{ maxAccelerationMPerS2: 0, maxAltitudeM: 5 },
};
const grid = { holdS: 0.5, loneS: 1, returnS: 5 };
const clean: CheckResult = { violations: [], warnings: [], stats, grid };
const broken: CheckResult = {
  ...{ stats, grid },
  violations: [{ kind: 'distance', t: 8, drones: ['a', 'b'], value: 0.8, limit: 1.5 }],
  warnings: [{ kind: 'loneHold', t: 7, meetsT: 9.5, drones: ['a', 'b'], value: 0.5, limit: 0.8 }],
};

function page(show: Show, result = clean, notes: readonly string[] = []): string {
  const survey = surveyShow(show, 0.5);
  const limits = {
    ...defaultLimits,
    geofence: [
      { x: -9, y: -9 },
      { x: 9, y: -9 },
      { x: 0, y: 9 },
    ],
  };
  return reportHtml({
    ...{ show, result, notes, survey, limits, format: 'skyc', digest: 'ab12', made: 'made today' },
  });
}

describe('the survey of a show', () => {
  const survey: Survey = surveyShow(twoDrones, 0.5);

  it('tells the stages, first action and delay of each drone from its path', () => {
    const [a, b] = survey.drones;
    // The stage of a take-off begins with the second frame that moves; see stages.ts.
    expect(a?.stages.takeoffS).toBeCloseTo(1.1);
    expect(a?.stages.routeS).toBeCloseTo(6.1);
    expect(a?.stages.landS).toBeCloseTo(10);
    expect(a?.stages.staticEndS).toBeCloseTo(15);
    expect(a?.firstAction).toEqual({ kind: 'arm', tS: 1 });
    expect([a?.delayS, b?.delayS]).toEqual([0, 2]);
    expect(a?.flightS).toBe(14);
  });

  it('calls a take-off that was added to the file a take-off', () => {
    const part = straightPart([
      [0, 0, 0, 5],
      [4, 4, 0, 5],
    ]);
    const from = { x: 0, y: 0, z: 0 };
    const to = { x: 0, y: 0, z: 5 };
    const trajectory = {
      startS: -6,
      startM: from,
      segments: [
        { kind: 'bezier' as const, endS: 0, controlM: [from, from, to, to, to] },
        ...part.trajectory.segments,
      ],
    };
    const [drone] = surveyShow(smallShow({ a: { ...part, trajectory } }), 0.5).drones;
    expect(drone?.firstAction).toEqual({ kind: 'takeoff', tS: -6 });
  });

  it('says who never moves, and has no times for it', () => {
    const still = smallShow({
      a: straightPart([
        [0, 0, 0, 0],
        [9, 0, 0, 0],
      ]),
    });
    const [drone] = surveyShow(still, 0.5).drones;
    expect(drone).toMatchObject({
      firstAction: { kind: 'none' },
      delayS: undefined,
      flightS: 0,
      nearest: undefined,
    });
  });

  it('finds extents, peaks and the nearest other drone while one is in the air', () => {
    const [a] = survey.drones;
    expect(a).toMatchObject({ leastM: { x: 0, y: 0, z: 0 }, greatestM: { x: 4, y: 0, z: 5 } });
    expect(a?.maxSpeedUpMPerS).toBeCloseTo(1);
    expect(a?.maxSpeedXYMPerS).toBeCloseTo(1);
    expect(a?.nearest).toMatchObject({ slot: 'b' });
    // Nearest at 1.6 s: b is on the ground, a has passed 0.5 m.
    expect(a?.nearest?.distanceM).toBeGreaterThan(3);
    expect(a?.nearest?.distanceM).toBeLessThan(3.1);
  });

  it('finds the nearest of many as comparing each with each does', () => {
    const places = Array.from(
      { length: 40 },
      (_, i) => [(i * 37) % 23, (i * 17) % 29, 2 + ((i * 13) % 7)] as const,
    );
    const parts = places.map(
      ([x, y, z], i) =>
        [
          `d${i}`,
          straightPart([
            [0, x, y, z],
            [0.1, x, y, z],
          ]),
        ] as const,
    );
    const { drones } = surveyShow(smallShow(Object.fromEntries(parts)), 0.5);
    for (const [i, [x, y, z]] of places.entries()) {
      const all = places.flatMap(([x2, y2, z2], j) => (i === j ? [] : Math.hypot(x - x2, y - y2, z - z2)));
      expect(drones[i]?.nearest?.distanceM).toBeCloseTo(Math.min(...all));
    }
  });

  it('has bands whose least and greatest miss no sample', () => {
    const greatest = Math.max(...survey.bands.altitudeM.map((point) => point.greatest ?? 0));
    expect(greatest).toBeCloseTo(5);
    const at7s = survey.bands.altitudeM.find(({ tS }) => Math.abs(tS - 7) < 0.01);
    expect(at7s?.least).toBeCloseTo(4);
    expect(at7s?.greatest).toBeCloseTo(5);
  });
});

describe('words for people', () => {
  it('says what is wrong with time, drones, value, limit, unit and what to do', () => {
    const lines = checkText({ title: 'x', format: 'skyc', notes: ['music is left out'], result: broken });
    const text = lines.join('\n');
    expect(text).toMatch(
      /1 violation:\n +0:08\.0 +a and b come as near as 0\.80 m .*1\.50 m is asked for: move their/,
    );
    expect(text).toMatch(
      /1 warning:\n +0:07\.0 +if a alone stops here, b comes within 0\.50 m of it at 0:09\.5/,
    );
    expect(text.indexOf('violation')).toBeLessThan(text.indexOf('warning'));
    expect(text).toContain('music is left out');
    expect(text).toContain(
      'all hold or land: every 0.5 s, one holds or lands alone: every 1 s, all fly home: every 5 s',
    );
  });

  it('gives the same as one JSON object with exactly the agreed names', () => {
    const json: unknown = JSON.parse(checkJson({ title: 'x', format: 'skyc', notes: ['n'], result: broken }));
    const { violations, warnings } = broken;
    expect(json).toEqual({ violations, warnings, stats, notes: ['n'], format: 'skyc', title: 'x' });
  });

  it('lets no title give commands to the terminal', () => {
    const [first] = checkText({ title: 'a\u001b[2Jb', format: 'skyc', notes: [], result: clean });
    expect(first).toBe('a?[2Jb (skyc)');
  });

  it('writes times, values and names as people do', () => {
    expect([clockTime(62.46), clockTime(-3.04), clockTime(59.99)]).toEqual(['1:02.5', '−0:03.0', '1:00.0']);
    expect([measure(0.456, 'm'), measure(45.67, 'm'), measure(456.7, 'm')]).toEqual([
      '0.46 m',
      '45.7 m',
      '457 m',
    ]);
    expect(measure(Number.POSITIVE_INFINITY, '°/s')).toBe('∞ °/s');
    expect(names(['a', 'b', 'c'])).toBe('a, b and c');
    const words = violationWords({ kind: 'yawRate', t: 0, drones: ['a'], value: 120, limit: 90 });
    expect(words.what).toBe('a turns at 120 °/s; at most 90.0 °/s is allowed');
  });

  it('describes a show within 80 columns, a line a drone', () => {
    const survey = surveyShow(twoDrones, 0.5);
    const show = {
      ...twoDrones,
      origin: { latDeg: 47.1, lonDeg: 8.2 },
      headingDeg: 30,
      cues: [{ tS: 3, name: 'go' }],
    };
    const lines = infoText({ show, format: 'skyc', notes: ['one '.repeat(40)], survey, stats });
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines).toContain('a          1.1    6.1  10.0    15.0  arm at 1.0      0.0');
    expect(lines.join('\n')).toMatch(/origin +47\.1000000, 8\.2000000\n/);
    expect(lines.join('\n')).toMatch(/ 0:03\.0 {2}go\n/);
  });

  it('wraps at words and keeps the first indent', () => {
    expect(wrap('  aa bb cc', 7, '    ')).toEqual(['  aa bb', '    cc']);
    expect(
      textTable([
        ['a', 'b'],
        ['long', '1'],
      ]),
    ).toEqual(['a     b', 'long  1']);
  });
});

describe('the report page', () => {
  it('shows its verdict first: green without violations, red with them', () => {
    expect(page(twoDrones)).toContain('<p class="verdict good">✓ No violations');
    const bad = page(twoDrones, broken);
    expect(bad).toContain('<p class="verdict bad">✗ 1 violation<');
    expect(bad).toContain('A and b come as near as 0.80 m to each other in the air');
    expect(bad.indexOf('0.80 m')).toBeLessThan(bad.indexOf('<svg'));
  });

  it('needs nothing outside of itself and runs nothing', () => {
    const text = page(twoDrones, broken);
    expect(text).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|(?:href|src)=|\son\w+=/i);
    expect(text.match(/https?:\/\/[^"\s]*/g) ?? []).toEqual([]);
    expect(text.match(/<svg /g)).toHaveLength(8);
  });

  it('lets no text of a file become markup', () => {
    const evil = '<script>alert(1)</script>"\'&';
    const part = twoDrones.slots.get('a') ?? straightPart([]);
    const show = smallShow(
      { [evil]: part, b: straightPart([[0, 9, 9, 0]]) },
      {
        title: evil,
        cues: [{ tS: 1, name: evil }],
        music: { fileName: evil, mediaType: evil, startS: 0, bytes: new Uint8Array() },
      },
    );
    const pair: [string, string] = [evil, 'b'];
    const result = {
      ...broken,
      violations: broken.violations.map((each) => ({ ...each, drones: pair })),
      stats: { ...stats, minFlightDistancePair: pair },
    };
    const text = page(show, result, [evil]);
    expect(text).not.toMatch(/<script|"'&[^a#]/);
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
  });

  it('draws the limit as a line where it is near, and says so where it is not', () => {
    const text = page(twoDrones);
    expect(text).toContain('at least 1.5 m');
    expect(text).toContain('limit 120 m, far above the drawing');
    // They climb and sink at 1 m/s: the limit of 2 m/s downwards is near, that of 3 m/s upwards is not.
    expect(text).toContain('at most 2 m/s down');
    expect(text).toContain('limit 3 m/s, far above the drawing');
  });

  it('stays small for many drones with long winding ways', () => {
    const stops = (i: number) =>
      Array.from({ length: 200 }, (_, k) => [k, i + Math.sin(k), i % 9, 5 + Math.cos(k * i)] as const);
    const parts = Array.from({ length: 30 }, (_, i) => [`d${i}`, straightPart(stops(i))] as const);
    expect(page(smallShow(Object.fromEntries(parts))).length).toBeLessThan(1_000_000);
  });

  it('keeps a way within a tolerance when it thins it', () => {
    const points = Array.from({ length: 101 }, (_, i) => ({ x: i, y: Math.abs(i - 50) }));
    expect(thin(points, 0.01, 100)).toEqual([
      { x: 0, y: 50 },
      { x: 50, y: 0 },
      { x: 100, y: 50 },
    ]);
    expect(
      thin(
        points.map(({ x }) => ({ x, y: x % 2 })),
        0.01,
        7,
      ),
    ).toHaveLength(7);
  });

  it('shows the lights of each drone in its row, with the times at which they change', () => {
    const lights = {
      kind: 'step' as const,
      timesS: Float64Array.of(0, 5),
      colors: Uint8Array.of(255, 0, 0, 0, 0, 255),
    };
    const show = smallShow({
      a: straightPart(
        [
          [0, 0, 0, 0],
          [10, 0, 0, 1],
        ],
        lights,
      ),
    });
    const { picture, every } = lightStrip(show, { startS: -10, endS: 10 });
    expect(every).toBe(1);
    // 600 px for 20 s, from 96 px on; black before 0; each run is 0.3 px wider so that no gap shows.
    expect(picture.text).toMatch(/x="396" y="0" width="150\.3" height="14\.7" fill="#f00"/);
    expect(picture.text).toMatch(/x="546" y="0" width="150\.3" height="14\.7" fill="#00f"/);
  });

  it('is made for a show whose lights can not be played too', () => {
    // 0x0f is no command of the light programs.
    const lights = { kind: 'bytecode' as const, bytes: Uint8Array.of(0x0f) };
    const violations = [{ kind: 'lights' as const, t: 0, drones: ['a'], value: 0, limit: 0 }];
    const show = smallShow({
      a: straightPart(
        [
          [0, 0, 0, 0],
          [10, 0, 0, 1],
        ],
        lights,
      ),
    });
    expect(page(show, { ...clean, violations })).toContain('The lights of a can not be played.');
  });

  it('escapes what is put into a template, and only that', () => {
    expect(html`<b>${'<i>'}</b>${html`<u>`}`.text).toBe('<b>&lt;i&gt;</b><u>');
    expect(escapeHtml('a\u202eb\u0000"')).toBe('a\uFFFDb\uFFFD&quot;');
  });
});
