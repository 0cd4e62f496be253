/** What "starling doctor" says of one thing: what it is, whether that will do, and what to do. Pure; finds nothing out. */

/** `problem`: a flight would fail, or begin without what it needs; `warning`: it works, and could be better. */
export type Verdict = 'ok' | 'warning' | 'problem';

export type Finding = {
  /** What was looked at, in a word or two. */
  readonly check: string;
  readonly verdict: Verdict;
  /** What was found. */
  readonly text: string;
  /** What to do about it; of all that is not ok. */
  readonly todo?: string;
};

export function ok(check: string, text: string): Finding {
  return { check, verdict: 'ok', text };
}

export function warning(check: string, text: string, todo: string): Finding {
  return { check, verdict: 'warning', text, todo };
}

export function problem(check: string, text: string, todo: string): Finding {
  return { check, verdict: 'problem', text, todo };
}

export function countOf(findings: readonly Finding[], verdict: Verdict): number {
  return findings.filter((finding) => finding.verdict === verdict).length;
}
