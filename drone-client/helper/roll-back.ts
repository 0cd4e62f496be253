/** The way back from an update: at once, or at the next start when the power went. Knows ports alone. */
import { errorText, StarlingError } from '../../lib/errors.js';
import type { UpdateReport } from '../../lib/update/drone-software.js';
import type { ClientHealth } from '../jobs/job.js';
import { awaitHealth, untilDisarmed } from './health-wait.js';
import { units } from './helper-paths.js';
import type { UpdateJournal } from './update-journal.js';
import { conclude, tell, type UpdateParts } from './update-parts.js';

/** Nobody installs longer than that, ms. */
const lockWaitMs = 10 * 60_000;

/** Puts the old version back, and waits until its client is well. Not before the motors are disarmed. */
export async function rollBack(
  parts: UpdateParts,
  journal: UpdateJournal,
  why: string,
): Promise<UpdateReport> {
  const now: UpdateJournal = { ...journal, phase: 'rolling_back', why };
  parts.store.setJournal(now);
  const { from = 'the old version', to = 'the update' } = journal;
  let lack: string | undefined;
  try {
    await reinstall(parts, now);
    lack = await wellAgain(parts, now);
  } catch (error) {
    return fail(parts, now, errorText(error));
  }
  const isBack = `${to} was taken back, version ${from} runs again: ${why}`;
  return conclude(parts, now, ['rolled_back', lack === undefined ? isBack : `${isBack}; ${lack}`]);
}

/**
 * Mends an update that was cut short: `undefined` when there was none. At boot the client does not run yet and is not
 * waited for.
 */
export async function mend(parts: UpdateParts): Promise<UpdateReport | undefined> {
  const journal = parts.store.journal();
  if (!journal) {
    parts.store.clear();
    return undefined;
  }
  const { phase, outcome, words, from = 'the old version', to = 'the update' } = journal;
  if (phase === 'ended' && outcome && words !== undefined) return conclude(parts, journal, [outcome, words]);
  if (phase === 'preparing')
    return conclude(parts, journal, [
      'refused',
      'power was lost, or the helper was ended, before anything was changed: send the update again',
    ]);
  const byHand = journal.hasFailed ? await mendedByHand(parts, journal) : undefined;
  if (byHand) return byHand;
  try {
    await reinstall(parts, journal);
    if (await parts.services.isEnabled(units.client)) await parts.services.startLater(units.client);
  } catch (error) {
    return fail(parts, journal, errorText(error));
  }
  const cut = `power was lost, or the helper was ended, while ${to} was being installed`;
  const why = journal.why === undefined ? cut : `${journal.why}; ${cut}`;
  return conclude(parts, journal, ['rolled_back', `version ${from} is back: ${why}: send the update again`]);
}

/** Somebody may have put things right since: what is whole is left as it is. */
async function mendedByHand(parts: UpdateParts, journal: UpdateJournal): Promise<UpdateReport | undefined> {
  const installed = await parts.dpkg.installed();
  if (!installed?.isComplete || (await parts.dpkg.changedFiles()).length > 0) return undefined;
  const outcome = installed.version === journal.from ? 'rolled_back' : 'failed';
  return conclude(parts, journal, [
    outcome,
    `version ${installed.version} is installed by now: ${journal.why ?? 'the update had failed'}`,
  ]);
}

async function reinstall(parts: UpdateParts, journal: UpdateJournal): Promise<void> {
  const { clock, marks, services, store, dpkg, paths } = parts;
  const { from = 'the old version', why = 'the update was cut short' } = journal;
  if (marks.isArmed()) {
    tell(parts, journal, [
      'running',
      `${from} is put back as soon as the motors are disarmed (if they are, the autopilot is not heard: turn the drone off and on): ${why}`,
    ]);
    await untilDisarmed(clock, marks);
  }
  tell(parts, journal, ['running', `putting version ${from} back: ${why}`]);
  // A client that waits for its turn at boot is left in the queue.
  const { active } = await services.state(units.client);
  if (active !== 'inactive' && active !== 'failed') await services.stop(units.client);
  await dpkg.install(paths.previousPackage, lockWaitMs);
  // After dpkg and the package's scripts, who may put files of their own there.
  await store.restoreConfig();
  store.sweep();
  const installed = await dpkg.installed();
  if (installed?.isComplete && installed.version === journal.from) return;
  throw new StarlingError('dpkg', `dpkg says that ${installed?.version ?? 'nothing'} is installed`);
}

/**
 * What the old client lacks by now that it had before: undefined when nothing. It runs all the same, so it is not the
 * update that took server or autopilot away. @throws StarlingError when it does not run.
 */
async function wellAgain(parts: UpdateParts, journal: UpdateJournal): Promise<string | undefined> {
  const { services } = parts;
  if (journal.isClientIdle) return undefined;
  await services.startLater(units.client);
  const { from: version = '', before } = journal;
  const lackBeside = (had: ClientHealth | undefined) =>
    awaitHealth({
      ...parts,
      expected: { version, before: had, startBefore: undefined, isMute: had === undefined },
      onArmed: () =>
        tell(parts, journal, ['running', `version ${version} is back, and its motors are armed`]),
    });
  const lack = await lackBeside(before);
  if (lack === undefined) return undefined;
  const fault = before && (await lackBeside({ ...before, server: false, vehicle: false }));
  if (before && fault === undefined)
    return `with the old version too ${lack}: look at the network, the server, the autopilot and its cable, then send the update again`;
  throw new StarlingError('unwell', `version ${version} is installed again, but ${fault ?? lack}`);
}

/**
 * The journal stays: the next start tries again. What is there of the client is started, as it may do for landing; one that
 * runs, and may have been armed by now, is not touched.
 */
async function fail(parts: UpdateParts, journal: UpdateJournal, what: string): Promise<UpdateReport> {
  if (!journal.isClientIdle)
    await parts.services.startLater(units.client).catch((error: unknown) => parts.log(errorText(error)));
  const { previousPackage } = parts.paths;
  parts.store.setJournal({ ...journal, phase: 'rolling_back', hasFailed: true });
  const byHand = `on the drone: sudo dpkg --install ${previousPackage}, then journalctl -u starling-drone; a restart of the drone tries it too`;
  const why = journal.why === undefined ? '' : ` (taken back because ${journal.why})`;
  return tell(parts, journal, ['failed', `${what}${why}; ${byHand}`]);
}
