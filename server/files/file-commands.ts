/** Every operation on files of the catalogue, and the code that carries it out. Knows no keys, no port and no format. */
import type { FileOperation } from '../../lib/operations/file-operations.js';
import type { Arguments } from '../../lib/operations/operation.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { Outcome } from '../show-control/send-command.js';
import { copyConfig, saveConfigs, sendConfig, setOption } from './config-operations.js';
import { askEach, type FileContext } from './file-context.js';
import { loadParameterFile, saveParameters } from './parameter-operations.js';
import { retrieve } from './retrieve.js';
import { sendById, sendFolder, sendMap, sendOne } from './send-operations.js';

type Ids = readonly string[];

export type FileCommandsContext = FileContext & {
  /** Fetches the flight logs of one drone now; never rejects. */
  readonly fetchLogs: (id: string) => Promise<Outcome>;
  /** Sends these drones their parts of the show. */
  readonly upload: (ids: Ids) => Promise<CommandResult[]>;
  /** Whether a drone proves that it holds its part. */
  readonly holdsPart: (id: string) => boolean;
  /** Whether a drone has no part in the show that is loaded. */
  readonly isSpare: (id: string) => boolean;
};

type Run = (context: FileCommandsContext, ids: Ids, given: Arguments) => Promise<CommandResult[]>;

const runs: Readonly<Record<FileOperation, Run>> = {
  send_animations: (context, ids, { path }) => {
    const place = context.places.animation;
    return sendById(
      context,
      { action: 'send_animations', ids, place, endings: ['.csv', '.txt'] },
      String(path),
    );
  },
  send_animation: (context, ids, { path }) =>
    sendOne(context, { action: 'send_animation', ids, path: String(path), place: context.places.animation }),
  send_calibrations: (context, ids, { path }) => {
    const place = context.places.calibration;
    return sendById(
      context,
      { action: 'send_calibrations', ids, place, endings: ['.yaml', '.yml'] },
      String(path),
    );
  },
  send_aruco_map: (context, ids, { path }) => sendMap(context, ids, String(path)),
  send_launch: (context, ids, { path }) =>
    sendFolder(context, { action: 'send_launch', ids, place: context.places.launch }, String(path)),
  send_file: (context, ids, { path, destination }) =>
    sendOne(context, { action: 'send_file', ids, path: String(path), place: String(destination) }),
  send_config: (context, ids, { path, mode, private: isPrivateToo }) =>
    sendConfig(context, {
      ...{ ids, path: String(path), isPrivateToo: isPrivateToo === true },
      mode: mode === 'rewrite' ? 'rewrite' : 'modify',
    }),
  set_option: (context, ids, { option, value }) =>
    setOption(context, ids, { option: String(option), value: String(value) }),
  copy_config: (context, ids, { from }) => copyConfig(context, ids, String(from)),
  load_params: (context, ids, { path, dry_run: isDryRun }) =>
    loadParameterFile(context, { ids, path: String(path), isDryRun: isDryRun === true }),
  get_params: (context, ids, { into }) => saveParameters(context, ids, textOf(into)),
  get_file: (context, ids, { file, into }) =>
    retrieve(context, { ids, file: String(file), into: textOf(into) }),
  get_config: (context, ids, { into }) => saveConfigs(context, ids, textOf(into)),
  get_logs: (context, ids) => askEach(context, { action: 'get_logs', ids }, (id) => context.fetchLogs(id)),
  upload_missing: (context, ids) => uploadMissing(context, ids),
  cancel_uploads: (context, ids) => cancelUploads(context, ids),
};

/** One result per id, in the given order. */
export function runFileOperation(
  context: FileCommandsContext,
  name: FileOperation,
  { ids, given }: { readonly ids: Ids; readonly given: Arguments },
): Promise<CommandResult[]> {
  return runs[name](context, ids, given);
}

/** What a drone proves that it holds is not sent again, and who flies nothing misses nothing. */
async function uploadMissing(
  { upload, holdsPart, isSpare }: FileCommandsContext,
  ids: Ids,
): Promise<CommandResult[]> {
  const missing = ids.filter((id) => !holdsPart(id) && !isSpare(id));
  const uploaded = missing.length > 0 ? await upload(missing) : [];
  const results = new Map(uploaded.map((result) => [result.id, result]));
  return ids.map((id) => {
    const message = isSpare(id) ? 'a spare: it flies nothing' : 'it holds its part';
    return results.get(id) ?? { id, ok: true, code: 'unchanged', message };
  });
}

/** Drones that are sent nothing are not told of. */
async function cancelUploads({ commands, uploads }: FileCommandsContext, ids: Ids): Promise<CommandResult[]> {
  const cancelled = ids.filter((id) => uploads.cancel(id));
  const ended =
    cancelled.length > 0 ? await commands.run('cancel_uploads', cancelled, () => ({ ok: true })) : [];
  const results = new Map(ended.map((result) => [result.id, result]));
  return ids.map(
    (id) => results.get(id) ?? { id, ok: true, code: 'unchanged', message: 'no file is on its way to it' },
  );
}

function textOf(value: Arguments[string] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
