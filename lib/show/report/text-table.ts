/** Columns of text for a terminal. Knows widths; no terminal, no meaning. */

/** First row is the heading; the first column is aligned left, the others right, unless `left` names them. */
export function textTable(rows: readonly (readonly string[])[], left: readonly number[] = [0]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => (row[i] ?? '').length)),
  );
  return rows.map((row) =>
    widths
      .map((width, i) => (left.includes(i) ? (row[i] ?? '').padEnd(width) : (row[i] ?? '').padStart(width)))
      .join('  ')
      .trimEnd(),
  );
}

/** Words in lines of at most `columns`; all but the first begin with `indent`. A longer word stands alone. */
export function wrap(text: string, columns: number, indent = ''): string[] {
  const lines: string[] = [];
  const [first = '', ...words] = text.split(/(?<=\S) /);
  let line = first;
  for (const word of words) {
    if (line.length + 1 + word.length > columns) {
      lines.push(line);
      line = indent + word;
    } else line = `${line} ${word}`;
  }
  return [...lines, line];
}
