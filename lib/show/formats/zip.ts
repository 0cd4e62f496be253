/** Packs and unpacks zip archives in memory, within caps. Knows bytes and names; no disk and no show. */
import { Inflate, inflateSync, zipSync } from 'fflate';
import { crc32 } from '../../crc32.js';
import { errorText, ShowError } from '../../errors.js';
import { checkEntryName, readZipDirectory, type ZipEntry } from './zip-directory.js';

/** Deflate can not pack better than 1 : 1032, so that entries up to this many bytes unpack to 16 MiB at most. */
const smallBytes = 16 * 2 ** 10;

/** As old as a zip archive's times allow with room for every time zone; local time, as archives have it. */
const fixedTime = '1990-01-01T12:00:00';

/** Whether the bytes begin as a zip archive does (an empty one too); says nothing about the rest. */
export function isZip(bytes: Uint8Array): boolean {
  const [p, k, third, fourth] = bytes;
  return p === 0x50 && k === 0x4b && ((third === 3 && fourth === 4) || (third === 5 && fourth === 6));
}

/**
 * All files by their names (folders have no entry), in the archive's order. Stored files are views of `bytes`.
 * Refused from the declared sizes before anything is unpacked: more than 20,000 entries, 128 MiB in one, 256 MiB in
 * all; and while unpacking: whatever turns out larger than it declared. `fileName` is for messages alone.
 * @throws ShowError naming archive, entry and reason.
 */
export function readZip(bytes: Uint8Array, fileName: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const entry of readZipDirectory(bytes, fileName)) {
    files.set(entry.name, unpack(entry, `${fileName}: ${entry.name}`));
  }
  return files;
}

/**
 * A zip archive of the files: the same bytes for the same files, in whatever order they are given.
 * @throws ShowError for a name that `readZip` refuses.
 */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const names = [...files.keys()].sort();
  const tree = Object.fromEntries(
    names.map((name) => {
      checkEntryName(name, 'zip archive');
      if (name === '__proto__' || name.endsWith('/'))
        throw new ShowError(`zip archive: "${name}" can not be the name of a file`);
      return [name, files.get(name) ?? new Uint8Array(0)] as const;
    }),
  );
  return zipSync(tree, { mtime: fixedTime });
}

function unpack(entry: ZipEntry, where: string): Uint8Array {
  const { packed, sizeBytes, isDeflated } = entry;
  const unpacked = isDeflated ? inflate(packed, sizeBytes, where) : packed;
  if (unpacked.length !== sizeBytes) {
    const how = unpacked.length > sizeBytes ? 'more' : `only ${unpacked.length}`;
    throw new ShowError(`${where}: damaged: ${sizeBytes} bytes are declared, ${how} were found`);
  }
  if (crc32(unpacked) !== entry.crc) throw new ShowError(`${where}: damaged: its checksum is wrong`);
  return unpacked;
}

/** At most one byte more than `sizeBytes`, however much there is. */
function inflate(packed: Uint8Array, sizeBytes: number, where: string): Uint8Array {
  if (packed.length === 0) return packed;
  try {
    if (packed.length > smallBytes) return inflateInSteps(packed, sizeBytes);
    return inflateSync(packed, { out: new Uint8Array(sizeBytes + 1) });
  } catch (error) {
    throw new ShowError(`${where}: damaged: ${errorText(error)}`, { cause: error });
  }
}

/** In bounded steps, because the library would go on to the end of what does not fit. */
function inflateInSteps(packed: Uint8Array, sizeBytes: number): Uint8Array {
  const out = new Uint8Array(sizeBytes + 1);
  let length = 0;
  const stream = new Inflate((chunk) => {
    out.set(chunk.subarray(0, out.length - length), length);
    length = Math.min(out.length, length + chunk.length);
  });
  for (let at = 0; at < packed.length && length <= sizeBytes; at += smallBytes) {
    stream.push(packed.subarray(at, at + smallBytes), at + smallBytes >= packed.length);
  }
  return out.subarray(0, length);
}
