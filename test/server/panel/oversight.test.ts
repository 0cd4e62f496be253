/** Alerts, policy and checklist as the operator sees and answers them: nothing of it is missed, nothing goes by chance. */
import { describe, expect, it } from 'vitest';
import type { OversightView } from '../../../server/oversight/oversight-view.js';
import { reduce } from '../../../server/panel/reduce.js';
import { type Context, type Effect, initialState, type PanelState } from '../../../server/panel/state.js';
import { plainText } from '../../../server/panel/styled.js';
import { displayWidth } from '../../../server/panel/text.js';
import { view } from '../../../server/panel/view.js';
import type { ServerSnapshot } from '../../../server/snapshot.js';
import { drone, readyDrones, showNightUtcMs, snapshotOf } from './support/fake-fleet.js';
import { alert, checklist, gusty, held, oversight, storm } from './support/oversight.js';

const small = { columns: 80, rows: 24 };
const large = { columns: 200, rows: 60 };

const paused = {
  phase: 'paused',
  startUtcMs: showNightUtcMs - 60_000,
  pausedUtcMs: showNightUtcMs - 42_000,
} as const;
const flying = ['drone-1', 'drone-2', 'drone-3'].map((id) =>
  drone(id, { telemetry: { armed: true, fcu_status: 'ACTIVE' } }),
);

function contextOf(
  what: Partial<OversightView> | undefined,
  { size = small, ...more }: Partial<ServerSnapshot> & { size?: Context['size'] } = {},
): Context {
  const drones = more.drones ?? readyDrones(3);
  return { snapshot: snapshotOf(drones, { ...(what && { oversight: oversight(what) }), ...more }), size };
}

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

function seen(context: Context, keys: readonly string[] = [], from?: PanelState): string[] {
  return view(press(keys, context, from).state, context.snapshot, context.size).map(plainText);
}

/** The one line of it. */
function lineWith(lines: readonly string[], text: string): string {
  return lines.find((line) => line.includes(text)) ?? `no line with ${text}:\n${lines.join('\n')}`;
}

function roleOf(context: Context, text: string, keys: readonly string[] = []): string | undefined {
  const spans = view(press(keys, context).state, context.snapshot, context.size).flat();
  return spans.find((part) => part.text.includes(text))?.role;
}

const isHeld = { held: held('alert', storm.text), alerts: [storm] };

describe('an alert', () => {
  it('is told below the header, the loudest first, with how many others there are', () => {
    const accepted = { ...storm, name: 'old', text: 'an old one: seen', isAccepted: true };
    const loud = alert('hot', { level: 'alarm', text: 'temperature 80 at drone-2: land it' });
    const lines = seen(contextOf({ alerts: [accepted, gusty, loud] }));
    expect(lines[2]).toMatch(/^ ALARM {2}temperature 80 at drone-2: land it +\+2 more: ! $/);
    expect(roleOf(contextOf({ alerts: [gusty, loud] }), ' ALARM ')).toBe('alarm');
    expect(roleOf(contextOf({ alerts: [gusty] }), ' WARNING ')).toBe('missing');
    expect(roleOf(contextOf({ alerts: [accepted] }), ' accepted ')).toBe('muted');
  });

  it('takes two lines where one does not hold it, and is whole on a wide screen', () => {
    const [, , first = '', second = ''] = seen(contextOf({ alerts: [gusty] }));
    expect(`${first.trim()} ${second.trim()}`.replace(/ +!$/, ' !')).toBe(`WARNING  ${gusty.text} !`);
    expect(seen(contextOf({ alerts: [gusty] }, { size: large }))[2]).toContain(gusty.text);
  });

  it('has no line without one', () => {
    expect(seen(contextOf({}))).toEqual(seen(contextOf(undefined)));
  });
});

