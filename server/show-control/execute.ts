/** Runs a program of the drones' own lists, and brings back what it wrote. Knows messages; no fleet, no list. */
import type { ConnectionManager } from '../../lib/messaging/index.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { CommandRunner } from './command-runner.js';
import { failure, type Outcome } from './send-command.js';

/** Longer than the longest time limit that a drone can be given (60 s). */
const timeoutMs = 70_000;

/** Most of an output that is handed on: drones send 64 KiB, in which a byte can stand for three. */
const maxOutput = 200_000;

export type ExecuteParts = {
  readonly commands: Pick<CommandRunner, 'run'>;
  readonly connection: (id: string) => ConnectionManager | undefined;
};

/** One result per id; a program that failed is a drone that did. Old drones know no list: they are not asked. */
export async function executeOn(
  ids: readonly string[],
  name: string,
  { commands, connection }: ExecuteParts,
): Promise<CommandResult[]> {
  const outputs = new Map<string, string>();
  const results = await commands.run('execute', ids, async (id) => {
    const { output, ...outcome } = await executeOne(connection(id), name);
    if (output !== undefined) outputs.set(id, output);
    return outcome;
  });
  return results.map((result) => {
    const output = outputs.get(result.id);
    return output === undefined ? result : { ...result, output };
  });
}

type Executed = Outcome & { readonly output?: string };

async function executeOne(link: ConnectionManager | undefined, name: string): Promise<Executed> {
  if (!link?.isConnected) return { ok: false, code: 'unreachable', message: 'not connected' };
  try {
    await link.helloSettled();
    if (!link.hasFeature('errors')) return oldDrone;
    return readAnswer(await link.getResponse('execute', { kwargs: { command: name }, timeoutMs }));
  } catch (error) {
    return failure(error);
  }
}

/** A drone of clever-show would hand the name to a shell. */
const oldDrone: Executed = {
  ok: false,
  code: 'not_supported',
  message: 'an old client, which would hand it to a shell: not sent',
};

function readAnswer(answer: unknown): Executed {
  const {
    exit_code: exitCode,
    output,
    output_cut: isCut,
    text,
  } = Object(answer) as { [key: string]: unknown };
  if (typeof output !== 'string' || typeof text !== 'string')
    return { ok: false, code: 'bad_answer', message: 'its answer says nothing of the program' };
  const message = `${text.slice(0, 200)}${isCut === true ? '; its output is cut' : ''}`;
  const kept = output.slice(0, maxOutput);
  if (exitCode === 0) return { ok: true, message, output: kept };
  return { ok: false, code: 'program_failed', message, output: kept };
}
