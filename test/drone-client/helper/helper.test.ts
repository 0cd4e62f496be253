import { describe, expect, it } from 'vitest';
import { runJobs } from '../../../drone-client/helper/helper.js';
import type { JobName } from '../../../drone-client/jobs/job.js';
import { jobNames } from '../../../drone-client/jobs/job.js';
import { Rig } from './rig.js';

async function run(rig: Rig, ...jobs: readonly JobName[]): Promise<void> {
  for (const job of jobs) rig.requests.set(job, 'taken');
  await rig.settle(runJobs(rig.parts));
}

describe("root's helper", () => {
  it('takes a second at least for each run, so that nobody who asks without end keeps it busy', async () => {
    const rig = new Rig();
    await run(rig);
    expect(rig.clock.monotonicMs()).toBeGreaterThanOrEqual(1000);
    expect(rig.calls).toEqual([]);
  });

  it('reboots a second after the client was told, and only then', async () => {
    const rig = new Rig();
    rig.requests.set('reboot', 'taken');
    const work = runJobs(rig.parts);
    await rig.clock.advance(900);
    expect(rig.results).toEqual([{ job: 'reboot', ok: true, text: 'begins now' }]);
    expect(rig.calls).toEqual([]);
    await rig.settle(work);
    expect(rig.calls).toEqual(['systemctl --no-block reboot']);
  });

  it('does none of its jobs while the motors are armed', async () => {
    const rig = Object.assign(new Rig(), { isArmed: true });
    await run(rig, ...jobNames);
    expect(rig.calls).toEqual([]);
    expect(rig.results.map(({ job, ok }) => [job, ok])).toEqual(
      jobNames.filter((job) => job !== 'update').map((job) => [job, false]),
    );
    expect(rig.report).toMatchObject({ outcome: 'refused' });
  });

  it.each<JobName>(['reboot', 'restart-client'])(
    'leaves "%s" when it is armed in that second',
    async (job) => {
      const rig = new Rig();
      rig.requests.set(job, 'taken');
      const work = runJobs(rig.parts);
      await rig.clock.advance(500);
      rig.isArmed = true;
      await rig.settle(work);
      expect(rig.calls).toEqual([]);
      expect(rig.results.at(-1)).toMatchObject({ job, ok: false, text: expect.stringContaining('armed') });
    },
  );

  it('does nothing for what is no request, and says so in the journal', async () => {
    const rig = new Rig();
    rig.requests.set('reboot', { odd: 'it is a folder' });
    await rig.settle(runJobs(rig.parts));
    expect(rig.calls).toEqual([]);
    expect(rig.lines).toEqual(['reboot: it is a folder: taken away, and nothing done']);
  });

  it('restarts chrony where it is, and says what to install where it is not', async () => {
    const rig = new Rig();
    await run(rig, 'restart-chrony');
    expect(rig.calls).toEqual(['systemctl restart chrony.service']);
    rig.chrony.here = false;
    await run(rig, 'restart-chrony');
    expect(rig.results.map(({ ok }) => ok)).toEqual([true, false]);
    expect(rig.results.at(-1)?.text).toContain('apt install chrony');
  });

  it('tells what a failed job said', async () => {
    const rig = new Rig();
    rig.chrony.active = 'inactive';
    rig.otherProgram = () => ({ exitCode: 1, errors: '506 Cannot talk to daemon\n' });
    await run(rig, 'repair-time');
    expect(rig.results).toEqual([
      { job: 'repair-time', ok: false, text: 'chronyd does not answer: 506 Cannot talk to daemon' },
    ]);
  });

  it('sets the clock by chrony: measures, waits for it, steps, and says by how much', async () => {
    const rig = new Rig();
    const asked: string[] = [];
    rig.otherProgram = ({ program, args }) => {
      asked.push([program, ...args].join(' '));
      return {
        output: 'Reference ID    : 0A000001 (server)\nSystem time     : 0.000001 seconds fast of NTP time\n',
      };
    };
    await run(rig, 'repair-time');
    expect(asked).toEqual([
      ...['chronyc burst 2/4', 'chronyc waitsync 15 0 0 1', 'chronyc makestep', 'chronyc tracking'],
    ]);
    expect(rig.results[0]).toMatchObject({
      ok: true,
      text: expect.stringContaining('0.000001 seconds fast'),
    });
  });

  it('leaves the clock alone when the motors are armed while chrony measures', async () => {
    const rig = new Rig();
    const asked: string[] = [];
    rig.otherProgram = ({ args: [verb = ''] }) => {
      asked.push(verb);
      rig.isArmed = verb === 'waitsync';
      return {};
    };
    await run(rig, 'repair-time');
    expect(asked).toEqual(['burst', 'waitsync']);
    expect(rig.results[0]).toMatchObject({ ok: false, text: expect.stringContaining('armed') });
  });

  it('sets the clock by timesyncd where there is no chrony, and waits until it did', async () => {
    const rig = Object.assign(new Rig(), { timesyncdHere: true });
    rig.chrony.here = false;
    rig.requests.set('repair-time', 'taken');
    const work = runJobs(rig.parts);
    await rig.clock.advance(3000);
    expect(rig.results).toEqual([]);
    rig.timesyncMark = 1;
    await rig.settle(work);
    expect(rig.calls).toEqual(['systemctl restart systemd-timesyncd.service']);
    expect(rig.results[0]).toMatchObject({ ok: true });
    await run(rig, 'repair-time');
    expect(rig.results[1]).toMatchObject({ ok: false, text: expect.stringContaining('no answer') });
  });
});