describe('a fleet that the server holds', () => {
  const context = contextOf(isHeld, { drones: flying, phase: paused });

  it('is told in an alarm over the whole width: why, what goes on in spite of it, what lands', () => {
    const [, , what, why, rest, armed] = seen(context);
    expect(what).toBe(' HELD for an alert, 0:42: r goes on in spite of it, ^X lands all '.padEnd(80));
    expect(why).toContain(' wind_high 8.0 m/s or more at 1 of 3 drones, drone-1 (most 9.1 m/s');
    expect(`${why?.trim()} ${rest?.trim()}`).toBe(storm.text);
    expect(armed).toContain('ARMED');
    expect(roleOf(context, 'HELD')).toBe('alarm');
    const wide = seen(contextOf(isHeld, { drones: flying, phase: paused, size: large }));
    expect(wide[2]).toContain('HELD BY THE SERVER for an alert');
    expect(wide[3]).toContain(storm.text);
  });

  it('is told at a gate and for losses with the first reason and how many others there are', () => {
    for (const [what, words] of [
      ['gate', 'at a gate'],
      ['loss', 'for losses'],
    ] as const) {
      const lines = seen(
        contextOf({ held: held(what, 'gate up: 3 of 9 in place', 'b', 'c') }, { phase: paused }),
      );
      expect(lines[2]).toContain(`HELD ${words}`);
      expect(lines[3]).toContain(' gate up: 3 of 9 in place (and 2 more: !)');
    }
  });

  it('says it over every dialog and on a screen of few lines, and never covers Land All', () => {
    for (const keys of [['?'], ['m'], ['!'], ['a', 'd'], ['L']]) {
      const lines = seen(context, keys);
      expect(lines.slice(0, 4).join('\n')).toContain('HELD for an alert');
      expect(lines.at(-1)).toMatch(/^ \^X LAND ALL/);
    }
    for (const rows of [4, 6, 10]) {
      const lines = seen({ ...context, size: { columns: 80, rows } });
      expect(lineWith(lines, 'HELD')).toContain('r goes on in spite of it, ^X lands all');
      expect(lines.at(-1)).toMatch(/^ \^X LAND ALL/);
    }
  });

  it('leaves the editor of configurations its room, and the bar its line', () => {
    const of = { what: 'server' } as const;
    const found = { origin: 'file', text: '[A]\nb = 1\n', path: '/x.ini', spec: undefined } as const;
    const asking: PanelState = { ...initialState, dialog: { kind: 'asking', of } };
    const { state } = reduce(asking, { type: 'configFound', of, found }, context);
    const lines = seen(context, [], state);
    expect(state.dialog?.kind).toBe('config');
    expect(lines.join('\n')).toContain('HELD for an alert');
    expect(lines.at(-1)).toMatch(/^ \^X LAND ALL/);
  });

  it('leaves other alerts their line, also those that hold it as well', () => {
    const gale = alert('gust_high', { level: 'alarm', action: 'hold_fleet', text: 'gusts: land' });
    const lines = seen(contextOf({ ...isHeld, alerts: [storm, gale, gusty] }, { phase: paused }));
    expect(lineWith(lines, ' ALARM ')).toMatch(/ALARM {2}gusts: land +\+1 more: !/);
    expect(lines.filter((line) => line.includes('wind_high'))).toHaveLength(1);
  });

  it('goes on as a whole by r, whoever is selected; a show that was paused by hand needs a selection', () => {
    const all = { type: 'operate', name: 'resume', ids: ['drone-1', 'drone-2', 'drone-3'], given: {} };
    expect(press(['r'], context).effects).toEqual([all]);
    expect(press([' ', 'r'], context).effects).toEqual([all]);
    expect(press(['r'], contextOf({}, { drones: flying, phase: paused })).effects).toEqual([]);
  });

  it('keeps 24 lines useful: header, table, stages, next step and the last answer are there', () => {
    const text = seen(contextOf({ ...isHeld, alerts: [storm, gusty] }, { drones: flying, phase: paused }), [
      'z',
    ]).join('\n');
    for (const part of ['PAUSED', 'HELD', 'ARMED', 'WARNING', 'drone-3', '✓load', 'NEXT', 'key z', '^X LAND'])
      expect(text).toContain(part);
  });
});

