/** Bytes as people write them down. */

/** `00 09 ff`, blanks and bars as one likes. */
export function hex(text: string): Buffer {
  return Buffer.from(text.replace(/[\s|]/g, ''), 'hex');
}
