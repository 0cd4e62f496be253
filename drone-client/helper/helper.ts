/** Does the jobs that were asked for, one after the other. Knows ports alone: who asked is not believed in anything. */
import { errorText } from '../../lib/errors.js';
import type { JobName, JobResult } from '../jobs/job.js';
import { jobNames } from '../jobs/job.js';
import { units } from './helper-paths.js';
import { pause } from './pause.js';
import { type JobEnd, repairTime, type TimeParts } from './repair-time.js';
import { update } from './update.js';
import type { UpdateParts } from './update-parts.js';

/** `taken`: it was asked for; `none`: it was not; anything else: something lay there that asks for nothing, in words. */
export type Request = 'taken' | 'none' | { readonly odd: string };

export interface JobDesk {
  /** Takes away what lies there by that name, unread. */
  take(job: JobName): Promise<Request>;
  /** For the client to read; the number of the run is the desk's. */
  tell(result: Omit<JobResult, 'run'>): void;
}

export type HelperParts = UpdateParts & TimeParts & { readonly desk: JobDesk };

/** How long after it was asked for a job waits that ends the client: its answer has to leave, ms. */
const answerLeavesMs = 1000;

/** Each run takes so long at least, so that whoever asks without end keeps nobody busy, ms. */
const leastRunMs = 1000;

export async function runJobs(parts: HelperParts): Promise<void> {
  const { clock, desk, log } = parts;
  const untilMs = clock.monotonicMs() + leastRunMs;
  for (const job of jobNames) {
    const request = await desk.take(job);
    if (request === 'none') continue;
    if (request === 'taken') await doJob(parts, job);
    else log(`${job}: ${request.odd}: taken away, and nothing done`);
  }
  await pause(clock, untilMs - clock.monotonicMs());
}

async function doJob(parts: HelperParts, job: JobName): Promise<void> {
  parts.log(`${job}: asked for`);
  if (job === 'update') {
    await update(parts);
    return;
  }
  const end = await endOf(parts, job);
  parts.desk.tell({ job, ...end });
  parts.log(`${job}: ${end.ok ? 'done' : 'not done'}: ${end.text}`);
}

type PlainJob = Exclude<JobName, 'update'>;

async function endOf(parts: HelperParts, job: PlainJob): Promise<JobEnd> {
  if (parts.marks.isArmed()) return armed;
  try {
    return await deeds[job](parts);
  } catch (error) {
    return { ok: false, text: errorText(error) };
  }
}

const armed: JobEnd = {
  ok: false,
  text: 'its motors are armed, or about to be: land and disarm it, then ask again',
};

const deeds: { readonly [job in PlainJob]: (parts: HelperParts) => Promise<JobEnd> } = {
  reboot: (parts) => afterAnswer(parts, 'reboot', () => parts.services.reboot()),
  'restart-client': (parts) =>
    afterAnswer(parts, 'restart-client', () => parts.services.restart(units.client)),
  'restart-chrony': async ({ services }) => {
    if (!(await services.state(units.chrony)).isHere)
      return { ok: false, text: 'chrony is not installed: sudo apt install chrony' };
    await services.restart(units.chrony);
    return { ok: true, text: 'chrony was restarted' };
  },
  'repair-time': repairTime,
};

/** What ends the client is told of first. */
async function afterAnswer(
  { desk, clock, marks }: HelperParts,
  job: PlainJob,
  deed: () => Promise<void>,
): Promise<JobEnd> {
  desk.tell({ job, ok: true, text: 'begins now' });
  await pause(clock, answerLeavesMs);
  if (marks.isArmed()) return armed;
  await deed();
  return { ok: true, text: 'done' };
}
