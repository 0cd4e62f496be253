/** Asks drones for their checks now, and says of each what stands against a start. Knows messages; no fleet, no screen. */
import type { ConnectionManager } from '../../lib/messaging/index.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { DroneView } from '../snapshot.js';
import type { CommandRunner } from './command-runner.js';
import { failure, type Outcome } from './send-command.js';

const timeoutMs = 7_000;

export type CheckParts = {
  readonly commands: Pick<CommandRunner, 'run'>;
  readonly connection: (id: string) => ConnectionManager | undefined;
  readonly view: (id: string) => DroneView | undefined;
};

/** One result per id: `ok` when neither the drone nor the server knows anything against a start. */
export function checkDrones(
  ids: readonly string[],
  { commands, connection, view }: CheckParts,
): Promise<CommandResult[]> {
  return commands.run('selfcheck', ids, async (id): Promise<Outcome> => {
    const link = connection(id);
    if (!link?.isConnected) return { ok: false, code: 'unreachable', message: 'not connected' };
    try {
      const found = problemsIn(await link.getResponse('selfcheck', { timeoutMs }));
      const blockers = view(id)?.blockers ?? [];
      const known = blockers.filter(({ code }) => code !== 'selfcheck').map(({ text }) => text);
      const all = [...found, ...known];
      if (all.length === 0) return { ok: true, message: 'nothing is against a start' };
      return { ok: false, code: 'not_ready', message: all.join('; ') };
    } catch (error) {
      return failure(error);
    }
  });
}

/** Source: clever-show: `"OK"`, a list of texts, or one text that says why there is none. */
function problemsIn(answer: unknown): string[] {
  if (answer === 'OK') return [];
  const texts = Array.isArray(answer) ? answer : [answer];
  return texts.map((text) => (typeof text === 'string' ? text : JSON.stringify(text)));
}
