/** The operations that send files: which go to whom, and to which place. Knows folders by a port; sends nothing itself. */
import { RefusedError } from '../../lib/errors.js';
import type { CommandResult } from '../fleet/drone-record.js';
import { type Outcome, sendCommand } from '../show-control/send-command.js';
import type { FileContext } from './file-context.js';
import { FilesById } from './match-files.js';
import { type PlannedFile, readOnce, type SendJob, sendFiles } from './send-files.js';

type Ids = readonly string[];

/** Of a folder of which everything goes to everybody: it is held until all have it. */
const maxFolderBytes = 16 * 1024 * 1024;
const maxFolderFiles = 200;

/** A service may take its time to come up again, ms. */
const restartTimeoutMs = 70_000;

/** Each drone the file that is named after it. */
export function sendById(
  context: FileContext,
  job: { readonly action: string; readonly ids: Ids; readonly place: string; readonly endings: Ids },
  folder: string,
): Promise<CommandResult[]> {
  const { action, ids, place, endings } = job;
  const { disk } = context;
  return sendFiles(context, {
    ...{ action, ids },
    prepare: async () => {
      const files = new FilesById(folder, await disk.list(folder), endings);
      return (id) => {
        const match = files.of(id);
        if (match.kind === 'one')
          return [{ place, read: async () => ({ content: await disk.read(match.file.path) }) }];
        return match.kind === 'none' ? noFileOf(id, folder) : twoFilesOf(id, match.names);
      };
    },
  });
}

/** Everybody the same file. */
export function sendOne(
  context: FileContext,
  { path, place, ...job }: Omit<SendJob, 'prepare'> & { readonly path: string; readonly place: string },
): Promise<CommandResult[]> {
  return sendFiles(context, {
    ...job,
    prepare: async () => {
      const { read } = await readOnce(context, path);
      const planned = [{ place, read }];
      return () => planned;
    },
  });
}

/** A map, and the restart of whatever reads it. */
export function sendMap(context: FileContext, ids: Ids, path: string): Promise<CommandResult[]> {
  const { map, mapService } = context.places;
  return sendOne(context, {
    ...{ action: 'send_aruco_map', ids, path, place: map },
    ...(mapService !== '' && {
      after: async (link, sent) => {
        const command = {
          action: 'service_restart',
          kwargs: { name: mapService },
          timeoutMs: restartTimeoutMs,
        };
        return afterRestart(mapService, sent, await sendCommand(link, command));
      },
    }),
  });
}

/** Everybody all files of a folder. */
export function sendFolder(
  context: FileContext,
  { action, ids, place }: { readonly action: string; readonly ids: Ids; readonly place: string },
  folder: string,
): Promise<CommandResult[]> {
  return sendFiles(context, {
    ...{ action, ids },
    prepare: async () => {
      const entries = await context.disk.list(folder);
      if (entries.length === 0) throw new RefusedError('no_file', `${folder} has no files`);
      if (entries.length > maxFolderFiles)
        throw new RefusedError(
          'bad_path',
          `${folder} has more than ${maxFolderFiles} files: is it the right one?`,
        );
      const planned: PlannedFile[] = [];
      let leftBytes = maxFolderBytes;
      for (const { name, path } of entries) {
        const { content, read } = await readOnce(context, path, leftBytes);
        leftBytes -= content.length;
        planned.push({ place: `${place}/${name}`, read });
      }
      return () => planned;
    },
  });
}

/** A drone that has its map and can not restart anything has its map. */
function afterRestart(service: string, sent: Outcome, restarted: Outcome): Outcome {
  const { ok, code, message } = restarted;
  if (ok) return { ...sent, message: joined(sent.message, `${service} is restarted`) };
  if (code === 'not_supported') {
    const note = `it can not restart ${service} itself: restart it by hand`;
    return { ...sent, message: joined(sent.message, note) };
  }
  const why = message ?? code ?? 'failed';
  return {
    ok: false,
    code: code ?? 'refused',
    message: `the map is there, but ${service} was not restarted: ${why}`,
  };
}

function joined(first: string | undefined, second: string): string {
  return first === undefined ? second : `${first}; ${second}`;
}

function noFileOf(id: string, folder: string): Outcome {
  return { ok: false, code: 'no_file', message: `${folder} has no file for ${id}` };
}

function twoFilesOf(id: string, names: readonly string[]): Outcome {
  return { ok: false, code: 'ambiguous_file', message: `${names.join(' and ')} both fit ${id}: keep one` };
}
