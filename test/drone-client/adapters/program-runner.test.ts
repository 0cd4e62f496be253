import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProgramRunner } from '../../../drone-client/adapters/program-runner.js';
import { errorCode } from '../../../lib/errors.js';
import { until } from '../../support/until.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-programs-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const run = (program: string, args: string[] = [], timeLimitMs = 5_000) =>
  new ProgramRunner(folder).run({ program, args, timeLimitMs });
const sh = (script: string, timeLimitMs?: number) => run('/bin/sh', ['-c', script], timeLimitMs);

describe('a program', () => {
  it('gets its arguments as they are: no shell reads them', async () => {
    const args = ['$(id)', '`id`', '; id', '*', 'a b', '--', '| cat'];
    const { exitCode, output } = await run('/usr/bin/printf', ['%s\\n', ...args]);
    expect([exitCode, output.trimEnd().split('\n')]).toEqual([0, args]);
  });

  it('runs in the data folder, with nothing of the environment of the client, and without input', async () => {
    process.env.STARLING_TEST_SECRET = 'x';
    const { output } = await sh('pwd; env; cat');
    delete process.env.STARLING_TEST_SECRET;
    expect(output.split('\n')[0]).toBe(realpathSync(folder));
    expect(output).not.toContain('STARLING');
    expect(output).not.toContain('HOME=');
  });

  it('ends with its exit code, and with what it wrote to stdout and stderr', async () => {
    expect(await sh('echo out; echo err >&2; exit 3')).toEqual({
      ...{ exitCode: 3, signal: undefined, isOverTime: false, isOutputCut: false },
      output: expect.stringMatching(/^(out\nerr|err\nout)\n$/),
    });
    expect(await sh('kill -TERM $$')).toMatchObject({ exitCode: undefined, signal: 'SIGTERM' });
  });

  it('may write as much as it likes: 64 KiB are kept, and it is not held up', async () => {
    const end = await sh('head -c 5000000 /dev/zero | tr "\\0" "ä"; echo end > written');
    expect([end.exitCode, end.isOutputCut, Buffer.byteLength(end.output) <= 3 * 65_536]).toEqual([
      0,
      true,
      true,
    ]);
    expect(readFileSync(join(folder, 'written'), 'utf8')).toBe('end\n');
  });

  it('is ended with all that it began when its time is over', async () => {
    const startMs = Date.now();
    const end = await sh('sleep 60 & echo $!; trap "" TERM; sleep 60', 150);
    expect(end).toMatchObject({ exitCode: undefined, isOverTime: true });
    expect(Date.now() - startMs).toBeLessThan(30_000);
    const pid = Number(end.output);
    expect(pid).toBeGreaterThan(1);
    await until(() => !isRunning(pid), 20_000, 'the child is gone');
  });

  it('that ends leaves no child behind, and none holds up its answer', async () => {
    const startMs = Date.now();
    const { exitCode, output } = await sh('sleep 60 & echo $!');
    expect([exitCode, Date.now() - startMs < 30_000]).toEqual([0, true]);
    await until(() => !isRunning(Number(output)), 20_000, 'the child is gone');
    const escapedMs = Date.now();
    const escaped = await run('/usr/bin/setsid', ['--fork', '/bin/sleep', '20']);
    expect([escaped.exitCode, Date.now() - escapedMs < 18_000]).toEqual([0, true]);
  });

  it.each(['/no/such/program', '/etc/passwd', '/tmp'])(
    'that can not be run (%s) is refused',
    async (program) => {
      await expect(run(program)).rejects.toMatchObject({ code: 'no_program' });
    },
  );
});

/** A zombie waits for its parent only. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ESRCH') return false;
    throw error;
  }
}
