/** Sets the clock of the computer by what it keeps it with: chrony, or else systemd-timesyncd. Knows no file. */
import type { Clock } from '../../lib/time/clock.js';
import { units } from './helper-paths.js';
import { pause } from './pause.js';
import type { ClientMarks, HelperPrograms } from './ports.js';
import type { Services } from './services.js';

export type TimeParts = {
  readonly clock: Clock;
  readonly programs: HelperPrograms;
  readonly services: Pick<Services, 'state' | 'restart'>;
  readonly marks: Pick<ClientMarks, 'isArmed'>;
  /** When timesyncd last set the clock, as a number that changes with it; undefined when it never did. */
  readonly timesyncMark: () => number | undefined;
};

export type JobEnd = { readonly ok: boolean; readonly text: string };

const callMs = 5000;

/** How long a time server may take to answer, ms. */
const answerMs = 15_000;

const lookMs = 500;

export async function repairTime(parts: TimeParts): Promise<JobEnd> {
  const chrony = await parts.services.state(units.chrony);
  if (chrony.isHere) return byChrony(parts, chrony.active === 'active');
  const timesyncd = await parts.services.state(units.timesyncd);
  if (timesyncd.isHere) return byTimesyncd(parts);
  return { ok: false, text: 'neither chrony nor systemd-timesyncd is installed: sudo apt install chrony' };
}

async function byChrony({ programs, services, marks }: TimeParts, isRunning: boolean): Promise<JobEnd> {
  if (!isRunning) await services.restart(units.chrony);
  const chronyc = (args: readonly string[], limitMs = callMs) =>
    programs.run({ program: 'chronyc', args, limitMs });
  const burst = await chronyc(['burst', '2/4']);
  if (burst.exitCode !== 0)
    return { ok: false, text: `chronyd does not answer: ${`${burst.errors}${burst.output}`.trim()}` };
  // At most so many tries, a second apart; no demand on correction and skew.
  const tries = String(answerMs / 1000);
  const synced = await chronyc(['waitsync', tries, '0', '0', '1'], answerMs + callMs);
  // The answers took a while.
  if (marks.isArmed())
    return { ok: false, text: 'its motors were armed meanwhile: the clock was left as it is' };
  const step = await chronyc(['makestep']);
  const { output } = await chronyc(['tracking']);
  const value = (field: string) => new RegExp(`^${field}\\s*: (.*)$`, 'm').exec(output)?.[1] ?? 'unknown';
  const offset = `system time is ${value('System time')}, by ${value('Reference ID')}`;
  if (step.exitCode !== 0) return { ok: false, text: `chronyc makestep: ${step.errors.trim()}` };
  if (synced.exitCode !== 0)
    return {
      ok: false,
      text: `chrony has no answer from a time server: look at "chronyc sources" and the network (${offset})`,
    };
  return { ok: true, text: `chrony set the clock: ${offset}` };
}

async function byTimesyncd({ clock, services, timesyncMark }: TimeParts): Promise<JobEnd> {
  const before = timesyncMark();
  await services.restart(units.timesyncd);
  const untilMs = clock.monotonicMs() + answerMs;
  while (clock.monotonicMs() < untilMs) {
    const mark = timesyncMark();
    if (mark !== undefined && mark !== before)
      return { ok: true, text: 'systemd-timesyncd was restarted and set the clock' };
    await pause(clock, lookMs);
  }
  return {
    ok: false,
    text: `systemd-timesyncd was restarted, but had no answer from a time server within ${answerMs / 1000} s: look at "timedatectl timesync-status"`,
  };
}
