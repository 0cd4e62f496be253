import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../support/program.js';

let folder: string;
let showFolder: string;

/** Up 2 m from 1 s to 5 s, down again from 8 s to 12 s, eased in and out; frames of 0.1 s. */
function animation(x: number): string {
  const height = (t: number) => {
    const u = Math.max(0, Math.min(1, (t - 1) / 4, (12 - t) / 4));
    return 2 * u * u * (3 - 2 * u);
  };
  const rows = Array.from({ length: 130 }, (_, i) => `${i},${x},0,${height(i / 10).toFixed(4)},0,255,0,0`);
  return `${rows.join('\n')}\n`;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-show-'));
  showFolder = join(folder, 'pair');
  mkdirSync(showFolder);
  writeFileSync(join(showFolder, 'one.csv'), animation(0));
  writeFileSync(join(showFolder, 'two.csv'), animation(3));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe.concurrent('starling show', () => {
  it('check ends with 0 for a show that keeps its limits, and says so as JSON', async () => {
    const { code, stdout, stderr } = await runProgram(['show', 'check', showFolder, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const result = JSON.parse(stdout);
    expect(Object.keys(result).sort()).toEqual([
      'format',
      'notes',
      'stats',
      'title',
      'violations',
      'warnings',
    ]);
    expect(result).toMatchObject({
      violations: [],
      format: 'clever-show',
      title: 'pair',
      stats: { drones: 2 },
    });
  });

  it('check ends with 1 where a limit is broken, and says which and what to do', async () => {
    const limits = join(folder, 'strict.json');
    writeFileSync(limits, '{"minDistanceM": 4}');
    const { code, stdout } = await runProgram(['show', 'check', showFolder, '--limits', limits]);
    expect(stdout).toMatch(
      /one and two come as near as 3\.00 m .* at least 4\.00 m is asked for: move their paths/,
    );
    expect(code).toBe(1);
  });

  it('a path that is no show gives one line on stderr and ends with 2', async () => {
    const { code, stdout, stderr } = await runProgram(['show', 'check', '/no/such/show']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^starling: \/no\/such\/show: there is no such file.*\n$/);
  });

  it('report writes one page, with the verdict', async () => {
    const page = join(folder, 'page.html');
    const { code, stdout } = await runProgram(['show', 'report', showFolder, '-o', page]);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('no violations') });
    expect(readFileSync(page, 'utf8')).toMatch(
      /<!DOCTYPE html>[\s\S]*No violations[\s\S]*<svg [\s\S]*<\/html>/,
    );
  });

  it('convert says what the target can not hold, and what it wrote can be read', async () => {
    const out = join(folder, 'tables');
    const { code, stderr } = await runProgram(['show', 'convert', showFolder, out, '--to', 'skybrush-csv']);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('headings of 2 drones'),
    });
    expect(readdirSync(out).sort()).toEqual(['one.csv', 'two.csv']);
    const { stdout } = await runProgram(['show', 'info', out]);
    expect(stdout).toMatch(/format +skybrush-csv\n/);
    expect(stdout).toMatch(/^one .*arm at 1\.0/m);
  });
});
