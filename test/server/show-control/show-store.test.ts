/** Old drones and ours fly one show: the same places at the same moments, from different files. */
import { describe, expect, it } from 'vitest';
import { readAnimationSettings, readFlightSettings } from '../../../drone-client/client/settings.js';
import { droneConfigSpec } from '../../../drone-client/config-spec.js';
import { loadConfig } from '../../../lib/config/index.js';
import { distance } from '../../../lib/geo/frames.js';
import { buildFlightPlan, parseCleverShowCsv } from '../../../lib/show/index.js';
import type { FlightPlan } from '../../../lib/show/model.js';
import { decodePart } from '../../../lib/show/part/part-codec.js';
import { planOfPart } from '../../../lib/show/part/part-plan.js';
import { motionAt } from '../../../lib/show/path.js';
import { prepareShow } from '../../../lib/show/prepare-show.js';
import type { Segment, Show, SlotShow } from '../../../lib/show/show.js';
import {
  animationIdOf,
  animationOf,
  type JudgedShow,
  judgeShow,
} from '../../../server/show-control/show-store.js';

const config = loadConfig('', 'client.ini', droneConfigSpec);

/** `padX`: where it stands; then `segments` from `fromZM` above that. */
function slot(padX: number, fromZM: number, segments: readonly Segment[]): SlotShow {
  const pad = { x: padX, y: 0, z: 0 };
  return {
    trajectory: { startS: 0, startM: { ...pad, z: fromZM }, segments },
    lights: { kind: 'step', timesS: Float64Array.of(0), colors: Uint8Array.of(9, 8, 7) },
    yaw: { timesS: new Float64Array(0), yawsRad: new Float64Array(0) },
    pyro: [],
    homeM: pad,
  };
}

type StoredSlots = JudgedShow & {
  readonly animation: (slot: string) => Uint8Array | undefined;
  readonly animationId: (slot: string) => string;
};

function store(title: string, slots: readonly (readonly [string, SlotShow])[]): StoredSlots {
  const show: Show = { title, slots: new Map(slots), cues: [], segments: {}, limits: {} };
  const prepared = prepareShow({ show, notes: [], format: 'skyc' });
  return {
    ...judgeShow(prepared),
    animation: (name) => animationOf(prepared.show, prepared.digests, name),
    animationId: (name) => animationIdOf(title, prepared.digests.get(name) ?? ''),
  };
}

/** As the drones plan what they are sent: by their own configuration the old ones, as it is ours. */
function plansOf(stored: StoredSlots, name: string): { ours: FlightPlan; old: FlightPlan; id: string } {
  const text = new TextDecoder().decode(stored.animation(name));
  const animation = parseCleverShowCsv(text, name, { frameDelayS: 0.1 });
  const part = stored.parts.get(name);
  if (!part) throw new Error(`no part for ${name}`);
  return {
    ours: planOfPart(decodePart(part, name)),
    old: buildFlightPlan(animation, readAnimationSettings(config), readFlightSettings(config)),
    id: animation.id,
  };
}

const rise = (x: number, endS: number): Segment => {
  const [low, high] = [
    { x, y: 0, z: 0 },
    { x, y: 0, z: 6 },
  ];
  return { kind: 'bezier', endS, controlM: [low, low, high, high, high] };
};
const sway = (x: number, z: number, endS: number): Segment => {
  const at = { x, y: 0, z };
  return { kind: 'bezier', endS, controlM: [at, at, { ...at, y: 12 }, at, at, at] };
};

describe('the animation of an old drone', () => {
  it.each([
    ['on the ground', [['a', slot(0, 0, [rise(0, 7), sway(0, 6, 12)])]]],
    ['on the ground, one later', [['a', slot(0, 0, [{ kind: 'constant', endS: 3 }, rise(0, 9)])]]],
    ['in the air', [['a', slot(0, 4.37, [sway(0, 4.37, 8)])]]],
    [
      'in the air and on the ground',
      [
        ['a', slot(0, 5.11, [sway(0, 5.11, 8)])],
        ['b', slot(9, 0, [{ kind: 'constant', endS: 1.5 }, rise(9, 9)])],
      ],
    ],
  ] as const)('is in step with the part of one of ours, in a show that begins %s', (_where, slots) => {
    const stored = store('step', slots);
    for (const [name] of slots) {
      const { ours, old } = plansOf(stored, name);
      let worstM = 0;
      const flyS = old.steps.find(({ kind }) => kind === 'fly')?.startS ?? Number.NaN;
      const landS = old.steps.find(({ kind }) => kind === 'land')?.startS ?? Number.NaN;
      // At the moments of its frames, until it comes to its own landing.
      for (let tS = flyS; tS < landS - 1.2; tS += 0.1) {
        const [a, b] = [ours, old].map(({ path }) => path && motionAt(path, tS).positionM);
        worstM = Math.max(worstM, a && b ? distance(a, b) : Number.NaN);
      }
      expect(landS - flyS).toBeGreaterThan(6);
      expect(worstM).toBeLessThan(0.01);
      expect(Math.abs((ours.start?.delayS ?? 0) - (old.start?.delayS ?? 0))).toBeLessThan(1);
    }
  });

  it('has an id that only this part of this show has', () => {
    const slots = [
      ['a', slot(0, 0, [rise(0, 7)])],
      ['b', slot(9, 0, [rise(9, 7)])],
    ] as const;
    const [one, other] = [
      store('x'.repeat(500), slots),
      store('x'.repeat(500), [['a', slot(0, 0, [rise(0, 8)])]]),
    ];
    const ids = [one.animationId('a'), one.animationId('b'), other.animationId('a')];
    expect(new Set(ids).size).toBe(3);
    expect(ids.map((id) => id.length)).toEqual([69, 69, 69]);
    expect(plansOf(one, 'b').id).toBe(one.animationId('b'));
  });
});
