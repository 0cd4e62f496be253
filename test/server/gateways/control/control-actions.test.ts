import { describe, expect, it } from 'vitest';
import type { TppJson } from '../../../../lib/protocols/tpp/index.js';
import type { Caller } from '../../../../lib/security/access/gatekeeper.js';
import { runControlAction } from '../../../../server/gateways/control/control-actions.js';
import { droneView, FakeFacade } from './support/fake-facade.js';

const caller: Caller = { name: 'local', role: 'admin', identity: '' };

function setUp(...ids: string[]) {
  const facade = new FakeFacade(...ids);
  const ask = async (action: string, body: TppJson = {}) => {
    const outcome = await runControlAction({ facade, version: '0.1.0', caller }, action, body);
    return outcome.kind === 'answer' ? (JSON.parse(JSON.stringify(outcome.value)) as unknown) : outcome;
  };
  return { facade, ask };
}

const needing = [
  'upload',
  'start',
  'pause',
  'resume',
  'disarm',
  'emergency_land',
  'return_home',
  'kill',
  'takeoff',
  'flip',
  'calibrate_gyro',
  'calibrate_level',
  'reboot_fcu',
  'led_test',
];
const commands = [...needing, 'stop', 'land'];

describe('a command', () => {
  it.each(commands)(
    '%s reaches the drones that are named, each once, and says of each what became of it',
    async (action) => {
      const { facade, ask } = setUp('a', 'b', 'c');
      facade.end = (id) =>
        id === 'b' ? { id, ok: false, code: 'timeout', message: 'no answer' } : { id, ok: true };
      expect(await ask(action, { ids: ['c', 'b', 'c', 'nobody'] })).toEqual({
        results: [
          { id: 'c', ok: true },
          { id: 'b', ok: false, code: 'timeout', message: 'no answer' },
          { id: 'nobody', ok: true },
        ],
      });
      expect(facade.calls).toHaveLength(1);
      expect(facade.calls[0]).toMatchObject({
        action,
        ids: ['c', 'b', 'nobody'],
      });
    },
  );

  it.each(commands)('%s reaches every drone of the table when all are asked for', async (action) => {
    const { facade, ask } = setUp('a', 'b');
    await ask(action, { all: true });
    expect(facade.calls[0]?.ids).toEqual(['a', 'b']);
  });

  it.each(needing)('%s is refused when it names nobody', async (action) => {
    const { facade, ask } = setUp('a');
    for (const body of [{}, null, { all: false }]) {
      await expect(ask(action, body)).rejects.toThrow(`"${action}" needs ids, select, or all: true`);
    }
    expect(facade.calls).toEqual([]);
  });

  it.each(['stop', 'land'])('%s reaches everybody when it names nobody', async (action) => {
    const { facade, ask } = setUp('a', 'b');
    await ask(action);
    await ask(action, null);
    expect(facade.calls.map(({ ids }) => ids)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('without any drone has no results', async () => {
    const { ask } = setUp();
    expect(await ask('land')).toEqual({ results: [] });
  });

  it('to start has a delay of its own, or 10 s', async () => {
    const { facade, ask } = setUp('a');
    await ask('start', { all: true, delay: 2.5 });
    await ask('start', { all: true, delay: 0 });
    await ask('start', { all: true });
    await ask('start', { all: true, music: 4 });
    expect(facade.calls.map(({ options }) => options)).toEqual([
      { delayS: 2.5 },
      { delayS: 0 },
      { delayS: 10 },
      { delayS: 10, musicS: 4 },
    ]);
  });

  it.each<[TppJson, RegExp]>([
    [[], /must be an object/],
    ['a', /must be an object/],
    [5, /must be an object/],
    [{ id: 'a' }, /not "id"/],
    [{ ids: 'a' }, /list of drone ids/],
    [{ ids: [5] }, /list of drone ids/],
    [{ ids: [''] }, /list of drone ids/],
    [{ ids: ['x'.repeat(201)] }, /list of drone ids/],
    [{ ids: [] }, /1 to 10000 drones/],
    [{ ids: Array.from({ length: 10_001 }, String) }, /1 to 10000 drones/],
    [{ all: 'yes' }, /true or false/],
    [{ ids: ['a'], all: true }, /one of them/],
    [{ ids: ['a'], select: 'a' }, /one of them/],
    [{ select: '' }, /which drones/],
    [{ select: '(a' }, /closes|\)|write for example/],
    [{ select: 'not b' }, /no drone or group here is "b"/],
    [{ all: true, delay: 5 }, /not "delay"/],
  ])('with the body %j is refused with a sentence, and reaches nobody', async (body, sentence) => {
    const { facade, ask } = setUp('a');
    await expect(ask('land', body)).rejects.toThrow(sentence);
    expect(facade.calls).toEqual([]);
  });

  it.each<[TppJson]>([[-1], [86_401], ['5'], [[]]])(
    'to start with the delay %j is refused',
    async (delay) => {
      const { facade, ask } = setUp('a');
      await expect(ask('start', { all: true, delay })).rejects.toThrow(/0 to 86400/);
      expect(facade.calls).toEqual([]);
    },
  );

  it.each(['explode', 'toString', '__proto__', 'LAND'])(
    'that nobody knows (%s) is refused',
    async (action) => {
      const { ask } = setUp('a');
      await expect(ask(action, { all: true })).rejects.toThrow(`unknown action "${action}"`);
    },
  );
});

describe('list', () => {
  it('says all of a drone, with null where a number is not known', async () => {
    const { facade, ask } = setUp();
    facade.drones = [
      {
        ...droneView('a', {
          telemetry: { battery: [15.2, 0.9], start_position: [1, 2, 0, Number.NaN, 'takeoff', 0] },
          latencyMs: 1.5,
          offsetMs: Number.NaN,
        }),
        isReady: false,
        blockers: [
          { code: 'mode', owner: 'drone', text: 'no autopilot: check its cable', hint: 'check its cable' },
        ],
      },
      droneView('b', { isConnected: false }),
    ];
    const list = (await ask('list')) as { checks: object }[];
    expect(list[0]).toEqual({
      id: 'a',
      connected: true,
      ready: false,
      slot: 'a',
      proof: 'match',
      blockers: [
        { code: 'mode', owner: 'drone', text: 'no autopilot: check its cable', hint: 'check its cable' },
      ],
      checks: expect.objectContaining({ battery: 'ok', time_delta: 'ok' }),
      telemetry: { battery: [15.2, 0.9], start_position: [1, 2, 0, null, 'takeoff', 0] },
      latencyMs: 1.5,
      offsetMs: null,
    });
    expect(list[1]).toMatchObject({ id: 'b', connected: false, latencyMs: null, offsetMs: null });
    expect(Object.keys(list[0]?.checks ?? {})).toHaveLength(10);
  });

  it('holds the drones that are named, in the order of the table', async () => {
    const { ask } = setUp('a', 'b', 'c');
    const list = (await ask('list', { ids: ['c', 'a'] })) as { id: string }[];
    expect(list.map(({ id }) => id)).toEqual(['a', 'c']);
  });

  it.each(['list', 'telemetry'])(
    '(and %s) has nothing to say of a drone that is not there',
    async (action) => {
      const { ask } = setUp('a');
      await expect(ask(action, { ids: ['a', 'ghost'] })).rejects.toThrow('no drone is called "ghost"');
    },
  );
});

describe('status', () => {
  it('says what is loaded, where the show is and how many drones there are', async () => {
    const { facade, ask } = setUp();
    facade.drones = [
      droneView('a'),
      { ...droneView('b'), isReady: false, isArmed: true },
      { ...droneView('c', { isConnected: false }), isReady: false },
    ];
    facade.phase = { phase: 'running', scope: 'live', startUtcMs: Date.UTC(2026, 7, 1, 21, 4, 5, 250) };
    expect(await ask('status')).toEqual({
      show: {
        ...{ name: 'wave', slots: ['drone-1', 'drone-2'], durationS: 65, digest: 'ab', format: 'star' },
        ...{ notes: [], violations: [], warnings: [] },
      },
      authorization: null,
      phase: 'running',
      startAt: '2026-08-01T21:04:05.250Z',
      counts: { total: 3, connected: 2, ready: 1, armed: 1 },
      transfers: null,
      address: '192.168.1.10:25000',
      mode: 'open',
      version: '0.1.0',
    });
  });

  it('has no start and no show before there are any', async () => {
    const { facade, ask } = setUp('a');
    facade.show = undefined;
    expect(await ask('status')).toMatchObject({ show: null, phase: 'idle', startAt: null });
  });
});

describe('telemetry', () => {
  it('follows everybody, or those who are named', async () => {
    const { ask } = setUp('a', 'b');
    expect(await ask('telemetry')).toMatchObject({ kind: 'stream', ids: undefined });
    expect(await ask('telemetry', { all: true })).toMatchObject({ kind: 'stream', ids: undefined });
    expect(await ask('telemetry', { ids: ['b'] })).toMatchObject({ kind: 'stream', ids: new Set(['b']) });
  });
});

describe('load', () => {
  it('hands over the path and answers with the show that is loaded then', async () => {
    const { facade, ask } = setUp('a');
    expect(await ask('load', { path: '/shows/night' })).toMatchObject({
      show: { name: '/shows/night', violations: [] },
    });
    expect(facade.show?.name).toBe('/shows/night');
    await expect(ask('load', { path: '/shows/wrong' })).rejects.toThrow('/shows/wrong: no show');
  });

  it.each([{}, { path: 5 }, { path: 'shows/night' }, { path: '/a\0b' }, { path: `/${'x'.repeat(4096)}` }])(
    'is refused without an absolute path: %j',
    async (body) => {
      const { ask } = setUp('a');
      await expect(ask('load', body)).rejects.toThrow(/absolute path/);
    },
  );

  it('alone has a path', async () => {
    const { facade, ask } = setUp('a');
    await expect(ask('land', { path: '/shows/night' })).rejects.toThrow(
      'may hold ids, all, select, not "path"',
    );
    expect(facade.calls).toEqual([]);
  });
});
