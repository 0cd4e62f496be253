/** The update of drones' software as the operator sees it. */
import { describe, expect, it } from 'vitest';
import { summarize } from '../../../server/panel/outcome.js';
import { reduce } from '../../../server/panel/reduce.js';
import { initialState, type PanelState } from '../../../server/panel/state.js';
import { plainText } from '../../../server/panel/styled.js';
import { view } from '../../../server/panel/view.js';
import type { ServerSnapshot } from '../../../server/snapshot.js';
import type { DroneProgress, RollOutView } from '../../../server/updates/roll-out.js';
import { drone, snapshotOf } from './support/fake-fleet.js';

const size = { columns: 80, rows: 24 };

function update(drones: readonly DroneProgress[], more: Partial<RollOutView> = {}): RollOutView {
  return { version: '0.2.0', stage: 2, stages: 3, drones, isOver: false, ...more };
}

const ids = Array.from({ length: 6 }, (_, index) => `drone-${index + 1}`);

function screen(rollOut: RollOutView | undefined, state: PanelState = initialState): string {
  const snapshot: ServerSnapshot = { ...snapshotOf(ids.map((id) => drone(id))), update: rollOut };
  const lines = view(state, snapshot, size).map(plainText);
  expect(lines.map((line) => line.length <= 80)).not.toContain(false);
  return lines.join('\n');
}

function pressed(rollOut: RollOutView | undefined, ...keys: string[]): PanelState {
  const snapshot: ServerSnapshot = { ...snapshotOf(ids.map((id) => drone(id))), update: rollOut };
  return keys.reduce<PanelState>(
    (state, key) => reduce(state, { type: 'key', key }, { snapshot, size }).state,
    initialState,
  );
}

const going = update([
  { id: 'drone-1', phase: 'done', text: '0.1.0 is 0.2.0 now' },
  { id: 'drone-2', phase: 'installing' },
  { id: 'drone-3', phase: 'sending', share: 0.5 },
  { id: 'drone-4', phase: 'sending', share: 0.25 },
  { id: 'drone-5', phase: 'waiting' },
  { id: 'drone-6', phase: 'skipped', code: 'armed', text: 'it is armed: land first' },
]);

const stopped = update(
  [
    { id: 'drone-1', phase: 'done', text: '0.1.0 is 0.2.0 now' },
    { id: 'drone-2', phase: 'rolled_back', text: 'the new client was not well' },
    { id: 'drone-3', phase: 'installing' },
    { id: 'drone-4', phase: 'not_begun' },
  ],
  { stopped: 'drone-2 went back to its old version: the new client was not well' },
);

describe('an update that is on', () => {
  it('is in the line of what is next, with its stage and how far it is', () => {
    expect(screen(going)).toContain(
      'NEXT update 0.2.0, stage 2/3: 1/6 done, 2 sent 37 %, 1 installing; e each',
    );
  });

  it('says in that line who stopped it', () => {
    expect(screen(stopped)).toContain('NEXT update 0.2.0 STOPPED by drone-2: 1/4 done, 1 installing; e each');
  });

  it('is shown drone by drone by e, and by the menu', () => {
    const sheet = screen(going, pressed(going, 'e'));
    expect(sheet).toContain('── Update to 0.2.0: stage 2 of 3 ──');
    for (const line of [
      ' 1 drone installing: drone-2',
      ' 2 drones being sent the package: drone-3 50 %, drone-4 25 %',
      ' 1 drone waiting for their stage: drone-5',
      ' 1 drone done: drone-1',
      ' drone-6 skipped: it is armed: land first',
    ])
      expect(sheet).toContain(line);
    const byMenu = pressed(going, 'm', ...'progress of', 'enter');
    expect(byMenu.dialog).toEqual({ kind: 'update', scroll: 0 });
    expect(pressed(going, 'e', 'escape').dialog).toBeUndefined();
  });

  it('names first who did not come through, and why nobody else begins', () => {
    const sheet = screen(stopped, pressed(stopped, 'e')).split('\n');
    const at = sheet.findIndex((line) => line.startsWith('── Update'));
    expect(sheet.slice(at + 1, at + 6).map((line) => line.trimEnd())).toEqual([
      ' No other drone begins: drone-2 went back to its old version: the new client',
      ' was not well.',
      ' drone-2 is BACK at its old version: the new client was not well',
      ' 1 drone installing: drone-3',
      ' 1 drone done: drone-1',
    ]);
  });
});

