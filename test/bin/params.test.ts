import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ParamsCommandOptions, runParams } from '../../bin/commands/params.js';
import { createVehicle } from '../../drone-client/vehicle/adapters/create-vehicle.js';
import type { VehicleUrl } from '../../drone-client/vehicle/vehicle-url.js';
import { parseParameterFile } from '../../lib/parameters/parameter-file.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import type { Clock } from '../../lib/time/clock.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeVehicle } from '../support/fake-vehicle.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-params-'));
});
afterAll(async () => rm(folder, { recursive: true }));

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

function bench() {
  const clock = new FakeClock(1_700_000_000_000);
  const vehicle = new FakeVehicle(clock);
  const { parameters } = vehicle.maintenance;
  parameters.clear();
  parameters.set('COM_OF_LOSS_T', { id: 'COM_OF_LOSS_T', value: 1, type: 'real' });
  parameters.set('COM_RCL_EXCEPT', { id: 'COM_RCL_EXCEPT', value: 4, type: 'integer' });
  const out: string[] = [];
  const errors: string[] = [];
  let opened = 0;
  const run = (action: string, args: readonly string[] = [], more: Partial<ParamsCommandOptions> = {}) =>
    runParams(
      { action, args, vehicle: 'udp:127.0.0.1:14580', ...more },
      {
        clock,
        open: async () => {
          opened += 1;
          return vehicle;
        },
        write: (line) => out.push(line),
        writeError: (line) => errors.push(line),
      },
    );
  return { clock, vehicle, out, errors, run, opened: () => opened };
}

