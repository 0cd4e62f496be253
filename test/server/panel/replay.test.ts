import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reduce } from '../../../server/panel/reduce.js';
import { initialState, type PanelState, type Step } from '../../../server/panel/state.js';
import { plainText } from '../../../server/panel/styled.js';
import { view } from '../../../server/panel/view.js';
import type { ReplayView } from '../../../server/recorder/replay/replay-view.js';
import type { ServerSnapshot } from '../../../server/snapshot.js';
import { readyDrones, snapshotOf } from './support/fake-fleet.js';

const replay: ReplayView = {
  ...{ session: '000007-20260801T210000Z', newestOf: 4, tMs: 30_000, durationMs: 120_000 },
  ...{ isPlaying: true, isBehind: false, speed: 4, chain: { state: 'intact', text: 'chain intact' } },
  ...{ gap: undefined, next: { tMs: 72_000, text: 'panel: land (drone-1)' }, trouble: undefined },
};

const size = { columns: 80, rows: 24 };

function snapshotAt(more: Partial<ReplayView> = {}, rest: Partial<ServerSnapshot> = {}): ServerSnapshot {
  return { ...snapshotOf(readyDrones(5), rest), replay: { ...replay, ...more } };
}

function press(keys: readonly string[], snapshot = snapshotAt(), screen = size): Step {
  let step: Step = { state: initialState, effects: [] };
  for (const key of keys) step = reduce(step.state, { type: 'key', key }, { snapshot, size: screen });
  return step;
}

function lines(snapshot: ServerSnapshot, state: PanelState = initialState, screen = size): string[] {
  return view(state, snapshot, screen).map((line) => plainText(line));
}

describe('the panel over a recording', () => {
  it('says in three places that nothing of it is live', () => {
    const screen = lines(snapshotAt());
    expect(screen[0]).toMatch(/^ REPLAY .* 2026-08-01 21:04:05 UTC/);
    expect(screen[1]).toMatch(/000007-20260801T210000Z \(newest of 4\)/);
    expect(screen[2]).toMatch(/^ PLAYING 0:30 of 2:00 █+·+ 4x {2}chain intact/);
    expect(screen[22]).toMatch(/NEXT in 0:42 panel: land/);
    expect(screen[23]).toMatch(
      /^ REPLAY {2}space play Left\/Right 10 s <> 1 min n\/N event \[\] speed \? help q quit/,
    );
    expect(screen.join('\n')).not.toMatch(/LAND ALL|STARLING|SECURE|OPEN|selected/);
  });

  it('says so under every dialog, and on the smallest screens', () => {
    for (const key of ['?', 'enter', 'L', 'c']) {
      const { state } = press([key]);
      const screen = lines(snapshotAt(), state);
      expect(screen[0]).toMatch(/^ REPLAY /);
      expect(screen[2]).toMatch(/PLAYING/);
      expect(screen[23]).toMatch(/^ REPLAY /);
    }
    expect(lines(snapshotAt(), initialState, { columns: 30, rows: 3 }).join('|')).toMatch(
      /REPLAY.*PLAYING.*REPLAY/,
    );
  });

  it('says what there is to know of the moment before what comes next', () => {
    const hint = (more: Partial<ReplayView>) => lines(snapshotAt(more))[22];
    expect(hint({ gap: 'nothing was recorded: ENOSPC' })).toMatch(
      /ENOSPC: the fleet is seen as it was before/,
    );
    expect(hint({ trouble: 'EIO' })).toMatch(/can not be read here: EIO/);
    expect(hint({ tMs: 120_000, isPlaying: false })).toMatch(/end of the recording: Home/);
    expect(lines(snapshotAt({ tMs: 120_000, isPlaying: false }))[2]).toMatch(/^ END /);
    expect(lines(snapshotAt({ isBehind: true }))[2]).toMatch(/^ READING /);
    const chain = {
      state: 'broken',
      text: 'TAMPERED at journal, part 1, line 12: record 11 was changed',
    } as const;
    expect(lines(snapshotAt({ chain }))[2]).toMatch(/^ PLAYING 0:30 of 2:00 .* TAMPERED at journal, part 1/);
  });

  it('moves by keys, also while a drone or the log is looked at, and never while something is typed', () => {
    const seek = { type: 'replay', step: { type: 'seek', byMs: 10_000 } };
    expect(press([' ']).effects).toEqual([{ type: 'replay', step: { type: 'toggle' } }]);
    expect(press(['right']).effects).toEqual([seek]);
    expect(press(['<']).effects).toEqual([{ type: 'replay', step: { type: 'seek', byMs: -60_000 } }]);
    expect(press(['N']).effects).toEqual([{ type: 'replay', step: { type: 'event', direction: -1 } }]);
    expect(press([']']).effects).toEqual([{ type: 'replay', step: { type: 'speed', direction: 1 } }]);
    expect(press(['end']).effects).toEqual([{ type: 'replay', step: { type: 'to', place: 'end' } }]);
    expect(press(['enter', 'right']).effects).toEqual([seek]);
    expect(press(['L', 'right']).effects).toEqual([seek]);
    expect(press(['L', 'home']).state.dialog).toMatchObject({ kind: 'log', back: 10_000 });
    expect(press(['/', 'n', ' ', '1']).state.table.filter).toBe('n 1');
    expect(press(['L', '/', 'n']).state.dialog).toMatchObject({ search: 'n' });
  });

  it('refuses every key of a command with why, and takes that away with the next move', () => {
    for (const key of ['ctrl-x', 's', 'l', 'A', 'u', 'x', 'p', 'r', 'd', 'm', 'o', 'a', 'g', 'C', 'v', '!']) {
      const { state, effects } = press([key]);
      expect(effects).toEqual([]);
      expect(state.dialog).toBeUndefined();
      expect(state.message?.text).toBe('this is a recording: nothing can be commanded');
    }
    expect(press(['l', 'right']).state.message).toBeUndefined();
    expect(press(['enter', 'ctrl-x']).state.message?.text).toMatch(/this is a recording/);
  });

  it('is left by q and Ctrl-C at once: nothing is lost', () => {
    expect(press(['q']).effects).toEqual([{ type: 'quit' }]);
    expect(press(['?', 'ctrl-c']).effects).toEqual([{ type: 'quit' }]);
  });

  it('helps with its own keys alone', () => {
    const tall = { columns: 80, rows: 60 };
    const { state } = press(['?'], snapshotAt(), tall);
    const help = lines(snapshotAt(), state, tall).join('\n');
    expect(help).toMatch(/Left\/Right 10 s back, 10 s on/);
    expect(help).toMatch(/q +Leaves the recording/);
    expect(help).not.toMatch(/Lands|Ends the server|Uploads|The menu/);
  });

  it('sends nothing but moves and goodbyes, whatever is pressed', () => {
    const keys = [
      'a',
      'l',
      's',
      'y',
      'm',
      'enter',
      ' ',
      'ctrl-x',
      'escape',
      'c',
      '/',
      'L',
      '?',
      'right',
      'd',
      'o',
    ];
    const harmless = new Set(['replay', 'quit', 'redraw', 'savePresets']);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...keys, 'C', 'R', 'delete', 'i', 'w', 'k'), { maxLength: 25 }),
        (pressed) => {
          let state: PanelState = initialState;
          for (const key of pressed) {
            const step = reduce(state, { type: 'key', key }, { snapshot: snapshotAt(), size });
            for (const { type } of step.effects) expect(harmless).toContain(type);
            state = step.state;
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});