it('an update that is over is no longer what is next; its progress can still be read', () => {
  const over = update([{ id: 'drone-1', phase: 'done', text: '0.1.0 is 0.2.0 now' }], { isOver: true });
  expect(screen(over)).not.toContain('NEXT update');
  expect(pressed(over, 'e').dialog).toBeUndefined();
  const state = pressed(over, 'm', ...'progress of', 'enter');
  expect(screen(over, state)).toContain('Update to 0.2.0: over');
  expect(screen(undefined, state)).toContain('No update was begun yet.');
});

it('an update that was stopped, by whomever it was commanded, is next until drones are selected', () => {
  const over = {
    ...stopped,
    isOver: true,
    drones: stopped.drones.filter(({ phase }) => phase !== 'installing'),
  };
  expect(screen(over)).toContain(
    'NEXT update 0.2.0 STOPPED by drone-2: 1/3 done; m, progress of the update: why',
  );
  expect(pressed(over, 'e').dialog).toEqual({ kind: 'update', scroll: 0 });
  expect(screen(over, { ...initialState, selected: new Set(['drone-1']) })).not.toContain('NEXT update');
});

describe('the end of an update in one line', () => {
  it('tells who was passed over as that, not as failed', () => {
    const skipped = { id: 'd2', ok: false, code: 'armed', message: 'skipped: it is armed' };
    expect(summarize('update_software', [{ id: 'd1', ok: true }, skipped])).toEqual({
      text: 'update: 1 ok, 1 skipped: d2 it is armed',
      role: 'missing',
    });
  });

  it('names who failed, not those that did not begin for it', () => {
    const results = [
      { id: 'd1', ok: false, code: 'called_off', message: 'not begun: d2 went back' },
      { id: 'd2', ok: false, code: 'rolled_back', message: 'it was not well' },
      { id: 'd3', ok: true },
    ];
    expect(summarize('update_software', results).text).toBe(
      'update: 1 FAILED: d2 it was not well | 1 ok, 1 not begun',
    );
  });

  it('tells of one that was stopped in time that nobody failed', () => {
    const results = [
      { id: 'd1', ok: true },
      { id: 'd2', ok: false, code: 'called_off', message: 'not begun: stopped by the operator' },
      { id: 'd3', ok: false, code: 'called_off', message: 'not begun: stopped by the operator' },
      { id: 'd4', ok: false, code: 'armed', message: 'skipped: it is armed' },
    ];
    expect(summarize('update_software', results)).toEqual({
      text: 'update: 1 ok, 2 not begun: stopped by the operator, 1 skipped: d4 it is armed',
      role: 'missing',
    });
  });

  it('lets no drone say of another command that it was left out', () => {
    const results = [{ id: 'd1', ok: false, code: 'refused', message: 'skipped: it is fine' }];
    expect(summarize('land', results)).toMatchObject({ role: 'bad' });
  });

  it('is told drone by drone with those that failed first, apart from those that were left out', () => {
    const results = [
      { id: 'd1', ok: false, code: 'called_off', message: 'not begun: d2 went back' },
      { id: 'd2', ok: false, code: 'rolled_back', message: 'it was not well' },
      { id: 'd3', ok: true },
    ];
    const state: PanelState = {
      ...initialState,
      lastResults: { command: 'update_software', results },
      dialog: { kind: 'results', scroll: 0 },
    };
    const lines = screen(undefined, state).split('\n');
    const at = lines.findIndex((line) => line.includes('update: 1 failed, 1 left out, 1 done'));
    expect(lines.slice(at + 1, at + 4).map((line) => line.trimEnd())).toEqual([
      ' ✗ d2 rolled_back: it was not well',
      ' · d1 called_off: not begun: d2 went back',
      ' ✓ d3',
    ]);
  });
});
