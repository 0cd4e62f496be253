/** What the operations on files are made of, and what all of them do alike. Knows drones by functions; no disk, no keys. */
import { StarlingError } from '../../lib/errors.js';
import type { BulkBudget, ConnectionManager } from '../../lib/messaging/index.js';
import type { Clock } from '../../lib/time/clock.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { CommandRunner } from '../show-control/command-runner.js';
import { failure, type Outcome } from '../show-control/send-command.js';
import type { Uploads } from '../show-control/uploads.js';
import type { LogLine } from '../snapshot.js';
import { type FilePlaces, needsRobotFolder, placeOn } from './file-places.js';
import type { OperatorFiles } from './operator-files.js';

export type FileContext = {
  readonly clock: Clock;
  readonly commands: Pick<CommandRunner, 'run'>;
  readonly connection: (id: string) => ConnectionManager | undefined;
  /** Why a drone is neither sent nor asked for anything large now: armed, in a show, not connected. */
  readonly refusal: (id: string) => Outcome | undefined;
  readonly uploads: Uploads;
  /** What all files and logs share. */
  readonly budget: BulkBudget;
  /** Drones that are dealt with at once. */
  readonly parallel: number;
  readonly disk: OperatorFiles;
  readonly places: FilePlaces;
  readonly log: (level: LogLine['level'], text: string) => void;
};

/** What became of it, and what there is to read of it. */
export type Told = Outcome & { readonly output?: string };

/** How long a drone may take to answer a question about itself, ms. */
const askTimeoutMs = 7_000;

/** A round trip into the event loop's other work between two drones that are only looked at. */
export function breathe(clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    clock.after(0, resolve);
  });
}

export type AskJob = {
  readonly action: string;
  readonly ids: readonly string[];
  /** Told of a drone that is not asked. */
  readonly onRefused?: (id: string) => void;
};

/** One result per id; nothing is asked of a drone that may not be. Never rejects for what one drone did. */
export async function askEach(
  { commands, connection, refusal, parallel }: FileContext,
  { action, ids, onRefused }: AskJob,
  ask: (id: string, link: ConnectionManager) => Promise<Told>,
): Promise<CommandResult[]> {
  const outputs = new Map<string, string>();
  const one = async (id: string): Promise<Outcome> => {
    const link = connection(id);
    const refused = refusal(id) ?? (link ? undefined : notConnected);
    if (refused || !link) {
      onRefused?.(id);
      return refused ?? notConnected;
    }
    try {
      await link.helloSettled();
      const { output, ...outcome } = await ask(id, link);
      if (output !== undefined && output !== '') outputs.set(id, output);
      return outcome;
    } catch (error) {
      return outcomeOf(error);
    }
  };
  const results = await commands.run(action, ids, one, parallel);
  return results.map((result) => {
    const output = outputs.get(result.id);
    return output === undefined ? result : { ...result, output };
  });
}

/** The whole command ends so, for each drone alike. */
export function refuseAll(
  { commands }: Pick<FileContext, 'commands'>,
  { action, ids }: { readonly action: string; readonly ids: readonly string[] },
  error: unknown,
): Promise<CommandResult[]> {
  const outcome = outcomeOf(error);
  return commands.run(action, ids, () => outcome);
}

/** A log keeps it for each drone: every wrong value of a configuration may be in it, letters. */
const maxMessage = 4000;

/** A wrong file or value has a code of its own. */
export function outcomeOf(error: unknown): Outcome {
  const { message = '', ...outcome } = failure(error);
  const isOurs = outcome.code === 'internal' && error instanceof StarlingError;
  const shown = message.length > maxMessage ? `${message.slice(0, maxMessage)}…` : message;
  return { ...outcome, ...(isOurs && { code: error.code }), message: shown };
}

/** A path on a drone. @throws as `placeOn`, and as a request does. */
export async function pathOn(link: ConnectionManager, place: string): Promise<string> {
  if (!needsRobotFolder(place)) return place;
  return placeOn(place, await link.getResponse('clover_dir', { timeoutMs: askTimeoutMs }));
}

export const notConnected: Outcome = { ok: false, code: 'unreachable', message: 'not connected' };

export const calledOff: Outcome = { ok: false, code: 'called_off', message: 'the upload was called off' };

/** `what`: as in "an old client does not know ...". */
export function notKnown(what: string): Outcome {
  return { ok: false, code: 'not_supported', message: `an old client knows no ${what}` };
}
