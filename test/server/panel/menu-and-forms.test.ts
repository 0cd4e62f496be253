/** From the menu through a form to a command, by keys alone. */
import { describe, expect, it } from 'vitest';
import { isCommand, operationNames } from '../../../lib/operations/catalogue.js';
import { reduce } from '../../../server/panel/reduce.js';
import { menuEntries } from '../../../server/panel/reduce-menu.js';
import { type Context, type Effect, initialState, type PanelState } from '../../../server/panel/state.js';
import { plainText } from '../../../server/panel/styled.js';
import { view } from '../../../server/panel/view.js';
import { drone, readyDrones, snapshotOf } from './support/fake-fleet.js';

const size = { columns: 80, rows: 24 };
const contextOf = (drones = readyDrones(3), more = {}): Context => ({
  snapshot: snapshotOf(drones, more),
  size,
});
const ids = ['drone-1', 'drone-2', 'drone-3'];

function press(keys: readonly string[], context = contextOf(), from: PanelState = initialState) {
  let state = reduce(from, { type: 'tick' }, context).state;
  const effects: Effect[] = [];
  for (const key of keys) {
    const step = reduce(state, { type: 'key', key }, context);
    state = step.state;
    effects.push(...step.effects);
  }
  const text = view(state, context.snapshot, size).map(plainText).join('\n');
  return { state, effects, text };
}

describe('the menu', () => {
  it('holds every command of the catalogue, and finds each by its name', () => {
    const commands = operationNames.filter(isCommand);
    expect(menuEntries('')).toEqual(expect.arrayContaining(commands));
    for (const name of commands) expect(menuEntries(name)).toContain(name);
    expect(menuEntries('no such thing')).toEqual([]);
  });

  it('narrows as one types, and Enter goes on with what the cursor is on', () => {
    const { text } = press(['m', ...'gyro']);
    expect(text).toContain('Calibrate the gyroscopes');
    expect(text).not.toContain('Calibrate level');
    expect(press(['a', 'm', ...'gyro', 'enter']).effects).toEqual([
      { type: 'operate', name: 'calibrate_gyro', ids, given: {} },
    ]);
    expect(press(['a', 'm', ...'offset', 'down', 'enter']).effects).toEqual([
      { type: 'operate', name: 'reset_z_offset', ids, given: {} },
    ]);
  });

  it('keeps the cursor in sight and in the list', () => {
    const { text, state } = press(['m', 'end', 'down', 'down']);
    expect(text).toContain(' > ');
    expect(press(['home', 'up'], contextOf(), state).text).toContain('Load a show');
    expect(press(['m', ...'xyz', 'enter']).effects).toEqual([]);
    expect(press(['m', ...'xyz']).text).toContain('nothing is called so');
  });
});

describe('a form', () => {
  it('shows each argument with its default, and sends them as soon as nothing is missing', () => {
    const opened = press(['a', 'm', ...'colour', 'enter']);
    expect(opened.text).toContain('red, 0 to 255');
    expect(opened.text).toContain('empty = 0');
    const filled = press(['down', ...'200', 'enter'], contextOf(), opened.state);
    expect(filled.effects).toEqual([
      { type: 'operate', name: 'led_fill', ids, given: { red: 0, green: 200, blue: 0 } },
    ]);
  });

  it('goes to what must be given and is not yet', () => {
    const opened = press(['m', ...'by a spare', 'enter', ...'drone-1', 'enter']);
    expect([opened.effects, opened.state.dialog]).toMatchObject([[], { kind: 'form', at: 1 }]);
    expect(opened.state.dialog).not.toHaveProperty('error');
    expect(press(['enter'], contextOf(), opened.state).state.dialog).toHaveProperty('error');
    expect(press([...'drone-9', 'enter'], contextOf(), opened.state).effects).toMatchObject([
      { name: 'replace', given: { out: 'drone-1', spare: 'drone-9' } },
    ]);
  });

  it('says what is wrong where it is wrong, and sends nothing', () => {
    const { text, effects, state } = press(['a', 'm', ...'colour', 'enter', ...'256', 'enter']);
    expect(effects).toEqual([]);
    expect(text).toContain('red: red, 0 to 255: a number from 0 to 255, not 256');
    const mended = press(['backspace', 'enter'], contextOf(), state);
    expect(mended.text).not.toContain('not 256');
  });

  it('goes through choices by space, and back by Left', () => {
    const { text, state } = press(['a', 'm', ...'slots', 'enter']);
    expect(text).toContain('regexp');
    expect(press([' ', 'enter'], contextOf(), state).effects).toMatchObject([{ given: { by: 'places' } }]);
    expect(press(['left', 'enter'], contextOf(), state).effects).toMatchObject([{ given: { by: 'id' } }]);
    expect(press(['enter'], contextOf(), state).effects).toMatchObject([{ given: { by: 'regexp' } }]);
  });

  it('of a take-off is followed by the question', () => {
    const asked = press(['a', 'm', ...'to a height', 'enter', ...'2.5', 'enter']);
    expect(asked.effects).toEqual([]);
    expect(asked.text).toContain('z 2.5');
    expect(press(['y'], contextOf(), asked.state).effects).toEqual([
      { type: 'operate', name: 'takeoff_z', ids, given: { z: 2.5 } },
    ]);
    expect(press(['enter'], contextOf(), asked.state).effects).toEqual([]);
  });

  it('for a show loads what was typed, and needs no drone', () => {
    expect(press(['o', ...'/shows/wave', 'enter'], contextOf([])).effects).toEqual([
      { type: 'load', path: '/shows/wave' },
    ]);
    expect(press(['o', 'enter'], contextOf([])).text).toContain('path is missing');
    expect(press(['o', ...'wave', 'enter'], contextOf([])).text).toContain('an absolute path');
  });
});

