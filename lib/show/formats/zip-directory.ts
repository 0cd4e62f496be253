/** Reads which files a zip archive says it has, without unpacking any. Knows bytes alone. Source: PKWARE APPNOTE 6.3.10. */
import { ShowError } from '../../errors.js';

const maxZipEntries = 20_000;
const maxZipEntryBytes = 128 * 2 ** 20;
const maxZipBytes = 256 * 2 ** 20;

/** A file as the archive declares it: nothing of it is true until it is unpacked. */
export type ZipEntry = {
  readonly name: string;
  readonly isDeflated: boolean;
  readonly crc: number;
  /** As it lies in the archive: a view of its bytes. */
  readonly packed: Uint8Array;
  readonly sizeBytes: number;
};

const endBytes = 22;
const centralBytes = 46;
const localBytes = 30;
const maxCommentBytes = 0xffff;

/**
 * The files (not folders) in the order of the archive's directory, their places and declared sizes within the caps.
 * @throws ShowError naming the archive, and the entry, for what is damaged, too large, or of a kind not read.
 */
export function readZipDirectory(bytes: Uint8Array, fileName: string): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = findDirectory(view, fileName);
  const entries: PlacedEntry[] = [];
  let at = directory.startsAt;
  let totalBytes = 0;
  for (let number = 1; number <= directory.entries; number++) {
    const where = `${fileName}: entry ${number} of ${directory.entries}`;
    const entry = readCentral({ bytes, view, at, endsAt: directory.endsAt, where, fileName });
    at = entry.nextAt;
    totalBytes += entry.sizeBytes;
    if (totalBytes > maxZipBytes)
      throw new ShowError(`${fileName}: unpacks to more than ${mib(maxZipBytes)}`);
    entries.push(entry);
  }
  if (at !== directory.endsAt)
    throw new ShowError(`${fileName}: damaged: its directory does not end where it says`);
  checkOverlaps(entries, directory.startsAt, fileName);
  checkNames(entries, fileName);
  return entries.filter(({ name }) => !name.endsWith('/'));
}

function mib(sizeBytes: number): string {
  return `${sizeBytes / 2 ** 20} MiB`;
}

/** @throws ShowError for a name that could lead out of the archive or be read in two ways. */
export function checkEntryName(name: string, where: string): void {
  const fault = nameFault(name);
  if (fault !== undefined) throw new ShowError(`${where}: the name ${JSON.stringify(name)} ${fault}`);
}

function nameFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.includes('\0')) return 'holds a NUL';
  if (name.includes('\\')) return 'holds a backslash; folders are separated by /';
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) return 'is an absolute path';
  if (name.split('/').includes('..')) return 'leads out of the archive (..)';
  return undefined;
}

type Directory = { readonly startsAt: number; readonly endsAt: number; readonly entries: number };

