/** Writes the file that a specification's defaults make, each option with its description. Knows no disk. */
import { formatName, formatValue } from './ini-value.js';
import type { SectionSpec } from './spec.js';

/** Text of a file of defaults, with `heading` lines (without `#`) as its first comment. */
export function defaultIni(spec: SectionSpec, heading: readonly string[] = []): string {
  const lines = [...heading.map((line) => `# ${line}`), '', ...sectionLines(spec, 0)];
  return `${lines.join('\n').trim()}\n`;
}

function sectionLines(spec: SectionSpec, depth: number): string[] {
  const options = [...spec.options].flatMap(([name, option]) => [
    `# ${option.about}`,
    `${formatName(name)} = ${formatValue(option.write(option.default))}`,
  ]);
  const sections = [...spec.sections].flatMap(([name, section]) => [
    '',
    `${'['.repeat(depth + 1)}${formatName(name)}${']'.repeat(depth + 1)}`,
    ...sectionLines(section, depth + 1),
  ]);
  return [...options, ...sections];
}
