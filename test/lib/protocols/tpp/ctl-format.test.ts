import { describe, expect, it } from 'vitest';
import { readCtlCall } from '../../../../lib/protocols/tpp/ctl-call.js';
import {
  exitCodeOf,
  formatCommand,
  formatList,
  formatResults,
  formatStatus,
  formatTelemetry,
  readResults,
} from '../../../../lib/protocols/tpp/ctl-format.js';

const ok = { id: 'drone-1', ok: true };
const late = { id: 'drone-10', ok: false, code: 'timeout', message: 'no answer within 5000 ms' };

describe('the exit code of a command', () => {
  it('is 0 only when every drone did it', () => {
    expect(exitCodeOf([ok])).toBe(0);
    expect(exitCodeOf([ok, { ...ok, code: 'unconfirmed' }])).toBe(0);
    expect(exitCodeOf([ok, late])).toBe(1);
    expect(exitCodeOf([late])).toBe(1);
  });

  it('is 1 when there was no drone at all', () => {
    expect(exitCodeOf([])).toBe(1);
    expect(formatResults([])).toEqual(['no drones']);
    expect(formatCommand({ results: [] }, 'everyone')).toEqual(['no drones']);
  });

  it('is 0 when it concerns no drone, and was done', () => {
    expect([exitCodeOf([], 'none'), exitCodeOf([late], 'none')]).toEqual([0, 1]);
    expect(formatCommand({ results: [] }, 'none')).toEqual(['done']);
    expect(formatCommand({ results: [], text: 'held\u001b[2J' }, 'none')).toEqual(['held?[2J']);
    expect(formatCommand({ results: [ok], text: 'held' }, 'none')).toEqual(['held', 'drone-1  ok']);
  });
});

describe('the text of an answer', () => {
  it('of a command has a line for each drone', () => {
    expect(formatResults([ok, late, { ...ok, id: 'old', code: 'unconfirmed' }])).toEqual([
      'drone-1   ok',
      'drone-10  FAILED  timeout: no answer within 5000 ms',
      'old       ok      unconfirmed',
    ]);
  });

  it('of a list is a table', () => {
    const lines = formatList([
      {
        id: 'drone-1',
        connected: true,
        ready: false,
        slot: 'a1',
        proof: 'differs',
        blockers: [
          { code: 'battery', text: 'battery 40 %: charge it' },
          { code: 'mode', text: 'no autopilot' },
        ],
        telemetry: { battery: [15.2, 0.404], mode: 'STABILIZED', fcu_status: 'STANDBY', armed: false },
        latencyMs: 1.26,
        offsetMs: -0.04,
      },
      {
        id: 'drone-2',
        connected: false,
        ready: false,
        blockers: [],
        telemetry: { armed: true },
        latencyMs: null,
      },
    ]);
    expect(lines).toEqual([
      'ID       LINK       READY  SLOT  SHOW     BATTERY  MODE        STATE    LATENCY  OFFSET   TO MEND',
      'drone-1  connected  no     a1    differs  40 %     STABILIZED  STANDBY  1.3 ms   -0.0 ms  battery 40 %: charge it; no autopilot',
      'drone-2  LOST       no     -     -        -        -           ARMED    -        -',
    ]);
    expect(formatList([])).toEqual(['no drones']);
  });

  it('of a status says what the server holds', () => {
    expect(
      formatStatus({
        show: {
          ...{ name: 'wave', slots: ['a', 'b'], durationS: 65 },
          violations: [{ kind: 'speedXY', t: 3.4567, drones: ['a'], value: 9.12345, limit: 8 }],
        },
        authorization: { digest: 'ab', scope: 'live', leftS: 590.4, override: 'wind tunnel' },
        phase: 'countdown',
        startAt: '2026-08-01T21:04:05.000Z',
        counts: { total: 3, connected: 2, ready: 1, armed: 0 },
        transfers: { active: 2, waiting: 1, sentBytes: 3.6e6, totalBytes: 8e6, bytesPerS: 1.2e6, leftS: 3.7 },
        address: '192.168.1.10:25000',
        mode: 'open',
        version: '0.1.0',
      }),
    ).toEqual([
      'show       wave (2 drones, 65 s)',
      'violation  speedXY at 3.46 s: 9.12 (limit 8), a',
      'may start  live, for 590 s, OVERRIDE: wind tunnel',
      'phase      countdown, start 2026-08-01T21:04:05.000Z',
      'drones     3: 2 connected, 1 ready, 0 armed',
      'files      3.6 of 8.0 MB to 2 drones, 1 wait, 1.2 MB/s, 4 s left',
      'address    192.168.1.10:25000',
      'mode       OPEN: drones are not authenticated',
      'version    0.1.0',
    ]);
    expect(formatStatus({ show: null, phase: 'idle', startAt: null })[0]).toBe('show       none');
  });

  it('of telemetry is a line', () => {
    expect(formatTelemetry({ id: 'drone-1', telemetry: { armed: true } })).toBe('drone-1  {"armed":true}');
  });

  it('never commands the terminal, whatever a drone calls itself', () => {
    const evil = '\u001b]0;x\u0007\u202edrone\n';
    const shown = [
      ...formatResults([{ id: evil, ok: false, message: evil }]),
      ...formatList([{ id: evil, telemetry: { mode: evil } }]),
      formatTelemetry({ id: evil, telemetry: { mode: evil } }),
      ...formatStatus({ address: evil }),
    ].join('');
    expect(shown).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(shown).toContain('drone');
  });

  it('is not made of results that are none', () => {
    expect(readResults({ results: [ok, late] })).toEqual([ok, late]);
    for (const answer of [null, [], {}, { results: 5 }, { results: [{ id: 'a' }] }, { results: [null] }]) {
      expect(() => readResults(answer)).toThrow(/answer of a command/);
    }
  });
});

