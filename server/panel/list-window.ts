/** The part of a list with sections that is seen around its cursor. Knows lines; not what they say. */
import { bold, type StyledLine } from './styled.js';
import { cleanText } from './text.js';

/** An entry of a list, as lines. */
export type Block = { readonly section: string; readonly lines: readonly StyledLine[] };

/** The lines around the entry under the cursor, with the headings of their sections; and how many there are beside them. */
export function windowed(
  blocks: readonly Block[],
  at: number,
  room: number,
): { readonly lines: readonly StyledLine[]; readonly above: number; readonly below: number } {
  const lines: StyledLine[] = [];
  let from = 0;
  let to = 0;
  for (const [index, block] of blocks.entries()) {
    const isCursor = index === at;
    if (isCursor) from = lines.length;
    if (block.section !== '' && block.section !== blocks[index - 1]?.section)
      lines.push([bold(` ${cleanText(block.section)}`)]);
    lines.push(...block.lines);
    if (isCursor) to = lines.length;
  }
  const seen = Math.max(1, room);
  const middle = Math.min(from, Math.max(from - Math.floor(seen / 3), to - seen));
  const top = Math.max(0, Math.min(middle, lines.length - seen));
  return { lines: lines.slice(top, top + seen), above: top, below: Math.max(0, lines.length - top - seen) };
}
