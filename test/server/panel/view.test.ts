/** What the operator sees, as text, at every size, in every phase, whatever drones say. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reduce } from '../../../server/panel/reduce.js';
import { type Dialog, initialState, type PanelState, type Size } from '../../../server/panel/state.js';
import { plainText, type StyledLine } from '../../../server/panel/styled.js';
import { displayWidth } from '../../../server/panel/text.js';
import { view } from '../../../server/panel/view.js';
import type { DroneView, ServerSnapshot } from '../../../server/snapshot.js';
import { drone, mixedDrones, readyDrones, showNightUtcMs, snapshotOf } from './support/fake-fleet.js';

const small: Size = { columns: 80, rows: 24 };
const middle: Size = { columns: 120, rows: 40 };
const large: Size = { columns: 200, rows: 60 };

function stateFor(snapshot: ServerSnapshot, size: Size, keys: readonly string[] = []): PanelState {
  const context = { snapshot, size };
  let { state } = reduce(initialState, { type: 'tick' }, context);
  for (const key of keys) ({ state } = reduce(state, { type: 'key', key }, context));
  return state;
}

function seen(snapshot: ServerSnapshot, size: Size, keys: readonly string[] = []): string[] {
  return view(stateFor(snapshot, size, keys), snapshot, size).map(plainText);
}

/** The table's head and what is below it. */
function fromHead<Line>(lines: readonly Line[], textOf: (line: Line) => string): Line[] {
  return lines.slice(lines.findIndex((line) => textOf(line).startsWith('   id')));
}

function seenTable(snapshot: ServerSnapshot, size: Size, keys: readonly string[] = []): string[] {
  return fromHead(seen(snapshot, size, keys), (line) => line);
}

function viewedTable(snapshot: ServerSnapshot, size: Size): StyledLine[] {
  return fromHead(view(stateFor(snapshot, size), snapshot, size), plainText);
}

const running = { phase: 'running', scope: 'live', startUtcMs: showNightUtcMs - 65_000 } as const;
const phases: readonly ServerSnapshot['phase'][] = [
  { phase: 'idle' },
  { phase: 'countdown', scope: 'live', startUtcMs: showNightUtcMs + 9_200, holding: 4, of: 5 },
  running,
  { phase: 'paused', startUtcMs: showNightUtcMs - 65_000, pausedUtcMs: showNightUtcMs - 5_000 },
];

const hostile =
  '\u001b[2J\u001b[H\u001b]0;owned\u0007{red-fg}{/}\r\n> ● drone-1 ✓ yes\u0000\u009b31m\u202e\u0301漢字😀\u200b';
const hostileDrones: DroneView[] = [
  drone('drone-1', {
    address: hostile,
    software: hostile,
    lastOutcome: {
      action: hostile,
      atMs: 0,
      result: { id: 'drone-1', ok: false, message: hostile, code: hostile },
    },
    telemetry: {
      git_version: hostile,
      config_version: hostile,
      animation_info: [hostile, hostile],
      battery: [Number.NaN, Number.POSITIVE_INFINITY],
      fcu_status: hostile,
      calibration_status: 7,
      mode: [[hostile], null],
      selfcheck: [hostile, hostile],
      current_position: [1e308, -1e9, Number.NaN, -4e7, hostile],
      start_position: [Number.NaN, {}, null, 1, hostile, hostile],
      last_task: '长'.repeat(300),
      led: [999, 'x', -1],
      warnings: [hostile, 3],
      failsafe: [hostile, null],
      failsafe_last: [hostile, hostile, hostile],
    },
  }),
  drone('x'.repeat(63), { isConnected: false, lostReason: hostile, telemetry: { armed: true } }),
  drone('нечто', { telemetryAtMs: undefined, telemetry: {}, busyWith: hostile }),
];

const hostilePreset = {
  name: hostile,
  columns: [hostile, 'mode', 'last_task'].map((key, index) => ({
    key,
    isShown: true,
    width: [99, 2][index],
  })),
};

/** Controls, and what combines, reorders or has no width. */
function isDangerous(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  const ranges = [
    [0, 0x1f],
    [0x7f, 0x9f],
    [0x300, 0x36f],
    [0x200b, 0x200f],
    [0x2028, 0x202f],
    [0x10000, 0x10ffff],
  ] as const;
  return ranges.some(([first, last]) => code >= first && code <= last);
}