describe('the black box', () => {
  it('is told in the header in an alarm when it does not record, and only then', () => {
    for (const size of [small, large, { columns: 50, rows: 10 }]) {
      expect(seen(contextOf({ isRecording: false }, { size }))[0]).toContain('NOT RECORDED');
      for (const isRecording of [true, undefined])
        expect(seen(contextOf({ isRecording }, { size })).join('\n')).not.toContain('NOT RECORDED');
    }
    expect(roleOf(contextOf({ isRecording: false }), 'NOT RECORDED')).toBe('alarm');
  });
});

describe('alerts and policy', () => {
  it('lists what is held, every alert with what is done, what is not watched, and the policy', () => {
    const told = {
      ...{ held: held('loss', '2 of 3 drones are left'), alerts: [storm, gusty] },
      unwatched: ['link: is not watched'],
      isRecording: false,
    };
    const text = seen(contextOf(told, { size: large }), ['!']).join('\n');
    for (const part of [
      'The fleet is held for',
      '2 of 3 drones are left',
      'ALARM  wind_high for 1:05: the fleet is held, no show is started',
      storm.text,
      'WARNING  gust for 1:05: no show is started',
      'nothing is recorded any more',
      'link: is not watched',
      'What is done by itself',
      'one drone lost: the others fly on',
    ])
      expect(text).toContain(part);
    expect(seen(contextOf({}), ['!']).join('\n')).toContain('none is raised');
    expect(press(['!'], contextOf(undefined)).state.message?.text).toBe('alerts: nobody watches here');
  });

  it('scrolls to the last line of a long policy, and says how many lines are out of sight', () => {
    const policy = Array.from({ length: 40 }, (_, index) => `rule ${index + 1}.`);
    const lines = seen(contextOf({ policy }), ['!']);
    expect(lineWith(lines, 'Alerts and policy')).toMatch(/ \d+ below/);
    expect(lines.join('\n')).not.toContain('rule 40.');
    expect(seen(contextOf({ policy }), ['!', 'end']).join('\n')).toContain('rule 40.');
  });

  it('goes on in spite of an alert after a y only, and comes back to the list', () => {
    const context = contextOf({ alerts: [storm, gusty] });
    const asked = press(['!', 'down', 'enter'], context);
    expect(asked.effects).toEqual([]);
    const question = seen(context, ['!', 'down', 'enter']).join('\n');
    expect(question).toContain('Go on in spite of gust?');
    expect(question).toContain(gusty.text.slice(0, 60));
    const { state, effects } = press(['y'], context, asked.state);
    expect(effects).toEqual([{ type: 'operate', name: 'alert_accept', ids: [], given: { alert: 'gust' } }]);
    expect(state.dialog).toMatchObject({ kind: 'alerts', at: 1 });
    for (const key of ['n', 'enter', 'escape']) {
      const no = press([key], context, asked.state);
      expect([no.effects, no.state.dialog?.kind]).toEqual([[], 'alerts']);
    }
  });

  it('does not ask of what holds nothing, and takes no y when the alert is over meanwhile', () => {
    const calm = contextOf({ alerts: [alert('link'), { ...storm, isAccepted: true }] });
    for (const keys of [
      ['!', 'enter', 'y'],
      ['!', 'down', 'enter', 'y'],
      ['!', 'end', 'enter', 'y'],
    ])
      expect(press(keys, calm)).toMatchObject({ effects: [], state: { dialog: { kind: 'alerts' } } });
    const asked = press(['!', 'enter'], contextOf({ alerts: [storm] })).state;
    expect(press(['y'], contextOf({}), asked).effects).toEqual([]);
    expect(seen(contextOf({}), [], asked).join('\n')).toContain('it holds nothing any more');
  });
});

