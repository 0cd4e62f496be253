/** Which names of clients and channels are taken, and how one that is too long is cut. Knows no client. */
import { Buffer } from 'node:buffer';
import { maxNameBytes, readUtf8 } from './fields.js';

/**
 * Why nobody can be called so, undefined when it is a name: 1 to 255 bytes of UTF-8 that say something, without control
 * characters. U+FFFD stands for bytes that were no UTF-8.
 */
export function nameFault(name: string): string | undefined {
  if (name.trim() === '') return 'The name is invalid: it is blank.';
  const bytes = Buffer.byteLength(name);
  if (bytes > maxNameBytes) return `The name is invalid: it has ${bytes} bytes, ${maxNameBytes} is the most.`;
  if (/[\p{Cc}\p{Cs}\ufffd]/u.test(name))
    return 'The name is invalid: it must be UTF-8 without control characters.';
  return undefined;
}

/** As much of the name as fits into 255 bytes, without half a character at its end. */
export function cutName(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= maxNameBytes) return name;
  let end = maxNameBytes;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return readUtf8(bytes.subarray(0, end));
}