describe('the screen', () => {
  const fleets: readonly (readonly [string, DroneView[]])[] = [
    ['no drone', []],
    ['one drone', readyDrones(1)],
    ['five drones', mixedDrones()],
    ['500 drones', readyDrones(500)],
    ['hostile drones', hostileDrones],
  ];
  const sizes = [
    small,
    middle,
    large,
    { columns: 40, rows: 10 },
    { columns: 7, rows: 3 },
    { columns: 1, rows: 1 },
  ];
  const dialogs: readonly (Dialog | undefined)[] = [
    undefined,
    { kind: 'help', scroll: 3 },
    { kind: 'details', droneId: 'drone-1', scroll: 0 },
    {
      kind: 'notice',
      title: 'No',
      lines: Array.from({ length: 90 }, (_, line) => `drone-${line}: ${hostile}`),
      scroll: 5,
    },
    { kind: 'form', name: 'start', ids: ['drone-1'], texts: ['abc'], at: 0, error: hostile },
    { kind: 'form', name: 'authorize', ids: ['drone-1'], texts: ['', '', hostile], at: 2 },
    { kind: 'menu', text: hostile, at: 3 },
    { kind: 'menu', text: '', at: 30 },
    { kind: 'choose', text: hostile, error: hostile },
    { kind: 'results', scroll: 2 },
    { kind: 'word', name: 'disarm', ids: ['drone-1'], given: {}, text: 'dis' },
    {
      kind: 'confirm',
      confirmation: { what: 'operate', name: 'start', ids: ['drone-1', 'gone'], given: { delay: 10 } },
    },
    { kind: 'confirm', confirmation: { what: 'operate', name: 'remove', ids: ['drone-1'], given: {} } },
    { kind: 'confirm', confirmation: { what: 'quit' } },
    { kind: 'alerts', at: 3 },
    { kind: 'checklist', at: 2 },
    { kind: 'filter' },
    { kind: 'columns', draft: hostilePreset, at: 5, naming: hostile },
    { kind: 'log', search: hostile, isTyping: true, isWarningsOnly: true, back: 9_999 },
  ];

  it.each(fleets)('has exactly its rows and columns with %s, in each phase, size and dialog', (_, drones) => {
    for (const [sizeIndex, size] of sizes.entries())
      for (const [index, dialog] of dialogs.entries())
        for (const phase of dialog ? phases.slice((index + sizeIndex) % 4).slice(0, 1) : phases) {
          const snapshot = snapshotOf(drones, {
            phase,
            address: hostile,
            log: [{ atUtcMs: Number.NaN, level: 'error', text: hostile }],
          });
          const lines = view({ ...stateFor(snapshot, size), dialog }, snapshot, size);
          expect(lines).toHaveLength(size.rows);
          for (const line of lines) expect(displayWidth(plainText(line))).toBe(size.columns);
          expect([...lines.map(plainText).join('')].filter(isDangerous)).toEqual([]);
        }
  });

  it('has them at any size, whatever keys came before', () => {
    const keys = ['/', 'n', 'enter', 'escape', '.', ',', '-', 'c', ' ', 'right', 'L', 'a', 'end', '?', 'm'];
    const snapshot = snapshotOf([...mixedDrones(), ...hostileDrones]);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...keys), { maxLength: 12 }),
        fc.integer({ min: 0, max: 260 }),
        fc.integer({ min: 0, max: 70 }),
        (pressed, columns, rows) => {
          const lines = view(stateFor(snapshot, middle, pressed), snapshot, { columns, rows });
          expect(lines).toHaveLength(rows);
          for (const line of lines) expect(displayWidth(plainText(line))).toBe(columns);
        },
      ),
      { numRuns: 80 },
    );
  });

  it('shows no text of a drone that could be taken for the panel or another drone', () => {
    const lines = seen(snapshotOf(hostileDrones), large);
    expect(lines.filter((line) => line.includes('✓ yes'))).toHaveLength(0);
    expect(lines.join('\n')).not.toContain('owned');
    expect(lines.filter((line) => line.startsWith('>'))).toHaveLength(1);
  });

  it('keeps ^X LAND ALL first in the last line, in every dialog', () => {
    for (const size of [small, middle, large])
      for (const dialog of dialogs) {
        const snapshot = snapshotOf(mixedDrones(), { phase: running });
        const last = view({ ...stateFor(snapshot, size), dialog }, snapshot, size).at(-1);
        expect(last?.[0]).toMatchObject({ text: ' ^X LAND ALL ', role: 'alarm' });
      }
  });

  it('says from 100 columns on how many visitors there are, when there are any', () => {
    const [, none] = seen(snapshotOf(mixedDrones()), large);
    const [, some] = seen(snapshotOf(mixedDrones(), { visitors: 3 }), large);
    const [, narrow] = seen(snapshotOf(mixedDrones(), { visitors: 3 }), small);
    expect([
      none?.includes('visitors'),
      some?.includes(' 3 visitors '),
      narrow?.includes('visitors'),
    ]).toEqual([false, true, false]);
  });

  it('says at 80×24 what show is loaded, the phase, the time, the fleet in numbers, the address and that it is open', () => {
    const [first, second] = seen(snapshotOf(mixedDrones()), small);
    expect(first).toBe(' STARLING  IDLE  MAY FLY 9:52  cats 1a2b3c4d 5 slots, 1:32   OPEN  21:04:05 UTC ');
    expect(second).toBe(' 4 connected  1 ready  0 armed  ✗1 lost  0 selected          192.168.1.10:25000 ');
    const open = view(stateFor(snapshotOf([]), small), snapshotOf([]), small)[0]?.find(({ text }) =>
      text.includes('OPEN'),
    );
    expect(open?.role).toBe('alarm');
  });

  it('says in red that another server has taken over, and on a wide screen which one', () => {
    const snapshot = snapshotOf([], { isOpen: false, supersededBy: { id: 'tower-1', epoch: 7 } });
    const narrow = view(stateFor(snapshot, small), snapshot, small)[0]?.find(({ text }) =>
      text.includes('NOT IN CHARGE'),
    );
    expect(narrow).toMatchObject({ text: ' NOT IN CHARGE ', role: 'alarm' });
    const [wide] = seen(snapshot, { columns: 120, rows: 24 });
    expect(wide).toContain(' NOT IN CHARGE: tower-1 took over ');
  });

  it('shortens the name of a show before what matters of it, and names an override in red', () => {
    const snapshot = snapshotOf(readyDrones(3));
    const show = snapshot.show && {
      ...snapshot.show,
      name: 'a name that is as long as names are '.repeat(9),
    };
    const authorization = snapshot.authorization && { ...snapshot.authorization, override: 'a wind tunnel' };
    const overridden = { ...snapshot, show, authorization };
    for (const columns of [80, 119, 120, 200]) {
      const size = { columns, rows: 24 };
      const [first = []] = view(stateFor(overridden, size), overridden, size);
      expect(plainText(first)).toMatch(
        / IDLE {2}OVERRIDE 9:52 {2}a name .*… 1a2b3c4d (3 slots, )?1:32 .*OPEN.* UTC $/,
      );
      expect(first.find(({ text }) => text.startsWith('OVERRIDE'))?.role).toBe('bad');
    }
  });

  it('counts down, shows the show clock, and where it was paused', () => {
    const headers = phases.map((phase) => seen(snapshotOf(readyDrones(1), { phase }), small)[0]);
    expect(headers[1]).toContain('T-00:10');
    expect(headers[2]).toContain('SHOW 1:05 of 1:32');
    expect(headers[3]).toContain('PAUSED at 1:00');
  });

  it('shows every drone of five at 80×24 with its state in a word', () => {
    const rows = seenTable(snapshotOf(mixedDrones()), small, ['a']).slice(1, 6);
    expect(rows.map((row) => row.slice(0, 23).trimEnd())).toEqual([
      '>● drone-1    ✓ yes',
      ' ● drone-2    ✗ battery',
      ' ● drone-3    ✗ show',
      ' ● drone-4    lost',
      ' ● drone-10   ✗ system',
    ]);
    expect(rows[1]).toContain('✗31% 14.9');
  });

  it('says how far a file is, of each drone and of all', () => {
    const drones = ['a', 'b'].map((id, i) => drone(id, { busyWith: 'upload', uploadShare: [0.4, 0.81][i] }));
    const rows = seenTable(snapshotOf(drones), { columns: 290, rows: 60 }, ['a', 'b']);
    expect(rows[1]).toContain(' 40% up');
    expect(rows[2]).toContain(' 81% up');
    expect(rows[1]).toContain('██··  40%');
    expect(rows[2]).toContain('███·  81%');
    expect(rows.join('\n')).toContain('wait: upload is under way for 2 drones, 60 %');
  });

  it('says how far all files are in total, how fast, and how long still', () => {
    const total = { active: 2, waiting: 3, sentBytes: 3_600_000, totalBytes: 8_000_000, byDrone: new Map() };
    const going = snapshotOf(readyDrones(5), { transfers: { ...total, bytesPerS: 1_200_000, leftS: 4 } });
    expect(seen(going, small).join('\n')).toContain(
      'NEXT █████······· 45 % of 8.0 MB to 2 drones, 3 wait, 1.2 MB/s, 0:04 left',
    );
    const begun = snapshotOf(readyDrones(1), {
      transfers: { ...total, waiting: 0, sentBytes: 0, bytesPerS: undefined, leftS: undefined },
    });
    expect(seen(begun, small).join('\n')).toContain('NEXT ············ 0 % of 8.0 MB to 2 drones ');
  });

  it('shows every column where there is room for them beside the pane', () => {
    const wide = { columns: 290, rows: 60 };
    const [head = '', first] = seenTable(snapshotOf(mixedDrones()), wide);
    expect(head.split('│')[0]?.trim().split(/\s+/).join(' ')).toBe(
      'id▲ ready led vers config animation battery system sens mode checks pos x y z yaw frm start x y z yaw action wait task dt ms ms last',
    );
    expect(first).toContain('1.2  -3.0   0.1   90 map   1.3  -3.0   0.1    0 takeoff 1.5s');
  });

  it('paints a lost drone red by name and its old values grey, good green, bad red, missing yellow', () => {
    const snapshot = snapshotOf([
      drone('a', { telemetry: { mode: 'CMODE(5)' } }),
      drone('b', { isConnected: false, lostReason: 'x' }),
    ]);
    const rows = viewedTable(snapshot, small).slice(1, 3);
    const roleOf = (row: number, text: string) => rows[row]?.find((part) => part.text.trim() === text)?.role;
    expect([roleOf(0, 'STANDBY'), roleOf(0, '✗CMODE(5)')]).toEqual(['good', 'bad']);
    expect([roleOf(1, 'b'), roleOf(1, 'lost'), roleOf(1, 'STANDBY')]).toEqual(['bad', 'bad', 'muted']);
    const bare = snapshotOf([drone('c', { telemetry: { mode: null, last_task: null } })]);
    expect(viewedTable(bare, small)[1]?.find(({ text }) => text.trim() === '?')?.role).toBe('missing');
  });

  it('shows the colour of a light as a swatch', () => {
    const snapshot = snapshotOf(mixedDrones());
    const row = viewedTable(snapshot, large)[2];
    expect(row?.find(({ color }) => color)).toMatchObject({ color: { red: 0, green: 255, blue: 0 } });
  });

  it('says of a silent drone, a newcomer and an armed lost drone what they are', () => {
    const snapshot = snapshotOf([
      drone('a', { telemetryAtMs: 90_000 }),
      drone('b', { telemetryAtMs: undefined }),
      drone('c', { isConnected: false, telemetry: { armed: true } }),
      drone('d', { telemetry: { armed: true, fcu_status: 'ACTIVE' } }),
    ]);
    expect(
      seenTable(snapshot, small)
        .slice(1, 5)
        .map((row) => row.slice(14, 23).trim()),
    ).toEqual(['silent', '? new', 'LOST!', 'ARMED']);
  });

  it('follows the cursor through 500 drones and says how many are out of sight', () => {
    const snapshot = snapshotOf(readyDrones(500));
    expect(seenTable(snapshot, small)[0]).toContain('489 below');
    const end = seenTable(snapshot, small, ['end']);
    expect(end[0]).toContain('489 above');
    expect(end[11]).toMatch(/^> {2}drone-500 /);
    expect(seenTable(snapshot, small, ['end', 'up', 'up'])[9]).toMatch(/^> {2}drone-498 /);
  });

  it('scrolls no further than the cursor needs', () => {
    const snapshot = snapshotOf(readyDrones(500));
    const rows = seenTable(
      snapshot,
      small,
      Array.from({ length: 11 }, () => 'down'),
    );
    expect([rows[1], rows[11]].map((row) => row?.slice(0, 11).trimEnd())).toEqual([
      '   drone-2',
      '>  drone-12',
    ]);
  });

  it('takes the checks before flight for no faults of an armed drone', () => {
    const flying = drone('a', { telemetry: { armed: true, fcu_status: 'ACTIVE' } });
    expect(seen(snapshotOf([flying]), small).join('\n')).not.toContain('already flying');
    expect(
      seen(snapshotOf([drone('a', { telemetry: { fcu_status: 'ACTIVE' } })]), small).join('\n'),
    ).toContain('already flying');
  });

  it('offers in flight first what ends or calms a flight', () => {
    const bar = (phase: ServerSnapshot['phase']) =>
      seen(snapshotOf(readyDrones(2), { phase }), small)
        .at(-1)
        ?.trimEnd();
    expect(bar(running)).toBe(' ^X LAND ALL  ? help m menu p pause r resume x stop l land w which? ! alerts');
    expect(bar({ phase: 'idle' })).toBe(
      ' ^X LAND ALL  ? help m menu space select a all u upload A authorize s start',
    );
  });

  it('formats only rows that are seen', () => {
    const drones = readyDrones(500);
    const asked = new Set<string>();
    const watched = drones.map((view) => ({
      ...view,
      record: new Proxy(view.record, {
        get: (target, key, receiver) => {
          if (key === 'timeDeltaS') asked.add(target.id);
          return Reflect.get(target, key, receiver);
        },
      }),
    }));
    seen(snapshotOf(watched), small);
    expect(asked.size).toBe(11);
  });
});

