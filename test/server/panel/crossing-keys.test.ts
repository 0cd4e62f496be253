/** Keys that meet a screen that has changed meanwhile: none of them does what it was not meant for. */
import { describe, expect, it } from 'vitest';
import { reduce } from '../../../server/panel/reduce.js';
import {
  type Context,
  type Effect,
  initialState,
  type PanelInput,
  type PanelState,
} from '../../../server/panel/state.js';
import { plainText } from '../../../server/panel/styled.js';
import { view } from '../../../server/panel/view.js';
import type { VisualLandView } from '../../../server/show-control/visual-land-search.js';
import type { ServerSnapshot } from '../../../server/snapshot.js';
import { drone, readyDrones, snapshotOf } from './support/fake-fleet.js';

const size = { columns: 80, rows: 24 };
const drones = readyDrones(3);
const ids = drones.map(({ record }) => record.id);
const contextOf = (more: Partial<ServerSnapshot> = {}): Context => ({
  snapshot: snapshotOf(drones, more),
  size,
});

function press(keys: readonly string[], from: PanelState = initialState, context = contextOf()) {
  let state = reduce(from, { type: 'tick' }, context).state;
  const effects: Effect[] = [];
  for (const key of keys) {
    const step = reduce(state, { type: 'key', key }, context);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

const tell = (state: PanelState, input: PanelInput, context = contextOf()) =>
  reduce(state, input, context).state;

const textOf = (state: PanelState, context = contextOf()) =>
  view(state, context.snapshot, size).map(plainText).join('\n');

const drone2 = { what: 'drone', id: 'drone-2' } as const;
const answer: PanelInput = {
  ...{ type: 'configFound', of: drone2 },
  found: { origin: 'peer', answer: { config: { LED: { use: { __value__: true } } } }, name: 'drone-2' },
};

describe('a configuration that comes late', () => {
  const asked = press(['down', 'C']).state;

  it('is waited for, which Esc ends', () => {
    expect(textOf(asked)).toContain('drone-2');
    expect(tell(asked, answer).dialog?.kind).toBe('config');
    const left = press(['escape'], asked).state;
    expect([left.dialog, tell(left, answer).dialog]).toEqual([undefined, undefined]);
  });

  it('covers nothing that is asked or typed meanwhile', () => {
    const typing = press(['escape', 'a', 'd', ...'dis'], asked).state;
    const late = tell(typing, answer);
    expect(late.dialog).toEqual(typing.dialog);
    expect(late.message?.text).toContain('drone-2');
  });

  it('takes no changes of another editor away', () => {
    const editing = press([' '], tell(asked, answer)).state;
    expect(tell(editing, answer).dialog).toEqual(editing.dialog);
  });

  it('that can not be had is told, and waited for no longer', () => {
    const failed = tell(asked, { type: 'failed', command: 'openConfig', text: 'drone-2: no answer' });
    expect([failed.dialog, failed.message?.text]).toEqual([
      undefined,
      expect.stringContaining('drone-2: no answer'),
    ]);
  });
});

describe('a file that is saved from the editor', () => {
  const of = { what: 'file', path: '/x.ini' } as const;
  const find = (text: string) =>
    tell(
      { ...initialState, dialog: { kind: 'asking', of } },
      { type: 'configFound', of, found: { origin: 'file', text, path: '/x.ini', spec: undefined } },
    );
  const change = (value: string) => ['enter', 'ctrl-u', ...value, 'enter', 's'];
  const saved = ({ effects }: { effects: readonly Effect[] }) =>
    effects.flatMap((effect) => (effect.type === 'saveConfig' ? [effect.what] : []));

  it('goes with what it was when it was found or saved last', () => {
    const first = press(change('2'), find('a = 1\n'));
    expect(saved(first)).toEqual([{ how: 'file', of, text: 'a = 2\n', opened: 'a = 1\n' }]);
    const savedOn = (type: 'configSaved' | 'configFailed') =>
      saved(press(change('3'), tell(first.state, { type, text: 'so' })));
    expect(savedOn('configSaved')).toMatchObject([{ text: 'a = 3\n', opened: 'a = 2\n' }]);
    expect(savedOn('configFailed')).toMatchObject([{ text: 'a = 3\n', opened: 'a = 1\n' }]);
  });
});

describe('a landing that failed', () => {
  const outcome = (command: string, ok: boolean): PanelInput => ({
    ...{ type: 'outcome', command },
    results: [{ id: 'drone-3', ok, ...(ok ? {} : { code: 'unreachable', message: 'not connected' }) }],
  });
  const failed = tell(initialState, outcome('landAll', false));

  it('is not covered by what else comes to its end', () => {
    for (const input of [
      outcome('upload', true),
      { type: 'loaded', name: 'wave' },
      { type: 'failed', command: 'upload', text: 'disk is gone' },
    ] as const) {
      const later = tell(failed, input);
      expect(later.message?.text).toContain('LAND ALL FAILED: drone-3 not connected');
      expect(textOf(press(['e'], later).state)).toContain('LAND ALL: 1 failed');
    }
  });

  it('gives way to the next landing, to a key, and to time', () => {
    expect(tell(failed, outcome('land', true)).message?.text).toContain('land: 1 ok');
    const left = press(['escape'], failed).state;
    expect(tell(left, outcome('upload', true)).message?.text).toContain('upload: 1 ok');
    const late = tell(failed, outcome('upload', true), contextOf({ monotonicMs: 170_000 }));
    expect(late.message?.text).toContain('upload: 1 ok');
  });
});

describe('a question whose ground has changed', () => {
  const lights = contextOf({
    authorization: { digest: '1a2b3c4d5e6f', scope: 'lights', leftS: 500, override: undefined, ids },
  });
  const live = contextOf();

  it('of a start for lights alone starts no motors', () => {
    const { state } = press(['a', 's', 'enter'], initialState, lights);
    expect(state.dialog).toMatchObject({ kind: 'confirm', confirmation: { name: 'start' } });
    expect(textOf(state, lights)).toContain('lights alone: nothing arms');
    expect(press(['y'], state, live).effects).toEqual([]);
    expect(textOf(state, live)).toContain('Not possible any more');
    expect(press(['y'], state, lights).effects).toEqual([
      { type: 'operate', name: 'start', ids, given: { delay: 10 } },
    ]);
  });

  it('of a start says that motors run', () => {
    const { state } = press(['a', 's', 'enter'], initialState, live);
    expect(textOf(state, live)).toContain('motors');
  });

  it('of an authorization allows no other show', () => {
    const { state } = press(['a', 'A']);
    const { show } = snapshotOf(drones);
    if (!show) throw new Error('no show');
    const other = contextOf({ show: { ...show, name: 'dogs', digest: 'ffff00001111' } });
    const pressed = press(['y'], state, other);
    expect([pressed.effects, pressed.state.dialog]).toEqual([[], undefined]);
    expect(pressed.state.message?.text).toContain('another show');
    expect(press(['y'], state).effects).toMatchObject([{ name: 'authorize' }]);
  });
});

describe('the search for a drone', () => {
  const search: VisualLandView = {
    ...{ step: 1, lit: { green: ['drone-1'], red: ['drone-2', 'drone-3'] }, dark: [], remaining: 3 },
    ...{ answersLeftAtMost: 2, canUndo: false, out: [], unlit: [] },
  };
  const at = (monotonicMs: number) => contextOf({ visualLand: search, monotonicMs });

  it('takes the screen with its key, not with its answer: no key for the table meets it', () => {
    const begun = press(['a', 'w']).state;
    expect(begun.dialog).toMatchObject({ kind: 'visualLand' });
    const left = press(['escape'], begun, at(100_000)).state;
    const outcome: PanelInput = { type: 'outcome', command: 'visual_land', results: [] };
    expect(tell(left, outcome, at(100_500)).dialog).toBeUndefined();
    const refused = tell(begun, { type: 'failed', command: 'visual_land', text: 'a search is on' });
    expect(refused.dialog).toBeUndefined();
  });

  it('that is left with Esc goes on, and is not forgotten', () => {
    const { state } = press(['w', 'escape'], initialState, at(100_000));
    expect(textOf(state, at(100_000))).toMatch(/NEXT visual land is on: w goes on/);
  });

  it('takes no answer from somebody who can not have looked yet', () => {
    const begun = press(['a', 'w']).state;
    expect(press(['r'], begun, at(100_500)).effects).toEqual([]);
    expect(press(['r'], begun, at(101_000)).effects).toHaveLength(1);
  });

  it('takes a key that is held for one answer', () => {
    let state = press(['w'], initialState, at(100_000)).state;
    const effects: Effect[] = [];
    // A keyboard repeats after half a second, and then thirty times a second.
    for (const ms of [1_000, 1_500, 1_533, 1_566, 1_600, 2_400, 2_433]) {
      const step = reduce(state, { type: 'key', key: 'r' }, at(100_000 + ms));
      state = step.state;
      effects.push(...step.effects);
    }
    expect(effects).toHaveLength(2);
  });

  it('takes no answer to lights that somebody else has changed just now', () => {
    const { state } = press(['w'], initialState, at(100_000));
    const next = (monotonicMs: number) => contextOf({ visualLand: { ...search, step: 2 }, monotonicMs });
    const met = press(['r'], state, next(110_000));
    expect(met.effects).toEqual([]);
    expect(press(['r'], met.state, next(110_800)).effects).toHaveLength(1);
  });

  it('that is over keeps the screen until it is left: a key that is held lands nobody else', () => {
    const { state } = press(['a', 'w']);
    for (const key of ['l', 'r', 'g', 'c', 'd', 'u', 'x']) {
      const pressed = press([key, key], state);
      expect([key, pressed.effects, pressed.state.dialog?.kind]).toEqual([key, [], 'visualLand']);
    }
    for (const key of ['escape', 'enter']) expect(press([key], state).state.dialog).toBeUndefined();
  });

  it('disarms those alone that were named when the word was asked for', () => {
    const { state } = press(['w', 'd'], initialState, at(100_000));
    expect(press([...'disarm', 'enter'], state, at(101_000)).effects).toEqual([
      { type: 'operate', name: 'visual_land_disarm', ids, given: {} },
    ]);
  });
});

describe('who is still armed', () => {
  const outcome = (action: string, ok = true) => ({ action, atMs: 0, result: { id: 'a', ok } });
  const armedAfter = (...recentOutcomes: ReturnType<typeof outcome>[]): Context => ({
    snapshot: snapshotOf([
      drone('a', {
        ...{ telemetry: { armed: true }, recentOutcomes, lastOutcome: recentOutcomes.at(-1) },
      }),
    ]),
    size,
  });

  it('is landing though his lights were given back after he was told to', () => {
    const context = armedAfter(outcome('takeoff'), outcome('land'), outcome('led_fill'));
    expect(textOf(initialState, context)).toContain('STILL ARMED (1): a');
    expect(textOf(initialState, context)).toContain('1 drone landing');
  });

  it('hovers as he was told to though he was sent a light since', () => {
    const context = armedAfter(outcome('takeoff'), outcome('led_test'));
    expect(textOf(initialState, context)).not.toContain('STILL ARMED');
  });

  it('is not landing when that has failed', () => {
    const text = textOf(initialState, armedAfter(outcome('land', false)));
    expect(text).toContain('STILL ARMED (1): a');
    expect(text).not.toContain('landing: wait');
  });
});
