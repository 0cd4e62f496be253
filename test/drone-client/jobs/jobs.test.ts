import { beforeEach, describe, expect, it } from 'vitest';
import { Jobs } from '../../../drone-client/jobs/jobs.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeJobFolder } from '../../support/fake-job-folder.js';

const sha = 'a'.repeat(64);

let clock: FakeClock;
let folder: FakeJobFolder;
let jobs: Jobs;
beforeEach(() => {
  clock = new FakeClock();
  folder = new FakeJobFolder();
  jobs = new Jobs({ clock, folder });
});

/** How it ended: `done`, or the refusal. */
function outcomeOf(work: Promise<unknown>) {
  const seen: { now: unknown } = { now: 'under way' };
  work.then(
    (value) => {
      seen.now = value ?? 'done';
    },
    (error: unknown) => {
      seen.now = error;
    },
  );
  return seen;
}

describe('a job that is asked for', () => {
  it('is done when the helper says so, and its last result of before counts for nothing', async () => {
    folder.end('repair-time', false, 'long ago');
    const seen = outcomeOf((await jobs.ask('repair-time')).ended());
    await clock.advance(1000);
    expect([seen.now, folder.asked]).toEqual(['under way', ['repair-time']]);
    folder.end('repair-time');
    await clock.advance(200);
    expect(seen.now).toBe('done');
    expect(clock.pending).toBe(0);
  });

  it('fails with the words of the helper', async () => {
    folder.onPut = (job) => folder.end(job, false, 'chrony is not installed');
    await expect((await jobs.ask('restart-chrony')).ended()).rejects.toMatchObject({
      ...{ code: 'job_failed', message: 'restart-chrony: chrony is not installed' },
    });
  });

  it('is not asked for while another one waits, nor twice, nor where no helper is', async () => {
    await jobs.ask('reboot');
    for (const job of ['repair-time', 'reboot'] as const)
      await expect(jobs.ask(job)).rejects.toMatchObject({
        ...{ code: 'busy', message: expect.stringContaining('asked for "reboot" already') as string },
      });
    folder.missing = 'no helper here';
    await expect(jobs.ask('repair-time')).rejects.toMatchObject({ code: 'not_supported' });
    expect(folder.asked).toEqual(['reboot']);
  });

  it('that nobody takes in hand is taken back, so that it is not done when nobody waits for it any more', async () => {
    const seen = outcomeOf((await jobs.ask('reboot')).ended());
    await clock.advance(19_000);
    expect([seen.now, folder.requests.size]).toEqual(['under way', 1]);
    await clock.advance(2000);
    expect(seen.now).toMatchObject({ code: 'timeout', message: expect.stringContaining('nothing was done') });
    expect(folder.requests.size).toBe(0);
  });

  it('of a client before is not asked for any more', async () => {
    await folder.put('reboot');
    expect([await jobs.forgetOld(), folder.requests.size]).toEqual([['reboot'], 0]);
    folder.missing = 'no helper here';
    expect(await jobs.forgetOld()).toEqual([]);
  });

  it('that was taken in hand may take a minute', async () => {
    const seen = outcomeOf((await jobs.ask('repair-time')).ended());
    folder.take('repair-time');
    await clock.advance(59_000);
    expect(seen.now).toBe('under way');
    await clock.advance(2000);
    expect(seen.now).toMatchObject({ code: 'timeout', message: expect.stringContaining('not ended it') });
  });

  it('is waited for no longer than the client lives', async () => {
    const seen = outcomeOf((await jobs.ask('repair-time')).ended());
    await clock.advance(300);
    jobs.close();
    await clock.advance(0);
    expect(seen.now).toMatchObject({ code: 'cancelled' });
    expect(clock.pending).toBe(0);
  });
});

describe('an update that is asked for', () => {
  it('is in hand with the first word about this package that was not there before', async () => {
    folder.tell('rolled_back', sha, 1);
    const seen = outcomeOf(jobs.update(sha));
    await clock.advance(400);
    folder.tell('running', 'b'.repeat(64), 2);
    await clock.advance(400);
    expect(seen.now).toBe('under way');
    folder.tell('running', sha, 3);
    await clock.advance(400);
    expect(seen.now).toMatchObject({ outcome: 'running', atUtcMs: 3 });
  });

  it('that the helper finds no package in is refused with its words', async () => {
    folder.onPut = () => folder.tell('refused', '0'.repeat(64), 4);
    await expect(jobs.update(sha)).rejects.toMatchObject({
      code: 'refused',
      message: 'update: it is refused',
    });
  });

  it('is waited for no longer than the client lives', async () => {
    folder.tell('running', sha, 1);
    const seen = outcomeOf(jobs.updateEnded(60_000));
    await clock.advance(1500);
    jobs.close();
    await clock.advance(0);
    expect([seen.now, clock.pending]).toEqual(['done', 0]);
  });

  it('ends when it does not run any more, or is given up after a limit', async () => {
    folder.tell('running', sha, 1);
    const [ended, given] = [outcomeOf(jobs.updateEnded(60_000)), outcomeOf(jobs.updateEnded(5000))];
    await clock.advance(6000);
    expect([ended.now, given.now]).toEqual(['under way', 'done']);
    folder.tell('done', sha, 2);
    await clock.advance(1000);
    expect(ended.now).toMatchObject({ outcome: 'done' });
    expect(clock.pending).toBe(0);
  });
});
