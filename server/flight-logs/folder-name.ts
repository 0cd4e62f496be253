/** The folder's name for a drone: ids come from strangers, and must not choose their place. Pure: knows no disk. */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

/** Longest name that is left readable, characters; file systems end at 255 bytes. */
const maxLength = 120;

/**
 * Small letters, digits, dashes and underscores stay; every other byte of the UTF-8 text is written %XX. Different ids
 * have different names, also on a disk that knows no difference between large and small; a very long one is cut and told
 * apart by its hash.
 */
export function folderNameOf(droneId: string): string {
  const name = [...Buffer.from(droneId, 'utf8')].map(plain).join('');
  if (name.length > 0 && name.length <= maxLength) return name;
  const hash = createHash('sha256').update(droneId).digest('hex').slice(0, 32);
  return `${name.slice(0, maxLength)}%-${hash}`;
}

function plain(byte: number): string {
  const character = String.fromCharCode(byte);
  return /[a-z0-9_-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
