/** One drone's update, from the package on its way to the drone's own word on how it ended. Knows messages; no stage, no fleet. */
import { RemoteError } from '../../lib/errors.js';
import type { ConnectionManager } from '../../lib/messaging/index.js';
import type { Clock } from '../../lib/time/clock.js';
import { type UpdateReport, updateCommand, updatePaths } from '../../lib/update/drone-software.js';
import { pushAll } from '../files/send-files.js';
import { failure, type Outcome } from '../show-control/send-command.js';
import type { Uploads } from '../show-control/uploads.js';
import { skip, softwareOf } from './drone-software-of.js';
import type { UpdatePackage } from './packages.js';
import type { DroneEnd } from './roll-out.js';
import { skippedBy } from './update-outcomes.js';

export type DroneUpdateParts = {
  readonly clock: Clock;
  readonly connection: (id: string) => ConnectionManager | undefined;
  /** Why a drone is neither sent nor told anything now: armed, in a show, not connected. */
  readonly refusal: (id: string) => Outcome | undefined;
  readonly uploads: Uploads;
  /** Aborted when the server ends: nobody waits any more. */
  readonly closing: AbortSignal;
};

export type DroneUpdateJob = {
  readonly id: string;
  readonly item: UpdatePackage;
  /** Aborted when nobody else is to begin. */
  readonly signal: AbortSignal;
  /** Share of the package that it holds, 0 to 1. */
  readonly onSent: (share: number) => void;
  /** It holds the package, and is told to install it. */
  readonly onTold: () => void;
};

/** A drone waits for its helper to take the package in hand, which it may copy and look at first, ms. */
const requestTimeoutMs = 90_000;

/** The new client has a minute to be well; before it the old package is kept and the new one installed, on a slow card, ms. */
const installTimeoutMs = 300_000;

/** How often a drone that installs is asked, ms. */
const lookMs = 2_000;

/** Refusals of a drone that say nothing against the package: it can not now. */
const notNow: ReadonlySet<string> = new Set([
  ...['armed', 'busy', 'unreachable', 'disconnected', 'superseded', 'not_supported', 'unknown_request'],
]);

/**
 * Sends the package and has it installed; undefined when it was taken: `installEnd` waits for the end. Called off before
 * the drone was told anything, it is told nothing. Never rejects.
 */
export async function sendPackage(
  parts: DroneUpdateParts,
  { id, item, signal, onSent, onTold }: DroneUpdateJob,
): Promise<DroneEnd | 'called_off' | undefined> {
  const { clock, connection, refusal, uploads } = parts;
  const refused = refusal(id);
  const link = connection(id);
  if (refused || !link) return skippedBy(refused);
  const { content, statement, signature } = item;
  const files = [
    { filepath: updatePaths.package, content, sha256: statement.sha256 },
    { filepath: updatePaths.signature, content: signature },
  ];
  const sent = await uploads.during(id, (onProgress, own) =>
    pushAll({ clock }, link, {
      files,
      signal: AbortSignal.any([signal, own]),
      onProgress: (sentBytes, totalBytes, hadBytes) => {
        onProgress(sentBytes, totalBytes, hadBytes);
        onSent(totalBytes === 0 ? 0 : sentBytes / totalBytes);
      },
    }),
  );
  if (signal.aborted) return 'called_off';
  // A link that stalls says nothing against the package.
  if (sent.code === 'timeout') return skip('timeout', `the link is too slow: ${sent.message ?? 'no answer'}`);
  if (!sent.ok) return ofRefusal(sent);
  const late = refusal(id);
  if (late) return skippedBy(late);
  onTold();
  return tell(link, statement.sha256);
}

async function tell(link: ConnectionManager, sha256: string): Promise<DroneEnd | undefined> {
  try {
    await link.getResponse(updateCommand, { kwargs: { sha256 }, timeoutMs: requestTimeoutMs });
    return undefined;
  } catch (error) {
    // It may have taken it before the link was lost: what it says when it is asked decides.
    return error instanceof RemoteError ? ofRefusal(failure(error)) : undefined;
  }
}

/** Of a drone that was not told to install anything. */
function ofRefusal({ code = 'failed', message = code }: Outcome): DroneEnd {
  if (notNow.has(code) || code === 'called_off') return skip(code, message);
  return { phase: 'refused', text: message };
}

export type InstallWait = {
  readonly id: string;
  readonly item: UpdatePackage;
  /** What it said of an update before it was told of this one. */
  readonly before: UpdateReport | undefined;
};

/** Waits for the drone's word on this package, while it is away and when it is back; undefined when the server ends before. Never rejects. */
export async function installEnd(
  { clock, connection, closing }: Omit<DroneUpdateParts, 'refusal' | 'uploads'>,
  { id, item, before }: InstallWait,
): Promise<DroneEnd | undefined> {
  const untilMs = clock.monotonicMs() + installTimeoutMs;
  const { sha256 } = item.statement;
  let seen: UpdateReport | undefined;
  while (clock.monotonicMs() < untilMs && !closing.aborted) {
    await pause(clock, lookMs, closing);
    const said = await softwareOf(connection(id));
    const report = 'software' in said ? said.software.update : undefined;
    if (report?.sha256 !== sha256 || isSame(report, before)) continue;
    seen = report;
    if (report.outcome !== 'running') return endOf(report, versionOf(said), item);
  }
  if (closing.aborted) return undefined;
  return { phase: 'lost', text: lostText(connection(id)?.isConnected === true, seen) };
}

function versionOf(said: Awaited<ReturnType<typeof softwareOf>>): string {
  return 'software' in said ? said.software.version : '';
}

/** Done is who runs what was sent. */
function endOf(
  { outcome, from, to, text }: UpdateReport,
  version: string,
  { statement }: UpdatePackage,
): DroneEnd {
  if (outcome === 'running') return { phase: 'failed', text };
  if (outcome !== 'done') return { phase: outcome, text };
  if (version !== statement.version)
    return { phase: 'failed', text: `it says that it is done, and runs ${version}: starling ctl software` };
  const versions = from !== undefined && to !== undefined ? `${from} is ${to} now` : text;
  return { phase: 'done', text: versions };
}

function lostText(isConnected: boolean, seen: UpdateReport | undefined): string {
  const minutes = installTimeoutMs / 60_000;
  if (!isConnected)
    return `it did not come back within ${minutes} min: switch it off and on, then starling ctl software says what became of it`;
  if (seen) return `it still installs after ${minutes} min: starling ctl software says how it ends`;
  return `it said nothing of the update for ${minutes} min: look there with journalctl -u starling-drone-helper`;
}

/** An earlier try of the same package leaves a report too. */
function isSame(report: UpdateReport, before: UpdateReport | undefined): boolean {
  return (
    before?.outcome === report.outcome && before.atUtcMs === report.atUtcMs && before.text === report.text
  );
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal.addEventListener('abort', done);
  });
}
