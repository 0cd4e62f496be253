/** Refuses JSON that would take all memory before anybody could see that it is no show. Knows bytes; no format. */
import { ShowError } from '../../errors.js';

/** Deeper JSON, or more objects and lists, or values in all, is no show. */
const maxDepth = 64;
const maxContainers = 6_000_000;
const maxValues = 16_000_000;

/** What matters outside of texts: 1 a quote, 2 opens, 3 closes, 4 separates. */
const marks = Uint8Array.from({ length: 256 }, (_, code) =>
  Math.max(
    0,
    ['', '"', '[{', ']}', ','].findIndex(
      (signs) => signs.includes(String.fromCharCode(code)) && signs !== '',
    ),
  ),
);

const backslash = 0x5c;
const quote = 0x22;

/** Counts brackets and commas outside of texts; what is no JSON may pass. @throws ShowError naming the file. */
export function expectModest(bytes: Uint8Array, fileName: string): void {
  let [depth, containers, values] = [0, 0, 0];
  for (let i = 0; i < bytes.length; i++) {
    const mark = marks[bytes[i] ?? 0];
    if (mark === 0) continue;
    if (mark === 1) i = endOfText(bytes, i);
    else if (mark === 3) depth--;
    else {
      values++;
      if (mark === 2) [depth, containers] = [depth + 1, containers + 1];
      if (depth > maxDepth || containers > maxContainers || values > maxValues)
        throw new ShowError(`${fileName}: this is nested too deeply, or holds too much, to be a show`);
    }
  }
}

/** Index of the quote that closes the text that opens at `start`; the last index when none does. */
function endOfText(bytes: Uint8Array, start: number): number {
  let i = start + 1;
  while (i < bytes.length && bytes[i] !== quote) i += bytes[i] === backslash ? 2 : 1;
  return i;
}
