/** `starling rehearse` as a program: same seed, same journal; what it says and how it ends. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../support/program.js';

const show = fileURLToPath(new URL('../../shows/circle', import.meta.url));

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-rehearse-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('a rehearsal from the command line', () => {
  it('flies the show, says how it went, and is the same again from the same seed', async () => {
    const journalOf = async (into: string) => {
      const journals = join(folder, into);
      const run = await runProgram([
        'rehearse',
        show,
        '--drones',
        '2',
        '--seed',
        '3',
        '--journals',
        journals,
      ]);
      expect(run.stdout).toMatch(/^seed 3: 2 landed, 0 lost; closest \d+\.\d+ m/);
      expect([run.stderr, run.code]).toEqual(['', 0]);
      return readFileSync(join(journals, 'seed-3.txt'), 'utf8');
    };
    const journal = await journalOf('one');
    expect(journal.split('\n').length).toBeGreaterThan(20);
    expect(await journalOf('two')).toBe(journal);
  });

  it('refuses a plan that can not be read by its line, and more drones than the show has', async () => {
    const plan = join(folder, 'plan.txt');
    writeFileSync(plan, '12 drone-1 motor-loss\n13 drone-1 dragons\n');
    const wrong = await runProgram(['rehearse', show, '--faults', plan]);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/plan\.txt:? ?.*2.*dragons/s)]);
    writeFileSync(plan, '12 drone-7 motor-loss\n');
    const nobody = await runProgram(['rehearse', show, '--faults', plan]);
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('no drone-7 among 5 drones')]);
    const many = await runProgram(['rehearse', show, '--drones', '9']);
    expect([many.code, many.stderr]).toEqual([2, expect.stringContaining('has 5 slots')]);
  });
});
