/** Reads what a Debian package on the disk says of itself. Knows files, gzip, and the programs that unpack the rest. */
import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { errorCode, errorText, UsageError } from '../../errors.js';
import { digestOf } from '../../messaging/files/digest.js';
import { printable } from '../../printable.js';
import { type ControlFields, type ControlMember, controlFields, controlMember } from '../deb-control.js';
import { maxUpdateBytes } from '../drone-software.js';

/** Much more than a package has to say of itself, bytes. */
const maxControlBytes = 4 * 1024 * 1024;

/** How long a program may take to unpack that, ms. */
const unpackTimeoutMs = 20_000;

export type DebFile = ControlFields & { readonly bytes: number; readonly sha256: string };

/** @throws UsageError that names the file and says what is wrong with it, or what is missing on this machine. */
export async function readDebFile(path: string): Promise<DebFile> {
  const content = await readWhole(path);
  const member = controlMember(content);
  if (!member) throw new UsageError(`${path} is no Debian package (.deb), or is cut short: copy it anew`);
  const fields = controlFields(await unpacked(path, member));
  if (!fields) throw new UsageError(`${path} does not say which package it is: build or copy it anew`);
  return { ...fields, bytes: content.length, sha256: await digestOf(content) };
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path);
    try {
      const status = await file.stat();
      if (!status.isFile()) throw new UsageError(`${path} is no file`);
      if (status.size > maxUpdateBytes)
        throw new UsageError(`${path} has ${status.size} bytes: drones take ${maxUpdateBytes} at most`);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (errorCode(error) === 'ENOENT') throw new UsageError(`${path} is not there`);
    throw new UsageError(`${path} can not be read: ${errorText(error)}`);
  }
}

/** Debian's own program knows every packing; where it is missing, the packing's. */
async function unpacked(path: string, { packing, content }: ControlMember): Promise<Uint8Array> {
  try {
    if (packing === '') return content;
    if (packing === 'gz') return await promisify(gunzip)(content, { maxOutputLength: maxControlBytes });
    const own = await outputOf('dpkg-deb', ['--ctrl-tarfile', path]);
    if (own) return own;
    const other = packing === 'xz' ? 'xz' : 'zstd';
    const unpacking = await outputOf(other, ['-dc'], content);
    if (unpacking) return unpacking;
    const what = packing === 'xz' ? 'dpkg or xz (xz-utils)' : 'dpkg or zstd';
    throw new UsageError(`${path} can not be looked into: install ${what} on this machine`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `${path} is damaged: copy it anew (${printable(errorText(error).split('\n')[0] ?? '')})`,
    );
  }
}

/** What a program writes; undefined where there is no such program. @throws Error what it says when it fails. */
function outputOf(
  program: string,
  args: readonly string[],
  input?: Uint8Array,
): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const options = { encoding: 'buffer', maxBuffer: maxControlBytes, timeout: unpackTimeoutMs } as const;
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else if (errorCode(error) === 'ENOENT') resolve(undefined);
      else reject(new Error(stderr.toString().trim() || error.message));
    });
    // One that ends before it has read all tells why itself.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