describe('starling params', () => {
  it('gets one parameter, and lets go of the vehicle', async () => {
    const { run, out, vehicle } = bench();
    expect(await run('get', ['COM_OF_LOSS_T'])).toBe(0);
    expect(out).toEqual(['COM_OF_LOSS_T 1']);
    expect(vehicle.isClosed).toBe(true);
  });

  it('prints JSON when asked to', async () => {
    const { run, out } = bench();
    await run('get', ['COM_RCL_EXCEPT'], { json: true });
    expect(JSON.parse(out[0] ?? '')).toEqual({ id: 'COM_RCL_EXCEPT', value: 4, type: 'integer' });
  });

  it('sets one and prints what is stored', async () => {
    const { run, out, vehicle } = bench();
    expect(await run('set', ['COM_OF_LOSS_T', '0.7'])).toBe(0);
    expect(out).toEqual(['COM_OF_LOSS_T 0.7']);
    expect(vehicle.maintenance.parameters.get('COM_OF_LOSS_T')?.value).toBe(Math.fround(0.7));
  });

  it('lists them all', async () => {
    const { run, out } = bench();
    expect(await run('list')).toBe(0);
    expect(out).toEqual(['COM_OF_LOSS_T 1', 'COM_RCL_EXCEPT 4']);
  });

  it('rejects with what the autopilot says, and lets go of the vehicle', async () => {
    const { run, vehicle } = bench();
    await expect(run('get', ['NOPE'])).rejects.toMatchObject({ code: 'unknown_parameter' });
    expect(vehicle.isClosed).toBe(true);
  });

  it.each([
    ['get', []],
    ['get', ['A', 'B']],
    ['set', ['A']],
    ['set', ['A', 'many']],
    ['set', ['A', '']],
    ['list', ['A']],
    ['load', []],
    ['toString', []],
    ['fly', []],
  ])('calls "%s %j" a wrong call, and opens no link for it', async (action, args) => {
    const { run, opened } = bench();
    await expect(run(action, args)).rejects.toMatchObject({ code: 'usage' });
    expect(opened()).toBe(0);
  });

  it.each(['set', 'load'])('does not %s while the motors run', async (action) => {
    const { run, vehicle } = bench();
    await vehicle.arm();
    const path = await fileOf('armed.param', 'COM_OF_LOSS_T,2\n');
    await expect(run(action, action === 'set' ? ['COM_OF_LOSS_T', '2'] : [path])).rejects.toMatchObject({
      code: 'armed',
    });
    expect(vehicle.maintenance.parameters.get('COM_OF_LOSS_T')?.value).toBe(1);
  });

  it('waits for the autopilot, and ends with 3 and a reason when it says nothing for 10 s', async () => {
    const { run, vehicle, clock, errors } = bench();
    vehicle.set({ connected: false });
    const running = run('list');
    await clock.advance(10_100);
    expect(await running).toBe(3);
    expect(errors[0]).toContain('udp:127.0.0.1:14580');
    expect(vehicle.isClosed).toBe(true);
  });

  it('begins as soon as the autopilot is heard', async () => {
    const { run, vehicle, clock, out } = bench();
    vehicle.set({ connected: false });
    const running = run('get', ['COM_OF_LOSS_T']);
    await clock.advance(3000);
    expect(out).toEqual([]);
    vehicle.set({ connected: true });
    expect(await running).toBe(0);
    expect(out).toHaveLength(1);
  });

  it('loads a file: sets what differs, tells every failure, ends with 1 for any', async () => {
    const { run, vehicle, out, errors } = bench();
    const path = await fileOf('some.param', 'COM_RCL_EXCEPT,4\nNOPE,1\nCOM_OF_LOSS_T,2\n');
    expect(await run('load', [path])).toBe(1);
    expect(vehicle.maintenance.parameters.get('COM_OF_LOSS_T')?.value).toBe(2);
    expect(out).toEqual([expect.stringMatching(/^NOPE = 1: unknown/), 'COM_OF_LOSS_T was 1 and is now 2']);
    expect(errors[0]).toBe('1 set, 1 were so already, 1 failed');
    expect(errors[1]).toContain('restart it');
  });

  it('loads a file that is so already with 0', async () => {
    const { run, errors } = bench();
    const path = await fileOf('same.param', 'COM_RCL_EXCEPT,4\n');
    expect(await run('load', [path])).toBe(0);
    expect(errors).toEqual(['0 set, 1 were so already, 0 failed']);
  });

  it('touches no drone for a wrong file, and names its wrong lines', async () => {
    const { run, opened } = bench();
    const path = await fileOf('wrong.param', 'COM_OF_LOSS_T,2\nB\nC,x\n');
    await expect(run('load', [path])).rejects.toMatchObject({
      code: 'bad_config',
      message: expect.stringMatching(/wrong\.param:2: [\s\S]*wrong\.param:3: /),
    });
    await expect(run('load', [join(folder, 'none')])).rejects.toMatchObject({ code: 'bad_config' });
    expect(opened()).toBe(0);
  });

  it('saves a file that can be loaded, and overwrites none', async () => {
    const { run } = bench();
    const path = join(folder, 'saved.params');
    expect(await run('save', [path])).toBe(0);
    const text = await readFile(path, 'utf8');
    expect(text).toContain('# Stack: PX4\n# Saved by Starling: 2023-11-14T22:13:20.000Z\n');
    expect(parseParameterFile(text, path).lines.map(({ id, value }) => [id, value])).toEqual([
      ['COM_OF_LOSS_T', 1],
      ['COM_RCL_EXCEPT', 4],
    ]);
    await expect(run('save', [path])).rejects.toMatchObject({ code: 'bad_config' });
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('tells how a file differs from the drone', async () => {
    const { run, out, errors } = bench();
    const path = await fileOf('diff.param', 'COM_OF_LOSS_T,2\nNOPE,1\n');
    expect(await run('diff', [path])).toBe(1);
    expect(out).toEqual(['COM_OF_LOSS_T: file 2, drone 1', 'NOPE: file 1, drone has none such']);
    expect(errors[0]).toContain('0 are the same, 1 differ, 1 only in');
    const same = await fileOf('nodiff.param', 'COM_OF_LOSS_T,1\n');
    expect(await run('diff', [same])).toBe(0);
  });

  it('works on a simulated autopilot over its link', async () => {
    const out: string[] = [];
    const edges = {
      clock: new SystemClock(),
      open: (url: VehicleUrl, clock: Clock) => createVehicle(url, { clock }),
      write: (line: string) => out.push(line),
      writeError: () => undefined,
    };
    const options = { action: 'set', args: ['COM_OF_LOSS_T', '0.5'], vehicle: 'sim:' };
    expect(await runParams(options, edges)).toBe(0);
    expect(await runParams({ ...options, action: 'list', args: [] }, edges)).toBe(0);
    expect(out[0]).toBe('COM_OF_LOSS_T 0.5');
    expect(out).toContain('COM_OF_LOSS_T 1');
  });
});
