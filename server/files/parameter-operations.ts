/** Autopilots' parameters of a file to drones, and those of drones to files. Knows messages and the formats' library; no link. */
import { RefusedError } from '../../lib/errors.js';
import type { ConnectionManager } from '../../lib/messaging/index.js';
import {
  formatParameterFile,
  type ParameterFile,
  parseParameterFile,
} from '../../lib/parameters/parameter-file.js';
import { isSameEntry } from '../../lib/parameters/parameter-line.js';
import { type Parameter, parameterText } from '../../lib/parameters/parameter-value.js';
import { snapshot } from '../../lib/parameters/snapshot.js';
import type { CommandResult } from '../fleet/drone-record.js';
import { failure } from '../show-control/send-command.js';
import { pushFile } from '../show-control/upload.js';
import { askEach, calledOff, type FileContext, notKnown, refuseAll, type Told } from './file-context.js';
import { maxTextBytes } from './operator-files.js';
import { saveFor } from './save-for.js';

type Ids = readonly string[];

/** Where a drone looks for the parameters that it is to load. Source: clever-show. */
const parameterPath = 'temp.params';

/** A name that may stand in a file. Source: MAVLink, `param_id`. */
const idForm = /^[A-Za-z0-9_.-]{1,16}$/;

/** Of a report that is handed on. */
const maxLines = 2000;
const maxLineLetters = 300;

/** An autopilot lists all it has in a minute at most, and sets some hundred in a few, ms. */
const listTimeoutMs = 90_000;
const loadTimeoutMs = 600_000;
const reportTimeoutMs = 7_000;

export type LoadJob = { readonly ids: Ids; readonly path: string; readonly isDryRun: boolean };

/** Sets the parameters of a file; a dry run tells of each drone what would change. */
export async function loadParameterFile(
  context: FileContext,
  { ids, path, isDryRun }: LoadJob,
): Promise<CommandResult[]> {
  const action = 'load_params';
  let content: Uint8Array;
  let file: ParameterFile;
  try {
    content = await context.disk.read(path, maxTextBytes);
    file = readFile(content, path);
  } catch (error) {
    return refuseAll(context, { action, ids }, error);
  }
  if (isDryRun) return askEach(context, { action, ids }, (_id, link) => wouldChange(link, file));
  return context.uploads.batch(ids, ({ during, skip }) =>
    askEach(context, { action, ids, onRefused: skip }, (id, link) =>
      during(id, async (onProgress, signal) => {
        if (signal.aborted) return calledOff;
        const { clock } = context;
        const sent = await pushFile(
          link,
          { filepath: parameterPath, content },
          { clock, onProgress, signal },
        );
        return sent.ok ? load(link) : sent;
      }),
    ),
  );
}

/** Saves all parameters of drones' autopilots as files of this machine. */
export function saveParameters(
  context: FileContext,
  ids: Ids,
  into: string | undefined,
): Promise<CommandResult[]> {
  const { clock } = context;
  return askEach(context, { action: 'get_params', ids }, async (id, link) => {
    if (!link.hasFeature('errors')) return notKnown('list of parameters');
    const parameters = await listOf(link);
    const about = { autopilot: 'unknown', atUtcMs: clock.utcMs() };
    const text = formatParameterFile(snapshot(parameters, about));
    const content = new TextEncoder().encode(text);
    const saved = await saveFor(context, id, { name: 'autopilot.params', into, content });
    return { ...saved, message: `${parameters.size} parameters ${saved.message}` };
  });
}

/** @throws RefusedError `bad_file` that names every line that can not be read. */
function readFile(content: Uint8Array, path: string): ParameterFile {
  const file = parseParameterFile(new TextDecoder().decode(content), path);
  if (file.problems.length === 0) return file;
  const [shown, more] = [file.problems.slice(0, 10), file.problems.length - 10];
  const text = shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
  throw new RefusedError('bad_file', `nothing was sent: ${text}`);
}

async function wouldChange(link: ConnectionManager, { lines }: ParameterFile): Promise<Told> {
  if (!link.hasFeature('errors')) return notKnown('dry run');
  const present = await listOf(link);
  const texts = lines.flatMap(({ id, value }): string[] => {
    const before = present.get(id);
    if (!before) return [`${id}: the autopilot has no such parameter`];
    if (isSameEntry(before, { id, value, type: before.type })) return [];
    return [`${id}: ${parameterText(before)} -> ${parameterText({ value, type: before.type })}`];
  });
  const unknown = lines.filter(({ id }) => !present.has(id)).length;
  const message = [
    `${texts.length - unknown} of ${lines.length} would change`,
    ...(unknown > 0 ? [`${unknown} are not known to the autopilot`] : []),
  ].join('; ');
  if (unknown > 0) return { ok: false, code: 'unknown_parameter', message, output: texts.join('\n') };
  return { ok: true, message, output: texts.join('\n') };
}

async function load(link: ConnectionManager): Promise<Told> {
  try {
    const answer = await link.getResponse('load_params', { timeoutMs: loadTimeoutMs });
    if (!link.hasFeature('errors')) return oldAnswer(answer);
    const output = await reportOf(link);
    return {
      ok: true,
      message: `${output.length} set, all others are as in the file`,
      output: output.join('\n'),
    };
  } catch (error) {
    const outcome = failure(error);
    const isAnswered = outcome.code === 'refused' && link.isConnected;
    return { ...outcome, ...(isAnswered && { output: (await reportOf(link)).join('\n') }) };
  }
}

/** Of each line that was not as in the file already; empty from a drone that does not tell. */
async function reportOf(link: ConnectionManager): Promise<readonly string[]> {
  const options = { timeoutMs: reportTimeoutMs };
  const answer: unknown = await link.getResponse('load_report', options).catch(() => undefined);
  const lines = Array.isArray(answer) ? answer.filter((line) => typeof line === 'string') : [];
  return lines.slice(0, maxLines).map((line) => line.slice(0, maxLineLetters));
}

/** Source: clever-show: whether it has read the file and set the parameters. */
function oldAnswer(answer: unknown): Told {
  if (answer === true)
    return { ok: true, code: 'unconfirmed', message: 'an old client: it says that all are set' };
  return {
    ok: false,
    code: 'refused',
    message: 'an old client, which could not set all of them: see its log',
  };
}

/** @throws RefusedError `bad_answer`, and as a request does. */
async function listOf(link: ConnectionManager): Promise<ReadonlyMap<string, Parameter>> {
  const answer: unknown = await link.getResponse('parameters', {
    ...{ kwargs: { types: true }, lane: 'bulk', timeoutMs: listTimeoutMs },
  });
  if (typeof answer !== 'object' || answer === null) throw badList();
  if (!Object.keys(answer).every((id) => idForm.test(id))) throw badList();
  return new Map(Object.entries(answer).map(([id, entry]) => [id, readParameter(id, entry)]));
}

/** One of a client from before types were told is a number alone. */
function readParameter(id: string, entry: unknown): Parameter {
  const [value, type]: readonly unknown[] = Array.isArray(entry) ? entry : [entry];
  if (typeof value !== 'number') throw badList();
  return { id, value, type: type === 'integer' ? 'integer' : 'real' };
}

function badList(): RefusedError {
  return new RefusedError('bad_answer', 'its answer is no list of parameters');
}