describe('the checklist', () => {
  it('shows its sections, who ticked what and when, what is open and what was ticked too long ago', () => {
    const lines = seen(contextOf({ checklist: checklist([1], [2]) }), ['v']);
    expect(lineWith(lines, 'Checklist:')).toContain('Checklist: 3 of 4 open');
    expect(lineWith(lines, 'wind below')).toMatch(/ ✓ {3}1 wind below 8 m\/s +panel 21:03:00/);
    expect(lineWith(lines, 'no rain')).toMatch(/ > ! {3}2 no rain +panel \d\d:\d\d:\d\d, too old/);
    expect(lineWith(lines, 'cordon')).toContain('·   3 cordon closed');
    expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(/^ Weather +$/)]));
    expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(/^ People +$/)]));
    const complete = seen(contextOf({ checklist: checklist([1, 2, 3, 4]) }), ['v']);
    expect(lineWith(complete, 'Checklist')).toContain('Checklist: complete');
  });

  it('opens on the first open item; space and Enter tick it, tick anew what is too old, and take a tick back', () => {
    const context = contextOf({ checklist: checklist([1], [2]) });
    const given = (keys: string[]) => press(keys, context).effects;
    const effect = (name: string, item: string) => [{ type: 'operate', name, ids: [], given: { item } }];
    expect(given(['v', ' '])).toEqual(effect('checklist_tick', '2'));
    expect(given(['v', 'down', 'enter'])).toEqual(effect('checklist_tick', '3'));
    expect(given(['v', 'home', ' '])).toEqual(effect('checklist_untick', '1'));
    expect(given(['v', 'tab', 'tab', ' '])).toEqual(effect('checklist_tick', '4'));
    expect(given(['v', 'tab', 'tab', 'tab', ' '])).toEqual(effect('checklist_tick', '2'));
    expect(press(['v', ' '], context).state.dialog?.kind).toBe('checklist');
  });

  it('says in the list what became of a tick', () => {
    const context = contextOf({ checklist: checklist([]) });
    const { state } = press(['v', ' '], context);
    const failed = { type: 'failed', command: 'checklist_tick', text: 'the disk is full' } as const;
    const after = reduce(state, failed, context).state;
    expect(seen(context, [], after).join('\n')).toContain('> checklist FAILED: the disk is full');
  });

  it('is asked for by the menu too, and without one is said where it would be named', () => {
    const context = contextOf({ checklist: checklist([]) });
    expect(press(['m', ...'open_check', 'enter'], context).state.dialog).toMatchObject({ kind: 'checklist' });
    expect(press(['m', ...'open_al', 'enter'], context).state.dialog).toMatchObject({ kind: 'alerts' });
    expect(press(['v'], contextOf({})).state.message?.text).toContain('[CHECKLIST] file');
  });
});

describe('the authorization with a checklist that is not complete', () => {
  const open = contextOf({ checklist: checklist([1, 2]) }, { authorization: undefined });

  it('is named as the next step, once all else is ready', () => {
    expect(lineWith(seen(open, ['a']), 'NEXT')).toContain(
      'all 3 selected ready; v: 2 of 4 items of the checklist are open',
    );
    const complete = contextOf({ checklist: checklist([1, 2, 3, 4]) }, { authorization: undefined });
    expect(lineWith(seen(complete, ['a']), 'NEXT')).toContain('press A to authorize the show');
  });

  it('says so, offers the list and comes back from it; no y allows a flight, the lights go without', () => {
    const text = seen(open, ['a', 'A']).join('\n');
    expect(text).toContain('2 of 4 items of the checklist are open, "People: cordon closed"');
    expect(text).toContain('Press v for the checklist, o for its lights only');
    expect(press(['a', 'A', 'y'], open).effects).toEqual([]);
    expect(press(['a', 'A', 'v'], open).state.dialog?.kind).toBe('checklist');
    expect(press(['a', 'A', 'v', 'escape'], open).state.dialog?.kind).toBe('authorize');
    expect(press(['a', 'A', 'o'], open).effects).toMatchObject([
      { name: 'authorize', given: { scope: 'lights' } },
    ]);
    const complete = contextOf({ checklist: checklist([1, 2, 3, 4]) }, { authorization: undefined });
    expect(press(['a', 'A', 'y'], complete).effects).toMatchObject([{ name: 'authorize' }]);
  });

  it('does not go by a reason for violations either, and offers the list by Tab', () => {
    const violation = { code: 'too_close', t: 3, drones: ['a', 'b'], distanceM: 0.5, limitM: 1.5 };
    const { show } = open.snapshot;
    const wrong = {
      ...open,
      snapshot: { ...open.snapshot, show: show && { ...show, violations: [violation as never] } },
    };
    const { state, effects } = press(['a', 'A', ...'a very good reason', 'enter'], wrong);
    expect([effects, state.dialog]).toMatchObject([
      [],
      { error: expect.stringContaining('Tab opens it') as string },
    ]);
    const inList = press(['tab'], wrong, state).state;
    expect(inList.dialog?.kind).toBe('checklist');
    expect(press(['escape'], wrong, inList).state.dialog).toMatchObject({ text: 'a very good reason' });
  });
});

