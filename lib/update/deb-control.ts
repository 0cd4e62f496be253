/** Reads what a Debian package says of itself from its bytes. Pure: unpacks nothing itself, knows no file. */
import { Buffer } from 'node:buffer';

/** The part of the package that says what it is: a tar archive, packed as its name ends. */
export type ControlMember = { readonly packing: '' | 'gz' | 'xz' | 'zst'; readonly content: Uint8Array };

export type ControlFields = {
  readonly package: string;
  readonly version: string;
  readonly architecture: string;
};

const magic = '!<arch>\n';
/** Source: ar(5), deb(5): name, time, owner, group, mode, size in tens, and two bytes that end it. */
const arHeadBytes = 60;
const arEnd = '`\n';

/** Undefined for what is no Debian package of version 2. */
export function controlMember(deb: Uint8Array): ControlMember | undefined {
  const bytes = viewOf(deb);
  if (bytes.toString('latin1', 0, magic.length) !== magic) return undefined;
  const format = arMember(bytes, magic.length);
  if (format?.name !== 'debian-binary' || !format.content.toString('latin1').startsWith('2.'))
    return undefined;
  const control = arMember(bytes, format.endsAt);
  const [, packing] = /^control\.tar(?:\.(gz|xz|zst))?$/.exec(control?.name ?? '') ?? [];
  if (!control?.name.startsWith('control.tar')) return undefined;
  if (packing === undefined && control.name !== 'control.tar') return undefined;
  return { packing: isPacking(packing) ? packing : '', content: control.content };
}

function isPacking(text: string | undefined): text is 'gz' | 'xz' | 'zst' {
  return text === 'gz' || text === 'xz' || text === 'zst';
}

type ArMember = { readonly name: string; readonly content: Buffer; readonly endsAt: number };

function arMember(bytes: Buffer, at: number): ArMember | undefined {
  const head = bytes.toString('latin1', at, at + arHeadBytes);
  const sizeText = head.slice(48, 58).trim();
  if (head.length < arHeadBytes || !head.endsWith(arEnd) || !/^\d{1,10}$/.test(sizeText)) return undefined;
  const begin = at + arHeadBytes;
  const end = begin + Number(sizeText);
  if (end > bytes.length) return undefined;
  const name = head.slice(0, 16).trim().replace(/\/$/, '');
  // Members begin at even places.
  return { name, content: bytes.subarray(begin, end), endsAt: end + (end % 2) };
}

/** Source: POSIX, ustar: blocks; where name, size in eights and prefix stand. */
const blockBytes = 512;

/** What the file `control` of that archive says, in printable ASCII; undefined where it says less, or something else. */
export function controlFields(tar: Uint8Array): ControlFields | undefined {
  const text = controlFile(viewOf(tar));
  if (text === undefined) return undefined;
  const field = (name: string) => new RegExp(`^${name}:[ \t]*([!-~]+)[ \t]*$`, 'im').exec(text)?.[1];
  const [name, version, architecture] = [field('Package'), field('Version'), field('Architecture')];
  if (name === undefined || version === undefined || architecture === undefined) return undefined;
  return { package: name, version, architecture };
}

function controlFile(tar: Buffer): string | undefined {
  for (let at = 0; at + blockBytes <= tar.length; ) {
    const sizeText = textIn(tar, at + 124, 12).trim();
    if (!/^[0-7]{1,11}$/.test(sizeText)) return undefined;
    const size = Number.parseInt(sizeText, 8);
    const begin = at + blockBytes;
    if (begin + size > tar.length) return undefined;
    const name = textIn(tar, at, 100);
    if (name === './control' || name === 'control') return tar.toString('utf8', begin, begin + size);
    at = begin + Math.ceil(size / blockBytes) * blockBytes;
  }
  return undefined;
}

/** Up to the first zero. */
function textIn(bytes: Buffer, at: number, length: number): string {
  const text = bytes.toString('latin1', at, at + length);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
