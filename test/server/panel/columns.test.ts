/** Columns and their presets: what is shown, in what order, how wide; kept, switched, saved. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../lib/config/index.js';
import { serverConfigSpec } from '../../../server/config-spec.js';
import { allColumns } from '../../../server/panel/columns.js';
import { fitColumns } from '../../../server/panel/fit-columns.js';
import { reduce } from '../../../server/panel/reduce.js';
import { listed } from '../../../server/panel/reduce-columns.js';
import { type Effect, initialState, type PanelState } from '../../../server/panel/state.js';
import { plainText } from '../../../server/panel/styled.js';
import { builtInPreset, presetInUse } from '../../../server/panel/table-view.js';
import { view } from '../../../server/panel/view.js';
import { type Preset, readPresets, withPresets } from '../../../server/table-presets.js';
import { mixedDrones, snapshotOf } from './support/fake-fleet.js';

const size = { columns: 120, rows: 40 };
const context = { snapshot: snapshotOf(mixedDrones()), size };

function press(keys: readonly string[], from: PanelState = initialState) {
  let state = reduce(from, { type: 'tick' }, context).state;
  const effects: Effect[] = [];
  for (const key of keys) {
    const step = reduce(state, { type: 'key', key }, context);
    state = step.state;
    effects.push(...step.effects);
  }
  const lines = view(state, context.snapshot, size).map(plainText);
  const head = lines.find((line) => line.startsWith('   id') || /^ {3}\S+ +id/.test(line)) ?? '';
  return { state, effects, lines, head, preset: presetInUse(state.table.presets) };
}

const down = (count: number) => Array.from({ length: count }, () => 'down');
const anyPreset = fc
  .record({
    name: fc.constantFrom('DEFAULT', 'night', 'a b'),
    columns: fc.uniqueArray(
      fc.record({
        key: fc.constantFrom(...allColumns.map(({ key }) => key), 'unheard_of'),
        isShown: fc.boolean(),
        width: fc.option(fc.integer({ min: 2, max: 99 }), { nil: undefined }),
      }),
      { selector: ({ key }) => key, minLength: 1 },
    ),
  })
  .map((preset): Preset => preset);

describe('the dialog of the columns', () => {
  it('hides, moves and widens a column in the table above it while it is open, and Esc takes all of it back', () => {
    const hidden = press(['c', ...down(6), ' ']);
    expect(hidden.head).not.toContain('battery');
    expect(press(['escape'], hidden.state).head).toContain('battery');
    const moved = press(['c', ...down(6), ...['left', 'left', 'left', 'left', 'left', 'left']]);
    expect(moved.head.trim().startsWith('battery')).toBe(true);
    const wide = press(['c', ...down(6), '+', '+', '+']);
    expect(wide.head).toMatch(/battery {7,}system/);
    expect(press(['0'], wide.state).head).not.toMatch(/battery {7,}system/);
    expect([...hidden.effects, ...moved.effects, ...wide.effects]).toEqual([]);
  });

  it('leaves the head of the table to be seen at 80×24', () => {
    const small = { snapshot: context.snapshot, size: { columns: 80, rows: 24 } };
    const before = reduce(initialState, { type: 'tick' }, small).state;
    const { state } = reduce(before, { type: 'key', key: 'c' }, small);
    const lines = view(state, small.snapshot, small.size).map(plainText);
    expect(lines.findIndex((line) => line.startsWith('   id'))).toBe(3);
    expect(lines.findIndex((line) => line.startsWith('── Columns: DEFAULT'))).toBe(7);
  });

  it('keeps by Enter what it shows, has it saved, and says where', () => {
    const { state, effects, preset } = press(['c', ...down(6), ' ', 'enter']);
    expect(state.dialog).toBeUndefined();
    expect(preset.columns.find(({ key }) => key === 'battery')?.isShown).toBe(false);
    expect(effects).toEqual([{ type: 'savePresets', presets: state.table.presets }]);
    const told = reduce(state, { type: 'presetsSaved', text: 'saved in /x/server.ini' }, context).state;
    expect(told.message?.text).toBe('columns: saved in /x/server.ini');
    expect(press(['c', 'enter']).effects).toEqual([]);
  });

  it('saves under a name, switches between names, and goes back to the built-in columns', () => {
    const named = press(['c', ...down(6), ' ', 's', ...'night/1', 'enter']);
    expect(named.state.table.presets.current).toBe('night1');
    expect(named.lines.find((line) => line.startsWith(' table'))).toContain('columns night1');
    const switched = press(['c', 'p', 'enter'], named.state);
    expect(switched.state.table.presets.current).toBe('DEFAULT');
    expect(switched.head).toContain('battery');
    expect(press(['c', 'p', 'enter'], switched.state).head).not.toContain('battery');
    const reset = press(['c', 'r', 'enter'], named.state);
    expect(reset.preset).toEqual({ ...builtInPreset, name: 'night1' });
    expect(press(['c', 's', 'enter']).state.dialog?.kind).toBe('columns');
    expect(press(['c', 's', 'x', 'escape']).state.dialog).not.toHaveProperty('naming');
  });

  it('never hides the name of a drone nor its readiness', () => {
    expect(press(['c', ' ', 'down', ' ', 'enter']).head).toMatch(/^ {3}id\S* +ready/);
    const bare: Preset = { name: 'x', columns: [{ key: 'mode', isShown: true, width: undefined }] };
    expect(fitColumns(80, bare).map(({ column }) => column.key)).toEqual(['copter_id', 'state', 'mode']);
  });

  it('says which columns have no room on this screen', () => {
    const { lines } = press(['c', 'end']);
    expect(lines.find((line) => line.includes('last command'))).toContain('no room on this screen');
  });
});

describe('the columns of a screen', () => {
  it('fit, come in the order of the preset and as wide as it says, with name and readiness among them', () => {
    fc.assert(
      fc.property(anyPreset, fc.integer({ min: 25, max: 300 }), (preset, columns) => {
        const fitted = fitColumns(columns, preset);
        const keys = fitted.map(({ column }) => column.key);
        expect(keys).toEqual(expect.arrayContaining(['copter_id', 'state']));
        const order = preset.columns.map(({ key }) => key).filter((key) => keys.includes(key));
        expect(keys.filter((key) => order.includes(key))).toEqual(order);
        const others = fitted.filter(({ column }) => column.rank > 0);
        const taken = fitted.reduce((sum, { width }) => sum + width + 1, 0);
        if (others.length > 0) expect(taken).toBeLessThanOrEqual(columns);
        for (const { column, width } of fitted) {
          const wish = preset.columns.find(({ key }) => key === column.key);
          if (wish?.width !== undefined) expect(width).toBe(wish.width);
        }
        expect(listed(preset)).toHaveLength(
          new Set([...preset.columns, ...allColumns].map(({ key }) => key)).size,
        );
      }),
      { numRuns: 100 },
    );
  });
});

const file = `# mine
[TABLE]
remove_disconnected = true # gone
[[PRESETS]]
current = small
[[[small]]]
mode = True, 100
battery = False, 80
[[[other]]]
led = True, 0
`;

describe('presets in the configuration', () => {
  it('are read in their order, a letter for 8 of its width, 0 as needed', () => {
    const { current, presets } = readPresets(loadConfig(file, 'server.ini', serverConfigSpec));
    expect([current, presets]).toEqual([
      'small',
      [
        {
          name: 'small',
          columns: [
            { key: 'mode', isShown: true, width: 13 },
            { key: 'battery', isShown: false, width: 10 },
          ],
        },
        { name: 'other', columns: [{ key: 'led', isShown: true, width: undefined }] },
      ],
    ]);
  });

  it('take the place of those that were changed, and nothing else', () => {
    const before = readPresets(loadConfig(file, 'server.ini', serverConfigSpec));
    const small = {
      name: 'small',
      columns: [
        { key: 'battery', isShown: true, width: 12 },
        { key: 'mode', isShown: true, width: undefined },
      ],
    };
    const other = before.presets.filter(({ name }) => name === 'other');
    const text = withPresets(file, 'server.ini', { current: 'other', presets: [...other, small] });
    expect(text).toContain('# mine\n[TABLE]\nremove_disconnected = true # gone\n');
    expect(text).toContain('[[[other]]]\nled = True, 0\n');
    expect(readPresets(loadConfig(text, 'server.ini', serverConfigSpec))).toEqual({
      ...{ current: 'other', presets: [...other, small] },
    });
    expect(withPresets(file, 'server.ini', before)).toBe(file);
  });

  it('come back as they were written, into any file', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyPreset, { selector: ({ name }) => name }), (presets) => {
        const current = presets[0]?.name ?? 'DEFAULT';
        for (const before of ['', file]) {
          const text = withPresets(before, 'server.ini', { current, presets });
          const after = readPresets(loadConfig(text, 'server.ini', serverConfigSpec));
          expect(after.current).toBe(current);
          expect(new Set(after.presets.map((each) => JSON.stringify(each)))).toEqual(
            new Set(presets.map((each) => JSON.stringify(each))),
          );
        }
      }),
      { numRuns: 40 },
    );
  });
});
