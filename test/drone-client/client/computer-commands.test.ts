import { beforeEach, describe, expect, it } from 'vitest';
import { computerCommands } from '../../../drone-client/client/computer-commands.js';
import type { Drone } from '../../../drone-client/client/drone.js';
import { Execute } from '../../../drone-client/client/execute.js';
import type { ProgramCall } from '../../../drone-client/client/programs.js';
import { StandingWork } from '../../../drone-client/client/standing-work.js';
import { droneConfigSpec } from '../../../drone-client/config-spec.js';
import { Jobs } from '../../../drone-client/jobs/jobs.js';
import { loadConfig } from '../../../lib/config/index.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeJobFolder } from '../../support/fake-job-folder.js';

let clock: FakeClock;
let folder: FakeJobFolder;
let standing: StandingWork;
let log: string[];
let ran: string[];
let reboots: number;
const state = { armed: false, connected: true };

beforeEach(() => {
  clock = new FakeClock();
  folder = new FakeJobFolder();
  standing = new StandingWork();
  [log, ran, reboots] = [[], [], 0];
  Object.assign(state, { armed: false, connected: true });
});

function commands({ ini = '', hasJobs = true } = {}) {
  const run = async ({ program }: ProgramCall) => {
    ran.push(program);
    return { exitCode: 0, signal: undefined, isOverTime: false, output: '', isOutputCut: false };
  };
  const reboot = async () => {
    reboots += 1;
  };
  const drone = {
    config: loadConfig(ini, 'client.ini', droneConfigSpec),
    ...{ clock, vehicle: { state, maintenance: { reboot } }, player: { isBusy: false } },
    ...{ files: { roots: { data: '/data', payload: '/payload' } }, programs: { run } },
    jobs: hasJobs ? new Jobs({ clock, folder }) : undefined,
    log: (level: string, text: string) => log.push(`${level} ${text}`),
  } as unknown as Drone;
  const all = computerCommands({ drone, standing, execute: new Execute(drone, standing) });
  return async (name: string, kwargs = {}) => all[name]?.(kwargs);
}

describe('a command to the computer of an installed drone', () => {
  it.each([
    ['starling-drone', 'restart-client'],
    ['starling-drone.service', 'restart-client'],
    ['clever-show', 'restart-client'],
    ['chrony', 'restart-chrony'],
    ['chronyd', 'restart-chrony'],
  ] as const)('restarts %s by the job %s', async (name, job) => {
    folder.onPut = (asked) => folder.end(asked);
    await commands()('service_restart', { name });
    expect([folder.asked, ran]).toEqual([[job], []]);
  });

  it('runs what its owner has listed for it, and asks nobody', async () => {
    const command = commands({ ini: '[EXECUTE]\nreboot_all = /opt/reboot\nrestart-chrony = /opt/chrony\n' });
    await command('reboot_all');
    await command('service_restart', { name: 'chrony' });
    expect([ran, folder.asked]).toEqual([['/opt/reboot', '/opt/chrony'], []]);
  });

  it('is answered before the computer goes down, which holds the drone and takes the autopilot along', async () => {
    folder.onPut = (job) => folder.end(job, true, 'begins now');
    await commands()('reboot_all');
    expect([folder.asked, reboots, log]).toEqual([
      ['reboot'],
      1,
      ['info reboot_all: the helper is asked for "reboot"'],
    ]);
    await clock.advance(29_000);
    expect(standing.obstacle).toContain('reboot_all is under way');
    await clock.advance(2000);
    expect([standing.obstacle, clock.pending]).toEqual([undefined, 0]);
  });

  it('that the helper refuses is refused, and the autopilot goes on', async () => {
    folder.onPut = (job) => folder.end(job, false, 'its motors are armed');
    await expect(commands()('reboot_all')).rejects.toMatchObject({
      ...{ code: 'job_failed', message: 'reboot: its motors are armed' },
    });
    expect([reboots, standing.obstacle]).toEqual([0, undefined]);
  });

  it('that the client survives waits for its end, and fails as the job does', async () => {
    const done = commands()('repair_chrony');
    const failed = expect(done).rejects.toMatchObject({
      code: 'job_failed',
      message: 'repair-time: no chrony',
    });
    await clock.advance(1000);
    expect(standing.obstacle).toContain('repair_chrony is under way');
    folder.end('repair-time', false, 'no chrony');
    await clock.advance(200);
    await failed;
  });

  it('is for a drone that stands and with which nothing else is done', async () => {
    const command = commands();
    state.armed = true;
    await expect(command('reboot_all')).rejects.toMatchObject({ code: 'armed' });
    state.armed = false;
    await standing.during('load_params', async () =>
      expect(command('reboot_all')).rejects.toMatchObject({ code: 'busy' }),
    );
    expect([folder.asked, reboots]).toEqual([[], 0]);
  });

  it('is not supported for another service, for the update of a working copy, or without a helper', async () => {
    const notSupported = (text: string) => ({
      code: 'not_supported',
      message: expect.stringContaining(text),
    });
    const command = commands();
    await expect(command('service_restart', { name: 'ssh' })).rejects.toMatchObject(
      notSupported('no program'),
    );
    await expect(command('update_repo')).rejects.toMatchObject(notSupported('has no program for it'));
    folder.missing = 'no helper is installed: the package brings it';
    await expect(command('reboot_all')).rejects.toMatchObject(notSupported('the package brings it'));
    const byHand = commands({ hasJobs: false });
    await expect(byHand('reboot_all')).rejects.toMatchObject(notSupported('package starling-drone'));
    expect(folder.asked).toEqual([]);
  });
});
