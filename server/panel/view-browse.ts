/** How the browser of files looks. Knows no disk. */
import { type BrowseDialog, browsed } from './reduce-browse.js';
import type { Sheet } from './sheet.js';
import { bold, type StyledLine, span } from './styled.js';
import { cleanText } from './text.js';
import { field, type Wrap } from './view-forms.js';

/** Entries that are seen before the one under the cursor. */
const leadingEntries = 6;

export function browseSheet(dialog: BrowseDialog, wrap: Wrap): Sheet {
  const { folder, entries, text, at, error } = dialog;
  const fitting = browsed(dialog);
  const first = Math.max(0, at - leadingEntries);
  const lines = fitting.slice(first).map(({ name, isFolder }, index): StyledLine => {
    const isCursor = first + index === at;
    return [
      bold(isCursor ? ' > ' : '   ', 'accent'),
      {
        text: `${cleanText(name)}${isFolder ? '/' : ''}`,
        role: isFolder ? 'accent' : 'text',
        isBold: isCursor,
        isInverse: isCursor,
      },
    ];
  });
  const empty = entries === undefined ? 'reading ...' : 'nothing here is called so';
  return {
    title: `Choose: ${cleanText(folder)}${first > 0 ? `  ${first} above` : ''}`,
    lines: [
      field('type to search', text, 'Enter opens a folder or takes a file, Tab takes either'),
      ...(error === undefined ? [] : wrap(error)),
      ...(lines.length > 0 || error !== undefined ? lines : [[span(` ${empty}`, 'missing')]]),
    ],
    scroll: 0,
    keys: 'Enter open/take  Tab take  Left up  Esc back',
  };
}
