/** Under which name what came from a drone is kept on this machine. Knows the port to the disk; no connection. */
import { posix } from 'node:path';
import { folderNameOf } from '../flight-logs/folder-name.js';
import type { FileContext, Told } from './file-context.js';

/** Longest part of a name that is kept, letters. */
const maxName = 80;

export type Received = {
  /** A path, or a name, of the drone's side. */
  readonly name: string;
  readonly into: string | undefined;
  readonly content: Uint8Array;
};

/** Writes it under its name and the drone's; nothing that is there is written over. @throws as `OperatorFiles.save` */
export async function saveFor(
  { disk }: Pick<FileContext, 'disk'>,
  id: string,
  { name, into, content }: Received,
): Promise<Told> {
  const path = await disk.save(into, nameFor(id, name), content);
  return { ok: true, message: `saved as ${path} (${content.length} bytes)` };
}

/** `logs/client.log` of drone-1: `client_drone-1.log`. */
export function nameFor(id: string, path: string): string {
  const { name: stem, ext } = posix.parse(posix.basename(path).replace(/[\p{Cc}\p{Cf}]/gu, '_'));
  const isName = stem !== '' && !/^\.+$/.test(stem);
  return `${isName ? stem.slice(0, maxName) : 'file'}_${folderNameOf(id)}${ext.slice(0, maxName)}`;
}
