/** What happens on a server becomes entries of its journal: once, and only when something is another. */
import { beforeEach, expect, it } from 'vitest';
import { BlackBox } from '../../../server/recorder/black-box.js';
import type { JournalEntry } from '../../../server/recorder/record.js';
import type { GivenAuthorization } from '../../../server/show-control/authorizer.js';
import type { ShowRun } from '../../../server/show-control/show-run.js';

let entries: JournalEntry[];
let box: BlackBox;
beforeEach(() => {
  entries = [];
  box = new BlackBox((entry) => entries.push(entry));
});

const run: ShowRun = {
  ...{ ids: ['a', 'b'], startUtcMs: 10_000, toldUtcMs: 10_000, noReturnUtcMs: 7000 },
  ...{ pausedUtcMs: undefined, resumedUtcMs: undefined, restoredUtcMs: undefined },
  ...{ scope: 'live', holding: new Set<string>(), least: 2 },
};
const authorization: GivenAuthorization = {
  ...{ digest: 'd', scope: 'live', override: undefined, leftS: 100 },
  covered: [['a', 'x']],
};

it('a command is written with who gave it, to whom, and its arguments, cut to a length', () => {
  box.action({ name: 'land', ids: ['a'], given: {}, by: 'panel' });
  box.action({ name: 'authorize', ids: [], given: { override: 'x'.repeat(900), minutes: 5 }, by: 'ann' });
  expect(entries[0]).toEqual({
    kind: 'action',
    body: { by: 'panel', name: 'land', ids: ['a'], arguments: {} },
  });
  expect(entries[1]).toMatchObject({ body: { arguments: { override: 'x'.repeat(500), minutes: 5 } } });
});

it('a command that sets a secret is written without it', () => {
  for (const option of ['WIFI/password', 'HUB/Token', 'NET/psk_main', 'A/secret', 'API/api_key'])
    box.action({ name: 'set_option', ids: [], given: { option, value: 'open sesame' }, by: 'panel' });
  const given = { option: 'CHECKS/keyboard', value: '0.5' };
  box.action({ name: 'set_option', ids: [], given, by: 'panel' });
  expect(JSON.stringify(entries)).not.toContain('sesame');
  expect(JSON.stringify(entries)).toContain('"value":"0.5"');
});

it('wishes are written when they are others, and when they are no more, with whose they were', () => {
  box.wishes({ run: undefined, authorization: undefined });
  expect(entries).toEqual([]);
  box.wishes({ run, authorization });
  box.wishes({ run: { ...run, holding: new Set(['a']) }, authorization: { ...authorization, leftS: 90 } });
  expect(entries.map(({ body }) => body)).toEqual([
    { wish: 'authorize', ids: ['a'], value: { digest: 'd', scope: 'live' } },
    { wish: 'start', ids: ['a', 'b'], value: { startUtcMs: 10_000, scope: 'live' } },
  ]);
  box.wishes({ run: { ...run, pausedUtcMs: 12_000 }, authorization: undefined });
  box.wishes({ run: undefined, authorization: undefined });
  expect(entries.slice(2).map(({ body }) => body)).toEqual([
    { wish: 'authorize', ids: ['a'], value: null },
    { wish: 'pause', ids: ['a', 'b'], value: { atUtcMs: 12_000 } },
    { wish: 'start', ids: ['a', 'b'], value: null },
    { wish: 'pause', ids: ['a', 'b'], value: null },
  ]);
});

it('a phase is written once', () => {
  for (let look = 0; look < 3; look += 1) box.phase({ phase: 'idle' });
  box.phase({ phase: 'running', scope: 'live', startUtcMs: 5 });
  expect(entries.map(({ body }) => body)).toEqual([
    { what: 'phase', value: { phase: 'idle' } },
    { what: 'phase', value: { phase: 'running', scope: 'live', startUtcMs: 5 } },
  ]);
});

it('an outcome is written without what a program wrote', () => {
  const result = { id: 'a', ok: false, code: 'timeout', output: 'x'.repeat(10_000) };
  box.fleetEvent({ type: 'commandEnded', action: 'execute', result, atMs: 5 });
  box.fleetEvent({ type: 'droneLost', id: 'a', reason: 'the peer closed the connection' });
  box.fleetEvent({ type: 'droneSilent', id: 'a' });
  expect(entries).toEqual([
    { kind: 'outcome', body: { action: 'execute', result: { id: 'a', ok: false, code: 'timeout' } } },
    {
      kind: 'state',
      body: { what: 'connected', value: false, id: 'a', text: 'the peer closed the connection' },
    },
  ]);
});
