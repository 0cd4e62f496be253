/** Gives one drone another name. Knows messages and names; the drone itself decides and comes back under it. */
import type { ConnectionManager } from '../../lib/messaging/index.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { DroneView } from '../snapshot.js';
import type { CommandRunner } from './command-runner.js';
import { isArmed, isReceiving } from './refusals.js';
import { failure, type Outcome } from './send-command.js';

/** What a drone may be called, or told to call itself after. Source: clever-show: letters, digits, dash, 63 at most. */
const namePattern = /^(?:\/(?:hostname|ip|default)|[A-Za-z0-9][A-Za-z0-9-]{0,62})$/;

const timeoutMs = 7_000;

export type RenameParts = {
  readonly commands: Pick<CommandRunner, 'run'>;
  readonly connection: (id: string) => ConnectionManager | undefined;
  readonly isKnown: (id: string) => boolean;
  readonly view: (id: string) => DroneView | undefined;
  /** It leaves when it is renamed, and what is on its way to it is waited for under its old name. */
  readonly isReceiving: (id: string) => boolean;
};

/** One result per id, which must be one only. */
export function renameDrone(
  ids: readonly string[],
  name: string,
  { commands, connection, isKnown, view, isReceiving: receives }: RenameParts,
): Promise<CommandResult[]> {
  const refusal = refusalOf(ids, name, isKnown);
  const busy = (id: string) => (view(id)?.isArmed ? isArmed : receives(id) ? isReceiving : undefined);
  return commands.run('rename', ids, (id) => refusal ?? busy(id) ?? renameOne(connection(id), name));
}

function refusalOf(
  ids: readonly string[],
  name: string,
  isKnown: (id: string) => boolean,
): Outcome | undefined {
  const refused = (message: string): Outcome => ({ ok: false, code: 'bad_argument', message });
  if (ids.length !== 1) return refused('one drone has one name: select one');
  if (!namePattern.test(name))
    return refused(
      'a name has letters, digits and dashes, at most 63, no dash first; or /hostname, /ip, /default',
    );
  // A drone of ours takes small letters.
  const taken = [name, name.toLowerCase()].find((each) => each !== ids[0] && isKnown(each));
  return taken === undefined ? undefined : refused(`another drone is called ${taken}`);
}

/** An old drone takes the action only: the request ends it. */
async function renameOne(link: ConnectionManager | undefined, name: string): Promise<Outcome> {
  if (!link?.isConnected) return { ok: false, code: 'unreachable', message: 'not connected' };
  try {
    await link.helloSettled();
    const kwargs = { new_id: name };
    if (link.hasFeature('errors')) {
      const id = await link.getResponse('id', { kwargs, timeoutMs });
      return { ok: true, message: `it comes back as ${typeof id === 'string' ? id : name}` };
    }
    link.sendMessage('id', { kwargs });
    return { ok: true, code: 'unconfirmed', message: 'sent; an old client does not answer' };
  } catch (error) {
    return failure(error);
  }
}