describe('the next step', () => {
  const hint = (snapshot: ServerSnapshot, keys: string[] = []) => seen(snapshot, small, keys).at(-2)?.trim();

  it('does not speak of motors where the lights alone play', () => {
    const startUtcMs = showNightUtcMs - 3000;
    const running = snapshotOf(readyDrones(2), { phase: { phase: 'running', scope: 'lights', startUtcMs } });
    expect(hint(running)).toBe('NEXT the lights play, nothing arms: x stops selected, ^X all');
    expect(seen(running, small)[0]).toContain('LIGHTS 0:03 of 1:32');
    const soon = {
      phase: 'countdown',
      scope: 'lights',
      startUtcMs: showNightUtcMs + 3000,
      holding: 2,
      of: 2,
    } as const;
    expect(hint(snapshotOf(readyDrones(2), { phase: soon }))).toContain(
      'the lights start soon, nothing arms',
    );
    expect(seen(snapshotOf(readyDrones(2), { phase: soon }), small)[0]).not.toContain('not asked');
    const mixed = snapshotOf(readyDrones(2), { phase: { ...soon, scope: 'live', toldOnly: 1 } });
    expect(seen(mixed, small)[0]).toContain('2/2 hold it (1 old, not asked)');
  });

  it.each([
    [
      'without drones',
      snapshotOf([]),
      [],
      'NEXT no drones yet: switch them on; they connect to 192.168.1.10:25000',
    ],
    [
      'without a show',
      snapshotOf(readyDrones(1), { show: undefined }),
      [],
      'NEXT no show loaded: o opens one',
    ],
    [
      'with nothing selected',
      snapshotOf(readyDrones(5)),
      [],
      'NEXT select drones: space one, a all; then u uploads the show',
    ],
    ['with all ready', snapshotOf(readyDrones(5)), ['a'], 'NEXT all 5 selected ready: press s to start'],
    [
      'in flight',
      snapshotOf(readyDrones(5), { phase: running }),
      ['a'],
      'NEXT flying: ^X lands all, p pauses the show, l lands selected',
    ],
  ])('is said %s', (_, snapshot, keys, expected) => {
    expect(hint(snapshot, keys)).toBe(expected);
  });

  it('names the first drone that is not ready, and sends for the upload when only that is missing', () => {
    expect(hint(snapshotOf(mixedDrones()), ['a'])).toContain(
      'NEXT 4 of 5 selected not ready. drone-2: battery 31 % (must be above',
    );
    const unloaded = snapshotOf([
      drone('a', { telemetry: { animation_info: ['', 'No animation'] } }),
      drone('b'),
    ]);
    expect(hint(unloaded, ['a'])).toBe('NEXT press u to upload the show: 1 drone of 2 without it');
  });

  it('sends nobody to upload again what a spare can not be sent', () => {
    const spare = { ...drone('b', { telemetry: { animation_info: ['', 'No animation'] } }), slot: undefined };
    const [a] = readyDrones(1);
    if (!a) throw new Error('no drone');
    expect(hint(snapshotOf([a, spare]), ['a'])).toBe(
      'NEXT b is a spare, without a slot: leave out with space, or ctl assign',
    );
    expect(hint(snapshotOf([a, spare]), ['space'])).not.toContain('spare');
  });

  it('asks for the authorization again when it does not cover all that are selected', () => {
    const snapshot = snapshotOf(readyDrones(2));
    const authorization = snapshot.authorization && { ...snapshot.authorization, ids: ['drone-1'] };
    expect(hint({ ...snapshot, authorization }, ['a'])).toBe(
      'NEXT all 2 selected ready: press A to authorize the show',
    );
  });

  it('warns of armed drones without a show, and says when all have landed after one', () => {
    expect(hint(snapshotOf([drone('a', { telemetry: { armed: true } })]))).toContain(
      '1 drone armed and no show: ^X lands all',
    );
    const flying = stateFor(snapshotOf(readyDrones(2), { phase: running }), small);
    const after = snapshotOf(readyDrones(2));
    const { state } = reduce(flying, { type: 'tick' }, { snapshot: after, size: small });
    expect(plainText(view(state, after, small).at(-2) ?? [])).toContain('all landed');
  });
});

