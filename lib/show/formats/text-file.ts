/** Bytes of a file as text, or the reason why they are none. Knows no format and no disk. */
import { ShowError } from '../../errors.js';

/** No row of a show comes near; what is longer has lost its line ends, or is no text. */
const maxLineBytes = 65_536;

/** More than a show can have: over an hour at 100 rows a second. */
const maxLines = 500_000;

/** How much of a file is looked at to tell its format. */
const headBytes = 4096;

/**
 * UTF-8 to text, without a byte order mark; bytes that are no UTF-8 become U+FFFD.
 * @throws ShowError naming the file, when it is no text.
 */
export function decodeText(bytes: Uint8Array, fileName: string): string {
  for (let i = 0; i < bytes.length; i++)
    if (isBinary(bytes[i] ?? 0))
      throw new ShowError(`${fileName}: this is not a text file, expected UTF-8 text`);
  return new TextDecoder().decode(bytes);
}

/**
 * The same for a file of rows.
 * @throws ShowError naming file and line, when it is no text, or has longer or more lines than a show can have.
 */
export function decodeLines(bytes: Uint8Array, fileName: string): string {
  let line = 1;
  let start = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (i - start > maxLineBytes)
      throw new ShowError(
        `${fileName}, line ${line}: the line is longer than ${maxLineBytes} bytes, expected one row a line`,
      );
    if (bytes[i] !== 0x0a && bytes[i] !== 0x0d) continue;
    if (bytes[i] === 0x0a || bytes[i + 1] !== 0x0a) line++;
    start = i + 1;
    if (line > maxLines) throw new ShowError(`${fileName}: there are more than ${maxLines} lines`);
  }
  return decodeText(bytes, fileName);
}

/** The first lines that are not empty, as far as they lie in the first few kilobytes; for telling a format. */
export function headLines(bytes: Uint8Array): string[] {
  const head = new TextDecoder().decode(bytes.subarray(0, headBytes));
  return head
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Control characters other than those between \t (9) and \r (13), and the end mark of old systems (26). */
function isBinary(byte: number): boolean {
  return byte < 0x20 && (byte < 0x09 || byte > 0x0d) && byte !== 0x1a;
}
