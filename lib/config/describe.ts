/** How places and wrong values of a configuration are told to people. Knows no values of its own. */

/** An option's place: `[ANIMATION] [[OUTPUT]] takeoff`. */
export function describePath(path: readonly string[]): string {
  const sections = path.slice(0, -1).map((name, i) => `${'['.repeat(i + 1)}${name}${']'.repeat(i + 1)} `);
  return `${sections.join('')}${path.at(-1) ?? ''}`;
}

/** Of a value that is told to people, letters. */
const maxShown = 200;

/** The one sentence about a wrong value. `place` is the file, with a line where there is one. */
export function wrongValue(
  place: string,
  path: readonly string[],
  { value, expected }: { readonly value: unknown; readonly expected: string },
): string {
  const given = JSON.stringify(value) ?? 'nothing';
  const shown = given.length > maxShown ? `${given.slice(0, maxShown)}…` : given;
  return `${place}: ${describePath(path)} = ${shown} is wrong, expected ${expected}`;
}