describe('dialogs on the screen', () => {
  it('list in the help every key with a sentence', () => {
    const text = seen(snapshotOf([]), { columns: 120, rows: 60 }, ['?']).join('\n');
    for (const word of [
      '^X',
      'Ctrl-X: lands every drone at once',
      'space',
      'PgDn',
      'Asks for a typed word',
      'OPEN: every device',
    ])
      expect(text).toContain(word);
  });

  it('say in how many seconds, with whom, and who stays behind before a start', () => {
    const asked = seen(snapshotOf(readyDrones(3)), small, [' ', 'down', ' ', 's']).join(' ');
    expect(asked).toContain('at least 4, for lights alone 0');
    const lines = seen(snapshotOf(readyDrones(3)), small, [' ', 'down', ' ', 's', '7', 'enter']).join('\n');
    expect(lines).toContain('Start cats in 7 s with 2 drones: drone-1, drone-2.');
    expect(lines).toContain('1 drone in the table not selected: not part of the show.');
    expect(lines).toContain('Press y for yes. Enter, n or Esc: no.');
  });

  it('name who is not ready and why when a start is refused', () => {
    const lines = seen(snapshotOf(mixedDrones()), small, ['a', 's']).join('\n');
    expect(lines).toContain('Start the show: not possible: 4 of 5 selected not ready');
    expect(lines).toContain('drone-2: battery 31 % (must be above 50 %): change the battery');
  });

  it('say at quitting who flies and what becomes of them', () => {
    const armed = snapshotOf([drone('a', { telemetry: { armed: true } }), drone('b')]);
    const lines = seen(armed, small, ['q']).join('\n');
    expect(lines).toContain('1 drone ARMED: a.');
    expect(lines).toContain('link-loss');
    expect(seen(snapshotOf([]), small, ['ctrl-c']).join('\n')).toContain(
      'End the server? No drone is armed.',
    );
  });
});

describe('the pane of a drone with a watchdog', () => {
  const watched = (armed: boolean) =>
    drone('drone-1', {
      telemetry: {
        armed,
        failsafe: ['the drone is 4.0 m from its setpoint (limit 3 m)'],
        failsafe_last: ['battery', 'report', 'the battery is low: 19 % left'],
        warnings: ['GF_MAX_VER_DIST is 0: the autopilot has no ceiling'],
      },
    });

  it('says what it sees now and what it did last, and warns only before a flight', () => {
    const standing = seen(snapshotOf([watched(false)]), small).join('\n');
    expect(standing).toContain('✗ the drone is 4.0 m from its setpoint');
    expect(standing).toContain('! last failsafe: the battery is low: 19 % left (report)');
    expect(standing).toContain('! GF_MAX_VER_DIST is 0');
    const flying = seen(snapshotOf([watched(true)]), small).join('\n');
    expect(flying).toContain('✗ the drone is 4.0 m from its setpoint');
    expect(flying).not.toContain('GF_MAX_VER_DIST');
  });
});