describe('what lets drones fall', () => {
  it('is sent after its own word, and says who is armed', () => {
    const flying = contextOf([drone('drone-1', { telemetry: { armed: true } }), drone('drone-2')]);
    const asked = press(['a', 'm', ...'kill', 'enter'], flying);
    expect(asked.text).toContain('ARMED now: drone-1.');
    expect(asked.text).toContain('they FALL');
    expect(press([...'kill', 'enter'], flying, asked.state).effects).toMatchObject([
      { type: 'operate', name: 'kill', ids: ['drone-1', 'drone-2'] },
    ]);
    for (const word of ['disarm', 'y', '', 'kil'])
      expect(press([...word, 'enter'], flying, asked.state).effects).toEqual([]);
  });
});

describe('drones that are not fit', () => {
  it('are named, and nothing is sent', () => {
    const { text, effects } = press(['a', 'm', ...'flip', 'enter', 'y']);
    expect(effects).toEqual([]);
    expect(text).toContain('Flip: not possible: 3 of 3 selected can not now');
    const armed = contextOf([drone('a', { telemetry: { fcu_status: 'ACTIVE' } })]);
    expect(press(['a', 'm', ...'gyro', 'enter'], armed).text).toContain('its system is not STANDBY');
  });
});

describe('choosing by words', () => {
  it('selects what is meant', () => {
    expect([...press(['g', ...'1,3', 'enter']).state.selected]).toEqual(['drone-1', 'drone-3']);
    expect([...press(['a', 'g', ...'selected and not 2', 'enter']).state.selected]).toEqual([
      'drone-1',
      'drone-3',
    ]);
    const low = [drone('a', { telemetry: { battery: [14, 0.1] } }), drone('b')];
    expect([...press(['g', ...'not ready', 'enter'], contextOf(low)).state.selected]).toEqual(['a']);
    const groups = new Map([['left', ['drone-2']]]);
    expect([...press(['g', ...'@left', 'enter'], contextOf(undefined, { groups })).state.selected]).toEqual([
      'drone-2',
    ]);
  });

  it('changes nothing when it names nobody, or can not be read', () => {
    for (const typed of ['nobody-9', '(1', 'not', ',']) {
      const { state } = press([' ', 'g', ...typed, 'enter']);
      expect([typed, [...state.selected], state.dialog?.kind]).toEqual([typed, ['drone-1'], 'choose']);
      expect(state.dialog).toHaveProperty('error');
    }
    expect([...press([' ', 'g', 'enter']).state.selected]).toEqual(['drone-1']);
  });
});

describe('outcomes', () => {
  it('are listed drone by drone, what failed first, with what programs wrote', () => {
    const results = [
      { id: 'drone-1', ok: true, output: 'disk 31 %\nfine' },
      { id: 'drone-2', ok: false, code: 'timeout', message: 'no answer' },
    ];
    const { state } = reduce(initialState, { type: 'outcome', command: 'execute', results }, contextOf());
    const { text } = press(['e'], contextOf(), state);
    expect(text).toContain('execute: 1 failed, 1 done');
    expect(text.indexOf('drone-2 timeout: no answer')).toBeLessThan(text.indexOf('✓ drone-1'));
    expect(text).toContain('disk 31 %');
  });
});
