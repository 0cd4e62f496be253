import { describe, expect, it } from 'vitest';
import {
  judgeClock,
  judgeFolder,
  judgeMemory,
  judgeNetwork,
  judgeNode,
} from '../../../lib/doctor/computer.js';
import { type Finding, ok, problem, warning } from '../../../lib/doctor/finding.js';
import { isStarling, judgePort } from '../../../lib/doctor/port.js';
import { exitCodeOf, formatReport, jsonReport } from '../../../lib/doctor/report.js';
import { runChecks } from '../../../lib/doctor/run-checks.js';
import { FakeClock } from '../../support/fake-clock.js';

const verdicts = (findings: readonly Finding[]) => findings.map(({ verdict }) => verdict);
const mb = 1_000_000;

describe('checks side by side', () => {
  it('tell of one that fails and one that hangs, in their order', async () => {
    const clock = new FakeClock();
    let isAborted = false;
    let ended: AbortSignal | undefined;
    const running = runChecks(clock, [
      {
        name: 'hangs',
        limitMs: 3000,
        run: (signal) => new Promise(() => signal.addEventListener('abort', () => (isAborted = true))),
      },
      {
        name: 'throws',
        limitMs: 3000,
        run: () => {
          throw new Error('no such thing');
        },
      },
      {
        name: 'works',
        limitMs: 3000,
        run: async (signal) => {
          ended = signal;
          return [ok('works', 'well')];
        },
      },
    ]);
    // Past the turn in which the checks begin.
    await Promise.resolve();
    await clock.advance(3000);
    const findings = await running;
    expect(findings.map(({ check }) => check)).toEqual(['hangs', 'throws', 'works']);
    expect(findings[0]?.text).toContain('longer than 3 s');
    expect(findings[1]?.text).toContain('no such thing');
    expect(verdicts(findings)).toEqual(['problem', 'problem', 'ok']);
    expect(isAborted).toBe(true);
    expect(ended?.aborted).toBe(false);
  });
});

describe('a report', () => {
  const findings = [
    problem('key', 'there is\u001b[2J none', 'make one of these for this drone'),
    ok('Node', '22.1.0'),
    warning('lights', 'none', 'set a type'),
  ];

  it('has the worst last, folds long lines under their beginning, and lets no terminal be commanded', () => {
    expect(formatReport({ side: 'drone', version: '1.2.3', findings }, 40)).toEqual([
      'starling doctor drone, version 1.2.3',
      '',
      'ok       Node   22.1.0',
      'warning  lights none',
      '                do: set a type',
      'problem  key    there is?[2J none',
      '                do: make one of these',
      '                    for this drone',
      '',
      '1 problem, 1 warning, 1 ok',
    ]);
  });

  it('says the same to programs', () => {
    expect(jsonReport({ side: 'drone', version: '1.2.3', findings })).toMatchObject({
      ...{ side: 'drone', ok: 1, warnings: 1, problems: 1 },
      findings: [{ check: 'key', do: 'make one of these for this drone' }, { check: 'Node' }, {}],
    });
  });

  it('fails for problems alone', () => {
    expect(exitCodeOf(findings)).toBe(1);
    expect(exitCodeOf(findings.slice(1))).toBe(0);
  });
});

describe('this computer', () => {
  it('needs Node 20, and memory', () => {
    expect(verdicts(['18.20.4', '20.0.0', '24.1.0'].map(judgeNode))).toEqual(['problem', 'ok', 'ok']);
    const memory = (free: number) => judgeMemory({ availableBytes: free * mb, totalBytes: 900 * mb });
    expect(verdicts([memory(100), memory(200), memory(500)])).toEqual(['problem', 'warning', 'ok']);
  });

  it('needs a folder that can be written, with room for what it records', () => {
    const needs = {
      name: 'data folder',
      leastBytes: 200 * mb,
      enoughBytes: 700 * mb,
      options: '[FLIGHT LOG]',
    };
    const judge = (free: number | undefined, isWritable = true) =>
      verdicts(
        judgeFolder(
          { path: '/var/lib/starling', isThere: true, isWritable, freeBytes: free && free * mb },
          needs,
        ),
      );
    expect(judge(900)).toEqual(['ok', 'ok']);
    expect(judge(500)).toEqual(['ok', 'warning']);
    expect(judge(100, false)).toEqual(['problem', 'problem']);
    expect(judge(undefined)).toEqual(['ok', 'warning']);
  });

  it('needs a clock that somebody has set; who keeps it is told', () => {
    const now = Date.UTC(2026, 10, 22);
    const nobody = { by: undefined, text: 'chrony is not installed' };
    expect(verdicts(judgeClock(now, nobody))).toEqual(['ok', 'ok']);
    expect(verdicts(judgeClock(3_600_000, nobody))).toEqual(['problem', 'ok']);
    const chrony = { by: 'chrony', isSynchronized: false, text: 'no source' } as const;
    expect(verdicts(judgeClock(now, chrony))).toEqual(['ok', 'warning']);
  });

  it('is nothing as a drone without a network, and is told when nobody can be found by broadcast', () => {
    const loopback = { name: 'lo', address: '127.0.0.1', netmask: '255.0.0.0', isInternal: true };
    const wifi = { name: 'wlan0', address: '10.0.0.7', netmask: '255.255.255.0', isInternal: false };
    expect(judgeNetwork([loopback], true).verdict).toBe('problem');
    expect(judgeNetwork([loopback], false).verdict).toBe('warning');
    expect(judgeNetwork([loopback, wifi], true)).toEqual(ok('network', 'wlan0 10.0.0.7/24'));
    expect(judgeNetwork([{ ...wifi, netmask: '255.255.255.255' }], true).verdict).toBe('warning');
  });
});

describe('a port', () => {
  const use = { check: 'drone port', option: '--port', own: undefined };
  const state = { port: 25_000, protocol: 'TCP', refusal: 'EADDRINUSE', holder: undefined } as const;
  const holder = { pid: 7, command: 'starling.js server --headless' };

  it('is free, ours, or somebody else’s, who is named where that can be seen', () => {
    expect(judgePort({ ...state, refusal: undefined }, use).verdict).toBe('ok');
    expect(judgePort(state, { ...use, own: 'our own server' }).verdict).toBe('ok');
    expect(judgePort({ ...state, holder }, use)).toMatchObject({
      verdict: 'problem',
      text: 'TCP 25000 is taken by starling.js server --headless (process 7)',
    });
    expect(judgePort(state, use).todo).toContain('sudo ss -lnp | grep :25000');
    expect(judgePort({ ...state, refusal: 'EACCES' }, use).todo).toContain('above 1023');
  });

  it('is told to be ours by the command that holds it', () => {
    expect(isStarling(holder, 'server')).toBe(true);
    expect(isStarling(holder, 'drone')).toBe(false);
    expect(isStarling({ pid: 7, command: 'starlings server' }, 'server')).toBe(false);
  });
});
