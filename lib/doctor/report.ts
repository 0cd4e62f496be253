/** Findings as people and as programs read them. Pure. */
import { printable } from '../printable.js';
import { countOf, type Finding, type Verdict } from './finding.js';

/** 0: no problem, 1: problems. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 {
  return countOf(findings, 'problem') === 0 ? 0 : 1;
}

/** The worst stands last, next to where the reader goes on typing. */
const order: readonly Verdict[] = ['ok', 'warning', 'problem'];

export type Report = {
  /** `drone` or `server`. */
  readonly side: string;
  /** Of this software. */
  readonly version: string;
  readonly findings: readonly Finding[];
};

/** Lines for a terminal of so many columns; undefined: as long as they are. */
export function formatReport({ side, version, findings }: Report, columns: number | undefined): string[] {
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  const lines = order.flatMap((verdict) =>
    findings
      .filter((finding) => finding.verdict === verdict)
      .flatMap(({ check, text, todo }) => {
        const start = `${verdict.padEnd(8)} ${check.padEnd(width)} `;
        const more = todo === undefined ? [] : fold(`${' '.repeat(start.length)}do: `, todo, columns);
        return [...fold(start, text, columns), ...more];
      }),
  );
  return [`starling doctor ${side}, version ${version}`, '', ...lines, '', summary(findings)];
}

/** For programs: one object. */
export function jsonReport({ side, version, findings }: Report): object {
  return {
    side,
    version,
    ok: countOf(findings, 'ok'),
    warnings: countOf(findings, 'warning'),
    problems: countOf(findings, 'problem'),
    findings: findings.map(({ check, verdict, text, todo }) => ({
      check,
      verdict,
      text,
      ...(todo !== undefined && { do: todo }),
    })),
  };
}

function summary(findings: readonly Finding[]): string {
  const [problems, warnings] = [countOf(findings, 'problem'), countOf(findings, 'warning')];
  const said = [counted(problems, 'problem'), counted(warnings, 'warning')].join(', ');
  return `${said}, ${countOf(findings, 'ok')} ok`;
}

function counted(count: number, what: string): string {
  return count === 0 ? `no ${what}` : `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** The words behind `start`, in lines that begin below its end. */
function fold(start: string, text: string, columns = Number.POSITIVE_INFINITY): string[] {
  const indent = ' '.repeat(start.length);
  const lines: string[] = [];
  let line = start;
  for (const word of printable(text).split(' ')) {
    const isEmpty = line === start || line === indent;
    const longer = isEmpty ? line + word : `${line} ${word}`;
    if (longer.length <= columns || isEmpty) {
      line = longer;
    } else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line];
}
