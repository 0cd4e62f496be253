/** Sends files of the server's machine to drones, each to its place. Knows the port to the disk and messages; no screen. */
import { digestOf } from '../../lib/messaging/files/digest.js';
import type { ConnectionManager } from '../../lib/messaging/index.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { Outcome } from '../show-control/send-command.js';
import { pushFile, type UploadFile } from '../show-control/upload.js';
import type { Progress } from '../show-control/uploads.js';
import {
  breathe,
  calledOff,
  type FileContext,
  notConnected,
  outcomeOf,
  pathOn,
  refuseAll,
} from './file-context.js';

/** A file for a drone; `place` as in `[FILES]`. It is read when its turn comes. */
export type PlannedFile = { readonly place: string; readonly read: () => Promise<Content> };

type Content = Pick<UploadFile, 'content' | 'sha256'>;

export type SendJob = {
  readonly action: string;
  readonly ids: readonly string[];
  /** Looks at what is to be sent, once, and gives each drone its files, or why it gets none. */
  readonly prepare: () => Promise<(id: string) => readonly PlannedFile[] | Outcome>;
  /** Done with a drone that has its files. */
  readonly after?: (link: ConnectionManager, sent: Outcome) => Promise<Outcome>;
};

/** One result per id; nothing is sent at all when the preparation fails. */
export async function sendFiles(context: FileContext, job: SendJob): Promise<CommandResult[]> {
  const { commands, uploads, clock, parallel } = context;
  const { action, ids, prepare } = job;
  let filesFor: Awaited<ReturnType<typeof prepare>>;
  try {
    filesFor = await prepare();
  } catch (error) {
    return refuseAll(context, job, error);
  }
  return uploads.batch(ids, ({ during, skip }) => {
    const one = async (id: string): Promise<Outcome> => {
      await breathe(clock);
      const refused = context.refusal(id);
      const files = refused ?? filesFor(id);
      if (isFiles(files))
        return during(id, (onProgress, signal) => sendTo(context, id, { files, job, onProgress, signal }));
      skip(id);
      return files;
    };
    return commands.run(action, ids, one, parallel);
  });
}

/** The same content for everybody, read once and at once. @throws as `OperatorFiles.read`. */
export async function readOnce(
  { disk }: FileContext,
  path: string,
  maxBytes?: number,
): Promise<Content & { read: PlannedFile['read'] }> {
  const content = await disk.read(path, maxBytes);
  const known = { content, sha256: await digestOf(content) };
  return { ...known, read: () => Promise.resolve(known) };
}

type Sending = {
  readonly files: readonly PlannedFile[];
  readonly job: SendJob;
  readonly onProgress: Progress;
  readonly signal: AbortSignal;
};

async function sendTo(context: FileContext, id: string, sending: Sending): Promise<Outcome> {
  const link = context.connection(id);
  if (sending.signal.aborted) return calledOff;
  if (!link) return notConnected;
  try {
    await link.helloSettled();
    const files = await load(link, sending.files);
    const sent = await pushAll(context, link, { ...sending, files });
    return sent.ok && sending.job.after ? await sending.job.after(link, sent) : sent;
  } catch (error) {
    return outcomeOf(error);
  }
}

async function load(link: ConnectionManager, planned: readonly PlannedFile[]): Promise<UploadFile[]> {
  const files: UploadFile[] = [];
  for (const { place, read } of planned)
    files.push({ filepath: await pathOn(link, place), ...(await read()) });
  return files;
}

/** One after the other; the first that fails ends it. Never rejects. */
export async function pushAll(
  { clock }: Pick<FileContext, 'clock'>,
  link: ConnectionManager,
  { files, onProgress, signal }: Pick<Sending, 'onProgress' | 'signal'> & { files: readonly UploadFile[] },
): Promise<Outcome> {
  const totalBytes = files.reduce((sum, { content }) => sum + content.length, 0);
  let doneBytes = 0;
  let codes: (string | undefined)[] = [];
  onProgress(0, totalBytes);
  for (const file of files) {
    const before = doneBytes;
    const outcome = await pushFile(link, file, {
      ...{ clock, signal },
      onProgress: (sentBytes) => onProgress(before + sentBytes, totalBytes),
    });
    if (!outcome.ok) return files.length === 1 ? outcome : named(file, outcome);
    doneBytes += file.content.length;
    onProgress(doneBytes, totalBytes, outcome.code === 'unchanged' ? file.content.length : 0);
    codes = [...codes, outcome.code];
    if (files.length === 1) return outcome;
  }
  return summary(files.length, codes);
}

function named({ filepath }: UploadFile, outcome: Outcome): Outcome {
  return { ...outcome, message: `${filepath}: ${outcome.message ?? outcome.code ?? 'failed'}` };
}

function summary(count: number, codes: readonly (string | undefined)[]): Outcome {
  const message = `${count} files`;
  if (codes.includes('unconfirmed'))
    return {
      ok: true,
      code: 'unconfirmed',
      message: `${message} sent; an old client does not confirm files`,
    };
  if (codes.every((code) => code === 'unchanged'))
    return { ok: true, code: 'unchanged', message: `it has these ${message} already` };
  return { ok: true, message };
}

function isFiles(planned: readonly PlannedFile[] | Outcome): planned is readonly PlannedFile[] {
  return Array.isArray(planned);
}
