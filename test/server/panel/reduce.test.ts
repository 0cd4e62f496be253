/** What keys do: nothing without what it takes, Land All always, Esc never. */
import { describe, expect, it } from 'vitest';
import { bindings } from '../../../server/panel/key-map.js';
import { reduce } from '../../../server/panel/reduce.js';
import {
  type Context,
  type Dialog,
  type Effect,
  initialState,
  type PanelState,
} from '../../../server/panel/state.js';
import { builtInPreset } from '../../../server/panel/table-view.js';
import { view } from '../../../server/panel/view.js';
import { drone, mixedDrones, readyDrones, snapshotOf } from './support/fake-fleet.js';

const size = { columns: 80, rows: 24 };
const contextOf = (drones = readyDrones(3), more = {}): Context => ({
  snapshot: snapshotOf(drones, more),
  size,
});

function press(keys: readonly string[], context: Context, from: PanelState = initialState) {
  let state = reduce(from, { type: 'tick' }, context).state;
  const effects: Effect[] = [];
  for (const key of keys) {
    const step = reduce(state, { type: 'key', key }, context);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

const ids = ['drone-1', 'drone-2', 'drone-3'];

const dialogs: readonly Dialog[] = [
  { kind: 'help', scroll: 0 },
  { kind: 'details', droneId: 'drone-1', scroll: 0 },
  { kind: 'notice', title: 'no', lines: ['why'], scroll: 0 },
  { kind: 'menu', text: 'k', at: 0 },
  { kind: 'form', name: 'start', ids, texts: ['1'], at: 0 },
  { kind: 'form', name: 'load', ids: [], texts: ['/x'], at: 0 },
  { kind: 'choose', text: '1-3' },
  { kind: 'results', scroll: 0 },
  { kind: 'filter' },
  { kind: 'columns', draft: builtInPreset, at: 0 },
  { kind: 'log', search: '', isTyping: false, isWarningsOnly: false, back: 0 },
  { kind: 'word', name: 'disarm', ids, given: {}, text: 'disarm' },
  { kind: 'word', name: 'kill', ids, given: {}, text: 'kill' },
  { kind: 'authorize', ids, text: '' },
  { kind: 'confirm', confirmation: { what: 'operate', name: 'start', ids, given: { delay: 10 } } },
  { kind: 'confirm', confirmation: { what: 'operate', name: 'takeoff', ids, given: {} } },
  { kind: 'confirm', confirmation: { what: 'operate', name: 'remove', ids, given: {} } },
  { kind: 'confirm', confirmation: { what: 'quit' } },
  { kind: 'alerts', at: 3 },
  { kind: 'checklist', at: 2 },
];

describe('the key map', () => {
  it('gives each key to one action, each action one entry, each entry a sentence', () => {
    const keys = bindings.flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(bindings.map(({ action }) => action)).size).toBe(bindings.length);
    for (const { help, shown } of bindings)
      expect(help.endsWith('.') && shown.length > 0 && shown.length <= 5).toBe(true);
  });

  it('has no entry that does nothing', () => {
    for (const { keys, action } of bindings) {
      if (action === 'back') continue;
      for (const key of keys) {
        const from = { ...initialState, cursorIndex: 1, cursorId: 'drone-2', selected: new Set(['drone-1']) };
        const drones = [...readyDrones(3), drone('drone-9', { isConnected: false })];
        const before = reduce(from, { type: 'tick' }, contextOf(drones)).state;
        const step = reduce(before, { type: 'key', key }, contextOf(drones));
        expect([
          key,
          step.effects.length > 0 ||
            JSON.stringify(replaceSet(step.state)) !== JSON.stringify(replaceSet(before)),
        ]).toEqual([key, true]);
      }
    }
  });
});

function replaceSet(state: PanelState): object {
  return { ...state, selected: [...state.selected] };
}

describe('Land All', () => {
  it('goes out at once from the table and from inside every dialog, and closes it', () => {
    for (const dialog of [undefined, ...dialogs]) {
      const { state, effects } = press(['ctrl-x'], contextOf(), { ...initialState, dialog });
      expect(effects).toEqual([{ type: 'landAll' }]);
      expect(state.dialog).toBeUndefined();
      expect(state.message?.text).toBe('LAND ALL sent to 3 drones');
    }
  });

  it('asks neither for a selection nor for drones', () => {
    expect(press(['n', 'ctrl-x'], contextOf([])).effects).toEqual([{ type: 'landAll' }]);
  });
});

describe('Esc', () => {
  it('leaves every dialog and does nothing', () => {
    for (const dialog of [undefined, ...dialogs]) {
      const { state, effects } = press(['escape'], contextOf(), { ...initialState, dialog });
      expect([effects, state.dialog]).toEqual([[], undefined]);
    }
  });
});

describe('the start', () => {
  it('takes a selection, a delay and y', () => {
    expect(press(['a', 's', '3', 'enter', 'y'], contextOf()).effects).toEqual([
      { type: 'operate', name: 'start', ids, given: { delay: 3 } },
    ]);
    expect(press(['a', 's', 'enter', 'y'], contextOf()).effects).toEqual([
      { type: 'operate', name: 'start', ids, given: { delay: 10 } },
    ]);
    expect(press(['a', 's', '2', ',', '5', 'enter', 'y'], contextOf()).effects).toEqual([
      { type: 'operate', name: 'start', ids, given: { delay: 2.5 } },
    ]);
  });

  it.each(['enter', 'n', 'q', ' ', 's', 'escape', 'backspace', 'foreign'])(
    'is not confirmed by %s',
    (key) => {
      expect(press(['a', 's', 'enter', key], contextOf()).effects).toEqual([]);
    },
  );

  it('says what is wrong with a delay and asks again', () => {
    for (const typed of ['.', '1..2', '99999']) {
      const { state, effects } = press(['a', 's', ...typed, 'enter', 'y'], contextOf());
      expect(effects).toEqual([]);
      expect(state.dialog?.kind).toBe('form');
    }
    const { state } = press(['a', 's', '.', 'enter'], contextOf());
    expect(state.dialog).toMatchObject({
      error: expect.stringContaining('a number from 0 to 86400') as string,
    });
  });

  it('without a selection says how to select', () => {
    const { state, effects } = press(['s'], contextOf());
    expect([effects, state.message?.text]).toEqual([
      [],
      'start: nothing selected: space selects, a selects all',
    ]);
  });

  it('is refused for drones that the authorization does not cover, also when it ceases to in the question', () => {
    const context = contextOf();
    const { authorization } = context.snapshot;
    const less = contextOf(undefined, {
      authorization: authorization && { ...authorization, ids: ['drone-1'] },
    });
    const { state, effects } = press(['a', 's', 'enter', 'y'], less);
    expect([effects, state.message?.text]).toEqual([[], 'start: not authorized for drone-2: press A again']);
    const asked = press(['a', 's', 'enter'], context).state;
    expect(reduce(asked, { type: 'key', key: 'y' }, less).effects).toEqual([]);
  });

  it('is refused while a selected drone is not ready, and while a show is under way', () => {
    expect(press(['a', 's', 'enter', 'y'], contextOf(mixedDrones())).effects).toEqual([]);
    const { state, effects } = press(
      ['a', 's', 'enter', 'y'],
      contextOf(readyDrones(2), { phase: { phase: 'running', scope: 'live', startUtcMs: 0 } }),
    );
    expect([effects, state.message?.text]).toEqual([
      [],
      'start: a show is under way (running): stop or land it first',
    ]);
  });

  it('is refused when a drone ceases to be ready, or leaves, while the question is on the screen', () => {
    const { state } = press(['a', 's', 'enter'], contextOf());
    const weak = [drone('drone-1', { telemetry: { battery: [14, 0.2] } }), ...readyDrones(3).slice(1)];
    for (const drones of [weak, readyDrones(2)]) {
      expect(press(['y'], contextOf(drones), state).effects).toEqual([]);
      const lines = view(press([], contextOf(drones), state).state, snapshotOf(drones), size);
      expect(JSON.stringify(lines)).toContain('Not possible any more');
    }
  });
});

describe('commands of the selection', () => {
  it.each([
    ['u', 'upload'],
    ['p', 'pause'],
    ['r', 'resume'],
    ['x', 'stop'],
    ['l', 'land'],
    ['f', 'led_test'],
  ])('%s gives %s at once, to the selected drones in the order of the table', (key, command) => {
    expect(press(['t', 'down', ' ', key], contextOf()).effects).toEqual([
      { type: 'operate', name: command, ids: ['drone-1', 'drone-3'], given: {} },
    ]);
    expect(press([key], contextOf()).effects).toEqual([]);
  });

  it('upload needs a show', () => {
    const { state, effects } = press(['a', 'u'], contextOf(readyDrones(1), { show: undefined }));
    expect([effects, state.message?.text]).toEqual([[], 'upload: no show is loaded: press o']);
  });

  it('disarm needs the whole word and Enter', () => {
    expect(press(['a', 'd', ...'disarm', 'enter'], contextOf()).effects).toEqual([
      { type: 'operate', name: 'disarm', ids, given: {} },
    ]);
    for (const typed of ['', 'y', 'disar', 'disarmm'])
      expect(press(['a', 'd', ...typed, 'enter'], contextOf()).effects).toEqual([]);
  });

  it('takeoff needs y, and drones that are ready to take off', () => {
    expect(press(['a', 'T', 'y'], contextOf()).effects).toEqual([
      { type: 'operate', name: 'takeoff', ids, given: {} },
    ]);
    expect(press(['a', 'T', 'enter'], contextOf()).effects).toEqual([]);
    expect(press(['a', 'T', 'y'], contextOf(mixedDrones())).effects).toEqual([]);
  });

  it('removing lost drones asks only when one was armed', () => {
    const lost = drone('b', { isConnected: false });
    const flying = drone('c', { isConnected: false, telemetry: { armed: true } });
    expect(press(['R'], contextOf([drone('a'), lost])).effects).toEqual([
      { type: 'operate', name: 'remove', ids: ['b'], given: {} },
    ]);
    expect(press(['delete'], contextOf([lost, flying])).effects).toEqual([]);
    expect(press(['delete', 'y'], contextOf([lost, flying])).effects).toEqual([
      { type: 'operate', name: 'remove', ids: ['b', 'c'], given: {} },
    ]);
    expect(press(['R'], contextOf()).state.message?.text).toBe(
      'remove: every drone in the table is connected',
    );
  });

  it('quitting takes y; Enter and Ctrl-C again mean no', () => {
    expect(press(['q', 'y'], contextOf()).effects).toEqual([{ type: 'quit' }]);
    expect(press(['ctrl-c', 'ctrl-c', 'enter', 'q', 'n'], contextOf()).effects).toEqual([]);
    expect(press(['a', 'd', 'd', 'ctrl-c', 'y'], contextOf()).effects).toEqual([{ type: 'quit' }]);
  });
});

describe('outcomes', () => {
  const told = (
    command: string,
    results: Parameters<typeof reduce>[1] & { type: 'outcome' } extends infer T ? T : never,
  ) => reduce(initialState, results, contextOf()).state.message?.text ?? command;
  const outcome = (
    command: string,
    results: { id: string; ok: boolean; code?: string; message?: string }[],
  ) => told(command, { type: 'outcome', command, results });

  it('are one line: all ok, some failed, all refused', () => {
    expect(
      outcome('upload', [
        { id: 'a', ok: true },
        { id: 'b', ok: true },
      ]),
    ).toBe('upload: 2 ok');
    expect(
      outcome('upload', [
        { id: 'a', ok: true },
        { id: 'b', ok: false, code: 'unreachable', message: 'not connected' },
      ]),
    ).toBe('upload: 1 FAILED: b not connected | 1 ok');
    const others = { id: 'a', ok: false, code: 'not_ready', message: 'not started: b not ready' };
    expect(
      outcome('start', [others, { id: 'b', ok: false, code: 'not_ready', message: 'battery 31 %' }]),
    ).toBe('start REFUSED: b battery 31 %');
    expect(outcome('pause', [{ id: 'a', ok: true, code: 'unconfirmed' }])).toBe(
      'pause: 1 ok (1 sent to old clients, which do not answer)',
    );
    expect(outcome('landAll', [])).toBe('LAND ALL: 0 ok');
  });
});

describe('cursor and selection', () => {
  it('follow their drones when others come and go', () => {
    const { state } = press(['down', ' '], contextOf());
    const grown = contextOf([drone('drone-0'), ...readyDrones(3)]);
    const after = reduce(state, { type: 'tick' }, grown).state;
    expect([after.cursorId, after.cursorIndex, [...after.selected]]).toEqual(['drone-2', 2, ['drone-2']]);
    const shrunk = reduce(after, { type: 'tick' }, contextOf([drone('drone-0'), drone('drone-1')])).state;
    expect([shrunk.cursorId, shrunk.selected.size]).toEqual(['drone-1', 0]);
  });

  it('say that a letter of another alphabet is no key', () => {
    expect(press(['foreign'], contextOf()).state.message?.text).toContain('keyboard layout is not Latin');
  });
});

describe('random keys', () => {
  const keys = [...new Set([...bindings.flatMap((binding) => binding.keys), ...'ydisarm10.nz'])].filter(
    (key) => key !== 'ctrl-x',
  );

  /** What leads to a start: it would hardly come about by chance among so many keys. */
  const usual = ['a', 's', 'enter', 'enter', 'y', 'escape'];

  it('never throw, start only from its question by y, disarm only after the word, and never quit unasked', () => {
    const random = randomFrom(20260801);
    const fleets = [
      readyDrones(4),
      mixedDrones(),
      [],
      readyDrones(40),
      [drone('a', { telemetry: { armed: true } })],
    ];
    let state: PanelState = initialState;
    const counts = { start: 0, disarm: 0, quit: 0 };
    for (let round = 0; round < 20_000; round++) {
      const context = contextOf(
        fleets[round % 400 === 0 ? Math.floor(random() * 5) : Math.floor(round / 400) % 5],
      );
      const from = random() < 0.3 ? usual : keys;
      const key = from[Math.floor(random() * from.length)] ?? 'escape';
      const step = reduce(state, { type: 'key', key }, context);
      for (const effect of step.effects) check(effect, { dialog: state.dialog, key, counts });
      if (key === 'escape') expect(step.effects).toEqual([]);
      state = step.state;
      if (round % 100 === 0) view(state, context.snapshot, size);
    }
    expect(counts.start).toBeGreaterThan(0);
  });
});

type Seen = {
  dialog: Dialog | undefined;
  key: string;
  counts: { start: number; disarm: number; quit: number };
};

function check(effect: Effect, { dialog, key, counts }: Seen): void {
  if (effect.type === 'operate' && effect.name === 'start') {
    counts.start++;
    expect([dialog?.kind, key]).toEqual(['confirm', 'y']);
    expect(dialog).toMatchObject({ confirmation: { what: 'operate', name: 'start', ids: effect.ids } });
  }
  if (effect.type === 'operate' && ['disarm', 'kill', 'emergency_land'].includes(effect.name)) {
    counts.disarm++;
    const word = effect.name === 'emergency_land' ? 'sink' : effect.name;
    expect([dialog, key]).toEqual([
      { kind: 'word', name: effect.name, ids: effect.ids, given: {}, text: word },
      'enter',
    ]);
  }
  if (effect.type === 'operate' && ['takeoff', 'takeoff_z', 'flip', 'reboot_all'].includes(effect.name))
    expect([dialog?.kind, key]).toEqual(['confirm', 'y']);
  if (effect.type === 'quit')
    expect([dialog, key]).toEqual([{ kind: 'confirm', confirmation: { what: 'quit' } }, 'y']);
}

/** Park and Miller's generator: the same keys in every run. */
function randomFrom(seed: number): () => number {
  let value = seed % 2147483647;
  return () => {
    value = (value * 48271) % 2147483647;
    return value / 2147483647;
  };
}