describe('the start', () => {
  it('shows the policy before y, as much as there is room for, and the rest by a key that comes back', () => {
    const policy = Array.from({ length: 30 }, (_, index) => `rule ${index + 1}.`);
    const context = contextOf({ policy, unwatched: ['wind: not watched'] });
    const lines = seen(context, ['a', 's', 'enter']);
    for (const part of [
      'Start cats in 10 s',
      'What is done by itself',
      '! wind: not watched',
      'rule 1.',
      'Press y',
    ])
      expect(lines.join('\n')).toContain(part);
    expect(lineWith(lines, 'more lines')).toMatch(/… \d+ more lines of it in !/);
    const { state } = press(['a', 's', 'enter', '!'], context);
    expect(state.dialog?.kind).toBe('alerts');
    expect(press(['escape', 'y'], context, state).effects).toMatchObject([{ name: 'start' }]);
    const wide = seen({ ...context, size: large }, ['a', 's', 'enter']).join('\n');
    expect(wide).toContain('rule 30.');
    expect(wide).not.toContain('more lines');
  });

  it('is held by an alert, before it is asked for and while it is asked, and says how to go on', () => {
    const holding = contextOf({ alerts: [gusty] });
    const why = 'alert gust holds the start: ! shows it, or goes on in spite of it';
    expect(press(['a', 's', 'enter', 'y'], holding).effects).toEqual([]);
    expect(press(['a', 's'], holding).state.message?.text).toContain(`start: ${why}`);
    expect(lineWith(seen(holding, ['a']), 'NEXT')).toContain(why);
    const asked = press(['a', 's', 'enter'], contextOf({})).state;
    expect(press(['y'], holding, asked).effects).toEqual([]);
    expect(seen(holding, [], asked).join('\n')).toContain(why);
    const lights = holding.snapshot.authorization && {
      ...holding.snapshot.authorization,
      scope: 'lights' as const,
    };
    const dark = contextOf({ alerts: [gusty] }, { authorization: lights });
    expect(press(['a', 's', 'enter', 'y'], dark).effects).toMatchObject([{ name: 'start' }]);
    expect(seen(dark, ['a', 's', 'enter']).join('\n')).not.toContain('What is done by itself');
  });
});

describe('texts from outside', () => {
  const evil = '\u001b[2J\u001b]0;owned\u0007● drone-1 ✓ 漢字\u202e\n';

  it('fill exactly the screen and move no cursor, at any size and in every list', () => {
    const what: Partial<OversightView> = {
      alerts: [alert(evil, { text: evil.repeat(9), level: 'alarm' }), gusty],
      held: held('gate', evil.repeat(7), evil),
      unwatched: [evil],
      policy: [evil.repeat(30)],
      checklist: checklist([1]),
      isRecording: false,
    };
    for (const [columns, rows] of [
      [80, 24],
      [200, 60],
      [40, 10],
      [7, 3],
      [1, 1],
      [3, 30],
    ] as const)
      for (const keys of [[], ['!'], ['v'], ['a', 's', 'enter'], ['a', 'A']]) {
        const lines = seen(contextOf(what, { size: { columns, rows }, phase: paused }), keys);
        expect(lines).toHaveLength(rows);
        for (const line of lines) expect(displayWidth(line)).toBe(columns);
        expect([...lines.join('')].filter((sign) => sign < ' ' || sign === '\u202e')).toEqual([]);
        expect(lines.join('')).not.toContain('owned');
      }
  });
});