describe('a call of ctl', () => {
  it('becomes a request', () => {
    expect(readCtlCall({ action: 'list' })).toEqual({ action: 'list', body: {} });
    expect(readCtlCall({ action: 'land', words: [], all: false })).toEqual({ action: 'land', body: {} });
    expect(readCtlCall({ action: 'start', all: true, options: { delay: '5' } })).toEqual({
      action: 'start',
      body: { all: true, delay: 5 },
    });
    expect(readCtlCall({ action: 'upload', words: ['a', '1-20 and not ready'] })).toEqual({
      action: 'upload',
      body: { select: 'a,1-20 and not ready' },
    });
    expect(readCtlCall({ action: 'execute', words: ['disk', 'a'] })).toEqual({
      action: 'execute',
      body: { command: 'disk', select: 'a' },
    });
    expect(readCtlCall({ action: 'execute', words: ['a'], options: { command: 'disk' } })).toEqual({
      action: 'execute',
      body: { command: 'disk', select: 'a' },
    });
    expect(readCtlCall({ action: 'led_fill', all: true, options: { red: '7' } })).toEqual({
      action: 'led_fill',
      body: { all: true, red: 7, green: 0, blue: 0 },
    });
    expect(readCtlCall({ action: 'load', words: ['/a b'] })).toEqual({
      action: 'load',
      body: { path: '/a b' },
    });
  });

  it.each([
    [{ action: 'explode' }, /unknown action "explode"; known are load, assign, replace/],
    [{ action: 'toString' }, /unknown action/],
    [{ action: 'start' }, /"start" needs drones .*or --all/],
    [{ action: 'land', words: ['a'], all: true }, /not both/],
    [{ action: 'land', options: { delay: '5' } }, /--delay does not go with land/],
    [{ action: 'start', all: true, options: { z: '5' } }, /it takes --delay/],
    [{ action: 'load' }, /load needs path: the show/],
    [{ action: 'load', words: ['relative'] }, /an absolute path/],
    [{ action: 'land', words: [' '] }, /empty word/],
    [{ action: 'takeoff_z', words: ['a'] }, /z is missing: height z/],
    [{ action: 'load', words: ['/a', '/b'] }, /load concerns no drones: leave "\/b" out/],
    [{ action: 'load', words: ['/a'], all: true }, /leave --all out/],
    [{ action: 'start', all: true, options: { delay: '-1' } }, /from 0 to 86400/],
    [{ action: 'start', all: true, options: { delay: 'soon' } }, /from 0 to 86400/],
  ])('that makes no sense is refused: %j', (call, message) => {
    expect(() => readCtlCall(call)).toThrow(message);
  });

  it.each([
    'upload',
    'start',
    'pause',
    'resume',
    'disarm',
    'kill',
    'emergency_land',
    'flip',
    'takeoff',
    'led_test',
  ])('%s needs to be told whom', (action) => {
    expect(() => readCtlCall({ action })).toThrow(/needs drones .*or --all/);
  });

  it.each(['list', 'status', 'stop', 'land', 'telemetry'])(
    '%s means everybody when told nobody',
    (action) => {
      expect(readCtlCall({ action })).toEqual({ action, body: {} });
    },
  );
});
