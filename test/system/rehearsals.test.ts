/** Rehearsals as people use them: the wind accident, a few bad nights, a link that is cut, a record that is replayed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../support/program.js';

const here = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const circle = here('shows/circle');
const wind = ['rehearse', circle, '--faults', here('examples/faults/wind-accident.txt'), '--jobs', '1'];

/** Of a machine that does other things as well, ms. */
const patient = { timeoutMs: 170_000 };

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-rehearsals-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Every file below a folder, by its path there. */
function filesIn(root: string): Map<string, string> {
  const paths = readdirSync(root, { recursive: true, withFileTypes: true });
  const files = paths.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.map((path) => [path.slice(root.length), readFileSync(path, 'latin1')]));
}

describe('the wind that rises in mid-show', () => {
  it('has the server hold the fleet and the operator land it, before drones are thrown down', async () => {
    const { stdout, code } = await runProgram(wind, patient);
    expect(stdout).toMatch(/5 landed, 0 lost; closest [1-9]\.\d+ m .* held at \d+\.\d s: (gusts|wind) \d+/);
    expect(code).toBe(0);
  });

  it('costs the fleet where it is seen and nobody acts on it', async () => {
    const { stdout, code } = await runProgram(
      [...wind, '--config', here('examples/faults/no-alarms.ini')],
      patient,
    );
    expect(stdout).toMatch(/[1-5] lost/);
    expect(stdout).not.toContain('held at');
    expect(code).toBe(1);
  });
});

describe('nights on which several things go wrong', () => {
  it.each([
    ['px4', 'shows/starling', '1'],
    ['ardupilot', 'shows/circle', '5'],
  ])('leave nothing unexplained: %s, %s', async (autopilot, show, seed) => {
    const args = ['--faults', 'random', '--runs', '2', '--seed', seed, '--autopilot', autopilot];
    const { stdout, stderr, code } = await runProgram(
      ['rehearse', here(show), ...args, ...(show.endsWith('starling') ? ['--drones', '8'] : [])],
      patient,
    );
    expect([stdout.trim().split('\n').at(-1), stderr]).toEqual([
      expect.stringMatching(/^2 runs of \d drones, 0 with findings/),
      '',
    ]);
    expect(code).toBe(0);
  });
});

describe('an autopilot that can not be reached for a while in mid-show', () => {
  it.each([
    ['1.3', /drone-2 warn flight: the autopilot's own failsafe took over: AUTO\.LAND: it lands/],
    ['1.7', /drone-2 warn flight: out of the show: the autopilot was not heard for 1\.\d s.*: it lands/],
  ])('%s s: it lands, and does not hurry after the others', async (cutS, text) => {
    const plan = join(folder, `cut-${cutS}.txt`);
    const journals = join(folder, `journals-${cutS}`);
    writeFileSync(plan, `14 drone-2 link-cut ${cutS}\n`);
    const { stdout } = await runProgram(
      ['rehearse', circle, '--faults', plan, '--journals', journals],
      patient,
    );
    expect(stdout).toMatch(/^seed 1: 5 landed, 0 lost/);
    expect(readFileSync(join(journals, 'seed-1.txt'), 'utf8')).toMatch(text);
  });
});

describe('a rehearsal that is recorded', () => {
  it('is the same again at any pace and number of jobs, and the same as one that is not', async () => {
    const rehearse = async (name: string, args: readonly string[]) => {
      const journals = join(folder, `${name}-journals`);
      const common = ['--drones', '2', '--runs', '2', '--faults', 'random', '--journals', journals];
      const { code } = await runProgram(['rehearse', circle, ...common, ...args], patient);
      expect(code).toBe(0);
      return filesIn(journals);
    };
    const [one, other] = [join(folder, 'one'), join(folder, 'other')];
    const journals = await rehearse('a', ['--jobs', '1', '--record', one]);
    expect([...journals.keys()].sort()).toEqual(['/seed-1.txt', '/seed-2.txt']);
    expect(await rehearse('b', ['--jobs', '2', '--speed', '25', '--record', other])).toEqual(journals);
    expect(await rehearse('c', [])).toEqual(journals);
    const record = filesIn(one);
    expect(record.size).toBeGreaterThanOrEqual(2 * (2 + 2));
    expect(filesIn(other)).toEqual(record);
    const again = await runProgram(['rehearse', circle, '--runs', '2', '--record', one]);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('holds a recording already')]);
    const replay = await runProgram(['replay', join(one, 'seed-1'), '--text']);
    expect([replay.code, replay.stderr]).toEqual([0, '']);
    expect(replay.stdout).toContain('chain intact');
  });
});
