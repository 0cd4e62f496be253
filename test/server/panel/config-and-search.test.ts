/** The editor of configurations, the browser of files and the search for a drone, from the panel's keys to its effects. */
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../lib/config/index.js';
import { serverConfigSpec } from '../../../server/config-spec.js';
import { reduce } from '../../../server/panel/reduce.js';
import { type Context, type Effect, initialState, type PanelState } from '../../../server/panel/state.js';
import { plainText } from '../../../server/panel/styled.js';
import { view } from '../../../server/panel/view.js';
import type { VisualLandView } from '../../../server/show-control/visual-land-search.js';
import { readyDrones, snapshotOf } from './support/fake-fleet.js';

const size = { columns: 80, rows: 24 };
const contextOf = (more = {}, drones = readyDrones(3)): Context => ({
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
  return { state, effects, text: textOf(state, context) };
}

function textOf(state: PanelState, context = contextOf()): string {
  return view(state, context.snapshot, size).map(plainText).join('\n');
}

const tell = (state: PanelState, input: Parameters<typeof reduce>[1]) =>
  reduce(state, input, contextOf()).state;

function serverEditor(): PanelState {
  const config = loadConfig('# mine\n[CHECKS]\nbattery_min = 40\n', '/etc/server.ini', serverConfigSpec);
  const found = {
    origin: 'file',
    text: config.toIni(),
    path: '/etc/server.ini',
    spec: serverConfigSpec,
  } as const;
  const of = { what: 'server' } as const;
  return tell({ ...initialState, dialog: { kind: 'asking', of } }, { type: 'configFound', of, found });
}

describe('the configuration', () => {
  it('of the drone under the cursor is asked for, and opens with what it means', () => {
    const asked = press(['down', 'C']);
    expect(asked.effects).toEqual([{ type: 'openConfig', of: { what: 'drone', id: 'drone-2' } }]);
    const answer = {
      config: { LED: { use: { __value__: true } } },
      configspec: { LED: { use: 'boolean(default=True)' } },
    };
    const opened = tell(asked.state, {
      ...{ type: 'configFound', of: { what: 'drone', id: 'drone-2' } },
      found: { origin: 'peer', answer, name: 'drone-2' },
    });
    expect(textOf(opened)).toContain('drone-2');
    expect(textOf(opened)).toContain('use');
    expect(textOf(opened)).toContain('^X LAND ALL');
  });

  it('of the server is changed and saved to its file', () => {
    const opened = serverEditor();
    expect(textOf(opened)).toContain('CHECKS');
    const searched = press(
      ['/', ...'battery_min', 'enter', 'enter', 'ctrl-u', 'backspace', 'backspace', ...'35', 'enter', 's'],
      opened,
    );
    expect(searched.effects).toEqual([
      {
        type: 'saveConfig',
        what: {
          how: 'file',
          of: { what: 'server' },
          text: expect.stringContaining('battery_min = 35') as string,
          opened: expect.stringContaining('battery_min = 40') as string,
        },
      },
    ]);
    const saved = tell(searched.state, { type: 'configSaved', text: 'saved to /etc/server.ini' });
    expect(textOf(saved)).toContain('saved to /etc/server.ini');
    const failed = tell(searched.state, { type: 'configFailed', text: 'the disk is full' });
    expect(textOf(failed)).toContain('the disk is full');
  });

  it('lands all from inside the editor, and loses no change by Esc or Ctrl-C alone', () => {
    const changed = press(['/', ...'battery_min', 'enter', 'd'], serverEditor());
    expect(press(['ctrl-x'], changed.state).effects).toEqual([{ type: 'landAll' }]);
    for (const key of ['escape', 'ctrl-c']) {
      const asked = press([key, key, key], changed.state);
      expect([key, asked.state.dialog?.kind, asked.effects]).toEqual([key, 'config', []]);
    }
    expect(press(['escape', 'd'], changed.state).state.dialog).toBeUndefined();
  });

  it('that can not be read is told, and nothing else happens', () => {
    const of = { what: 'file', path: '/x.ini' } as const;
    const broken = tell(
      { ...initialState, dialog: { kind: 'asking', of } },
      {
        ...{ type: 'configFound', of },
        found: { origin: 'file', text: '[[[', path: '/x.ini', spec: undefined },
      },
    );
    expect(broken.dialog).toBeUndefined();
    expect(broken.message?.text).toContain('/x.ini');
  });

  it('file is asked for by its path', () => {
    const asked = press(['m', ...'configuration file', 'enter', ...'/a.ini', 'enter']);
    expect(asked.effects).toEqual([{ type: 'openConfig', of: { what: 'file', path: '/a.ini' } }]);
  });
});

describe('looking for a file', () => {
  const entries = [
    { name: 'shows', isFolder: true },
    { name: 'wave.star', isFolder: false },
  ];
  const opened = press(['o', 'tab']);
  const found = tell(opened.state, { type: 'listed', folder: '.', path: '/home/op', entries });

  it('begins where the server was started, and goes through folders', () => {
    expect(opened.effects).toEqual([{ type: 'list', folder: '.' }]);
    expect(textOf(opened.state)).toContain('reading');
    expect(textOf(found)).toContain('Choose: /home/op');
    expect(press(['enter'], found).effects).toEqual([{ type: 'list', folder: '/home/op/shows' }]);
    expect(press(['left'], found).effects).toEqual([{ type: 'list', folder: '/home' }]);
  });

  it('takes a file by Enter, a folder by Tab, and is narrowed by typing', () => {
    expect(press([...'wav', 'enter', 'enter'], found).effects).toEqual([
      { type: 'load', path: '/home/op/wave.star' },
    ]);
    expect(press(['tab', 'enter'], found).effects).toEqual([{ type: 'load', path: '/home/op/shows' }]);
    expect(press([...'zzz', 'enter'], found).state.dialog?.kind).toBe('browse');
    expect(textOf(press([...'zzz'], found).state)).toContain('nothing here is called so');
  });

  it('goes back to the form by Esc with what was typed there', () => {
    const typed = press(['o', ...'/home/', 'tab']);
    expect(typed.effects).toEqual([{ type: 'list', folder: '/home/' }]);
    expect(press(['escape'], typed.state).state.dialog).toMatchObject({ kind: 'form', texts: ['/home/'] });
    expect(press(['escape', 'escape'], typed.state).state.dialog).toBeUndefined();
  });

  it('offers first what was loaded lately', () => {
    const context = contextOf({ recentShows: ['/shows/last night'] });
    const { state } = reduce(
      opened.state,
      { type: 'listed', folder: '.', path: '/home/op', entries },
      context,
    );
    expect(press(['enter', 'enter'], state).effects).toEqual([{ type: 'load', path: '/shows/last night' }]);
  });

  it('says why a folder can not be looked into, and passes over late answers', () => {
    const failed = tell(opened.state, { type: 'listed', folder: '.', error: '/root: EACCES' });
    expect(textOf(failed)).toContain('EACCES');
    expect(tell(found, { type: 'listed', folder: '/elsewhere', entries: [] })).toEqual(
      tell(found, { type: 'tick' }),
    );
  });
});

describe('the search for a drone', () => {
  const search: VisualLandView = {
    ...{ step: 1, lit: { green: ['drone-1'], red: ['drone-2', 'drone-3'] }, dark: [], remaining: 3 },
    ...{ answersLeftAtMost: 2, canUndo: false, out: [], unlit: [] },
  };
  const during = contextOf({ visualLand: search });

  it('begins with the selected, and is shown when it has begun', () => {
    const begun = press(['a', 'w']);
    expect(begun.effects).toMatchObject([
      { type: 'operate', name: 'visual_land', ids: ['drone-1', 'drone-2', 'drone-3'] },
    ]);
    const { state } = reduce(begun.state, { type: 'outcome', command: 'visual_land', results: [] }, during);
    expect(state.dialog).toMatchObject({ kind: 'visualLand' });
    expect(textOf(state, during)).toContain('which colour does it show?');
  });

  it.each([
    ['g', { name: 'visual_land_answer', given: { color: 'green' } }],
    ['r', { name: 'visual_land_answer', given: { color: 'red' } }],
    ['u', { name: 'visual_land_undo', given: {} }],
    ['l', { name: 'visual_land_end', given: { how: 'land' } }],
    ['c', { name: 'visual_land_end', given: { how: 'close' } }],
  ])('is answered by %s', (key, asked) => {
    const { effects, state } = press(['w', key], initialState, during);
    expect(effects).toEqual([{ type: 'operate', ids: [], ...asked }]);
    expect(state.dialog).toMatchObject({ kind: 'visualLand' });
  });

  it('disarms only behind its word, and is left by Esc as it is', () => {
    const asked = press(['w', 'd'], initialState, during);
    expect([asked.effects, asked.state.dialog?.kind]).toEqual([[], 'word']);
    expect(press([...'disarm', 'enter'], asked.state, during).effects).toMatchObject([
      { type: 'operate', name: 'visual_land_disarm' },
    ]);
    const left = press(['w', 'escape'], initialState, during);
    expect([left.effects, left.state.dialog]).toEqual([[], undefined]);
    const over = press(['g', 'enter'], { ...initialState, dialog: { kind: 'visualLand' } });
    expect([over.effects, over.state.dialog]).toEqual([[], undefined]);
  });
});