function findDirectory(view: DataView, fileName: string): Directory {
  const end = findEnd(view);
  if (end === undefined)
    throw new ShowError(
      `${fileName}: not a whole zip archive: its end is missing (was it copied to the end?)`,
    );
  const entries = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  const startsAt = view.getUint32(end + 16, true);
  if (entries === 0xffff || size === 0xffffffff || startsAt === 0xffffffff)
    throw new ShowError(`${fileName}: ZIP64 archives are not read; pack it again as an ordinary zip`);
  if (view.getUint32(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== entries)
    throw new ShowError(`${fileName}: archives in several parts are not read`);
  if (entries > maxZipEntries)
    throw new ShowError(`${fileName}: ${entries} entries, at most ${maxZipEntries} are read`);
  if (startsAt + size > end)
    throw new ShowError(`${fileName}: damaged: its directory reaches beyond its end`);
  return { startsAt, endsAt: startsAt + size, entries };
}

/** The end record is the last thing in the archive, but for its own comment. */
function findEnd(view: DataView): number | undefined {
  const last = view.byteLength - endBytes;
  for (let at = last; at >= 0 && at >= last - maxCommentBytes; at--) {
    if (view.getUint32(at, true) === 0x06054b50 && view.getUint16(at + 20, true) === last - at) return at;
  }
  return undefined;
}

type PlacedEntry = ZipEntry & { readonly startsAt: number; readonly endsAt: number; readonly nextAt: number };

type CentralPlace = {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly at: number;
  readonly endsAt: number;
  readonly where: string;
  readonly fileName: string;
};

function readCentral({ bytes, view, at, endsAt, where, fileName }: CentralPlace): PlacedEntry {
  if (at + centralBytes > endsAt || view.getUint32(at, true) !== 0x02014b50)
    throw new ShowError(`${where}: damaged: the directory is broken here`);
  const nameAt = at + centralBytes;
  const nameEnd = nameAt + view.getUint16(at + 28, true);
  const nextAt = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  if (nextAt > endsAt) throw new ShowError(`${where}: damaged: the directory is broken here`);
  const nameBytes = bytes.subarray(nameAt, nameEnd);
  const name = decodeName(nameBytes);
  checkEntryName(name, where);
  const named = `${fileName}: ${name}`;
  const method = checkKind(view, at, named);
  const sizeBytes = view.getUint32(at + 24, true);
  if (sizeBytes > maxZipEntryBytes)
    throw new ShowError(`${named}: unpacks to ${sizeBytes} bytes, at most ${mib(maxZipEntryBytes)} are read`);
  const startsAt = view.getUint32(at + 42, true);
  const packedAt = findPacked({ bytes, view, startsAt, nameBytes, named });
  const packedEnd = packedAt + view.getUint32(at + 20, true);
  if (packedEnd > bytes.length)
    throw new ShowError(`${named}: damaged: it reaches beyond the end of the archive`);
  const packed = bytes.subarray(packedAt, packedEnd);
  const crc = view.getUint32(at + 16, true);
  return { name, isDeflated: method === 8, crc, packed, sizeBytes, startsAt, endsAt: packedEnd, nextAt };
}

/** The compression method, 0 or 8. */
function checkKind(view: DataView, at: number, named: string): number {
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  if ((flags & 0x2041) !== 0) throw new ShowError(`${named}: encrypted entries are not read`);
  if ([20, 24, 42].some((field) => view.getUint32(at + field, true) === 0xffffffff))
    throw new ShowError(`${named}: ZIP64 entries are not read; pack it again as an ordinary zip`);
  if (method !== 0 && method !== 8)
    throw new ShowError(
      `${named}: compression method ${method} is not read, only stored (0) and deflated (8)`,
    );
  return method;
}

type LocalPlace = {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly startsAt: number;
  readonly nameBytes: Uint8Array;
  readonly named: string;
};

/** Where the entry's data begins: after its local header, which has to carry the same name. */
function findPacked({ bytes, view, startsAt, nameBytes, named }: LocalPlace): number {
  if (startsAt + localBytes > bytes.length || view.getUint32(startsAt, true) !== 0x04034b50)
    throw new ShowError(`${named}: damaged: it is not where the directory says`);
  const nameEnd = startsAt + localBytes + view.getUint16(startsAt + 26, true);
  const localName = bytes.subarray(startsAt + localBytes, nameEnd);
  if (localName.length !== nameBytes.length || localName.some((byte, i) => byte !== nameBytes[i]))
    throw new ShowError(`${named}: damaged: it has another name than in the directory`);
  return nameEnd + view.getUint16(startsAt + 28, true);
}

/** Names are UTF-8, whether marked as such or not; in an older code page they are taken byte by byte. */
function decodeName(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return text.includes('\ufffd') ? String.fromCharCode(...bytes) : text;
}

function checkOverlaps(entries: readonly PlacedEntry[], directoryAt: number, fileName: string): void {
  const placed = [...entries].sort((a, b) => a.startsAt - b.startsAt);
  for (const [i, { name, endsAt }] of placed.entries()) {
    if (endsAt > (placed[i + 1]?.startsAt ?? directoryAt))
      throw new ShowError(`${fileName}: ${name}: damaged: it overlaps with what follows it`);
  }
}

function checkNames(entries: readonly PlacedEntry[], fileName: string): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (seen.has(name)) throw new ShowError(`${fileName}: ${name}: there are two entries of this name`);
    seen.add(name);
  }
}
