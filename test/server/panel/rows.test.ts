/** The rows of the table: sorted by any column, narrowed as one types, the same drones whatever happens. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allColumns } from '../../../server/panel/columns.js';
import { meaningOf } from '../../../server/panel/filter.js';
import { reduce } from '../../../server/panel/reduce.js';
import { cachedRows, rowsOf } from '../../../server/panel/rows.js';
import { type Context, initialState, type PanelState } from '../../../server/panel/state.js';
import { plainText } from '../../../server/panel/styled.js';
import { view } from '../../../server/panel/view.js';
import type { DroneView } from '../../../server/snapshot.js';
import { drone, mixedDrones, readyDrones, snapshotOf } from './support/fake-fleet.js';

const size = { columns: 80, rows: 24 };
const contextOf = (drones: readonly DroneView[], more = {}): Context => ({
  snapshot: snapshotOf(drones, more),
  size,
});

function press(keys: readonly string[], context: Context, from: PanelState = initialState): PanelState {
  let state = reduce(from, { type: 'tick' }, context).state;
  for (const key of keys) state = reduce(state, { type: 'key', key }, context).state;
  return state;
}

const idsOf = (state: PanelState, context: Context) => rowsOf(state, context).map(({ record }) => record.id);
const filtered = (text: string, drones: readonly DroneView[]) => {
  const context = contextOf(drones);
  return idsOf(press(['/', ...text], context), context);
};

const anyDrone = fc
  .record({
    id: fc.integer({ min: 0, max: 400 }).map((number) => `drone-${number}`),
    charge: fc.option(fc.double({ min: 0, max: 1, noNaN: false }), { nil: undefined }),
    mode: fc.constantFrom('STABILIZED', 'OFFBOARD', null, 'CMODE(3)'),
    latencyMs: fc.option(fc.double({ min: 0, max: 500, noNaN: true }), { nil: undefined }),
    isConnected: fc.boolean(),
  })
  .map(({ id, charge, mode, latencyMs, isConnected }) =>
    drone(id, {
      latencyMs,
      isConnected,
      telemetry: { mode, battery: charge === undefined ? null : [15, charge] },
    }),
  );
const anyFleet = fc
  .uniqueArray(anyDrone, { maxLength: 30, selector: ({ record }) => record.id })
  .map((drones) => drones.sort((a, b) => Number(a.record.id.slice(6)) - Number(b.record.id.slice(6))));

describe('sorting', () => {
  it('goes through the columns by . and , and turns round by -, and says so above the table', () => {
    const context = contextOf(mixedDrones());
    const sorted = press(['.', '.'], context);
    expect(idsOf(sorted, context)[0]).toBe('drone-2');
    const lines = view(sorted, context.snapshot, size).map(plainText);
    expect(lines.find((line) => line.startsWith(' table'))).toContain('by battery, %, V ▲  columns DEFAULT');
    expect(lines.find((line) => line.startsWith('   id'))).toContain('battery▲');
    const turned = press(['-'], context, sorted);
    expect(idsOf(turned, context).at(-1)).toBe('drone-2');
    expect(press([','], context, initialState).table.sortKey).toBe('time_delta');
    expect(idsOf(press(['-'], context), context)).toEqual([
      ...['drone-10', 'drone-4', 'drone-3', 'drone-2', 'drone-1'],
    ]);
  });

  it('puts first by readiness who needs somebody: lost in flight, wrong in flight, flying', () => {
    const context = contextOf([
      drone('a'),
      drone('b', { telemetry: { battery: [14, 0.1] } }),
      drone('c', { telemetry: { armed: true } }),
      drone('d', { telemetry: { armed: true, fcu_status: 'CRITICAL' } }),
      drone('e', { isConnected: false, telemetry: { armed: true } }),
    ]);
    expect(idsOf(press(['.'], context), context)).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  it('keeps every drone once, in the order of the column, unknown ones last, equal ones by name', () => {
    fc.assert(
      fc.property(
        anyFleet,
        fc.constantFrom(...allColumns),
        fc.boolean(),
        (drones, { key, sortBy }, isDescending) => {
          const context = contextOf(drones);
          const state = { ...initialState, table: { ...initialState.table, sortKey: key, isDescending } };
          const rows = rowsOf(state, context);
          expect(new Set(rows)).toEqual(new Set(drones));
          expect(rows).toHaveLength(drones.length);
          const values = rows.map((row) => sortBy(row, context.snapshot.monotonicMs));
          const isUnknown = (value: unknown) => value === undefined || Number.isNaN(value);
          const firstUnknown = values.findIndex(isUnknown);
          if (firstUnknown >= 0) expect(values.slice(firstUnknown).every(isUnknown)).toBe(true);
          for (const [index, value] of values.entries()) {
            const next = values[index + 1];
            if (typeof value !== 'number' || typeof next !== 'number' || Number.isNaN(next)) continue;
            expect(isDescending ? value >= next : value <= next).toBe(true);
            const [one = rows[0], other = rows[0]] = [rows[index], rows[index + 1]];
            if (value === next && one && other)
              expect(drones.indexOf(one)).toBeLessThan(drones.indexOf(other));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leaves rows where they are for half a second, and never shows a drone that has gone', () => {
    const drones = [drone('a', { latencyMs: 5 }), drone('b', { latencyMs: 9 })];
    const state = { ...initialState, table: { ...initialState.table, sortKey: 'latency' } };
    const first = press([], contextOf(drones), state);
    const swapped = [drone('a', { latencyMs: 50 }), drone('b', { latencyMs: 9 })];
    const soon = contextOf(swapped, { monotonicMs: 100_300 });
    expect(idsOf(press([], soon, first), soon)).toEqual(['a', 'b']);
    const later = contextOf(swapped, { monotonicMs: 100_600 });
    expect(idsOf(press([], later, first), later)).toEqual(['b', 'a']);
    const gone = contextOf(swapped.slice(1), { monotonicMs: 100_300 });
    expect(idsOf(press([], gone, first), gone)).toEqual(['b']);
  });

  it('is not done again while nothing has changed', () => {
    const context = contextOf(readyDrones(50));
    const state = press(['.', '.'], context);
    const after = reduce(state, { type: 'key', key: 'down' }, context).state;
    expect(after.table.rows).toBe(state.table.rows);
    expect(cachedRows(press([], context), context)).toBeUndefined();
  });
});

describe('the filter', () => {
  it('finds a text in the name and in the cells that are shown, in any case, every word of it', () => {
    expect(filtered('DRONE-1', mixedDrones())).toEqual(['drone-1', 'drone-10']);
    expect(filtered('no_fcu', mixedDrones())).toEqual(['drone-10']);
    expect(filtered('31%', mixedDrones())).toEqual(['drone-2']);
    expect(filtered('10 no_fcu', mixedDrones())).toEqual(['drone-10']);
    expect(filtered('circle', mixedDrones())).toEqual([]);
  });

  it('understands a choice of drones, and takes for text what is none or names nobody', () => {
    expect(filtered('not ready', mixedDrones())).toEqual(['drone-2', 'drone-3', 'drone-4', 'drone-10']);
    expect(filtered('1-3 and not ready', mixedDrones())).toEqual(['drone-2', 'drone-3']);
    expect(filtered('lost', mixedDrones())).toEqual(['drone-4']);
    expect(filtered('not drone-77', mixedDrones())).toEqual([]);
    const asked = { snapshot: snapshotOf(mixedDrones()), selected: new Set<string>() };
    expect(['', 'drone', '10', '1-3', 'lost', '@nobody', '(1'].map((text) => meaningOf(text, asked))).toEqual(
      [...['all', 'text', 'text', 'choice', 'choice', 'text', 'text']],
    );
  });

  it('is kept by Enter, cleared by Esc while it is typed only, and always said', () => {
    const context = contextOf(mixedDrones());
    const kept = press(['/', ...'lost', 'enter'], context);
    const shown = () =>
      view(press([], context, kept), context.snapshot, size)
        .map(plainText)
        .join('\n');
    expect(shown()).toContain(' filter lost 1 of 5 shown');
    expect(idsOf(press(['escape'], context, kept), context)).toEqual(['drone-4']);
    expect(idsOf(press(['/', 'escape'], context, kept), context)).toHaveLength(5);
  });

  it('decides whom a and t select, and says in red who is selected and not shown', () => {
    const context = contextOf(mixedDrones());
    const narrowed = press(['/', ...'not ready', 'enter'], context);
    expect([...press(['a'], context, narrowed).selected]).toEqual([
      'drone-2',
      'drone-3',
      'drone-4',
      'drone-10',
    ]);
    const all = press(['a', '/', ...'lost', 'enter'], context);
    const text = view(all, context.snapshot, { columns: 120, rows: 24 }).map(plainText).join('\n');
    expect(text).toContain('4 SELECTED NOT SHOWN');
    expect([...press(['t'], context, all).selected]).toEqual([]);
  });

  it('keeps the cursor on its drone, and moves it by arrows while a text is typed', () => {
    const context = contextOf(mixedDrones());
    const on4 = press(['down', 'down', 'down', '/', ...'not ready'], context);
    expect([on4.cursorId, on4.cursorIndex]).toEqual(['drone-4', 2]);
    expect(press(['up'], context, on4).cursorId).toBe('drone-3');
    expect(press(['/', ...'zzz', 'enter', ' '], context).selected.size).toBe(0);
  });

  it('shows of any fleet and any text only drones that are there, in the order of the table', () => {
    fc.assert(
      fc.property(anyFleet, fc.string({ maxLength: 12 }), (drones, text) => {
        const state = { ...initialState, table: { ...initialState.table, filter: text } };
        const rows = rowsOf(state, contextOf(drones));
        expect(rows).toEqual(drones.filter((each) => rows.includes(each)));
      }),
      { numRuns: 100 },
    );
  });
});
