/** Violations and warnings for the report. Knows results of a check; no page around them. */
import type { CheckResult } from '../validate/result.js';
import { type Html, html } from './html.js';
import { clockTime, violationName, violationWords, type Words, warningName, warningWords } from './words.js';

/** Both lists; nothing for an empty one. */
export function findingsSection({ violations, warnings }: CheckResult): Html {
  const violated = violations.map((violation) => ({
    ...{ tS: violation.t, name: violationName(violation.kind), words: violationWords(violation) },
  }));
  const warned = warnings.map((warning) => ({
    ...{ tS: warning.t, name: warningName(warning.kind), words: warningWords(warning) },
  }));
  return html`${list('Violations', violated, 'bad-row')}${list('Warnings', warned, '')}`;
}

type Row = { readonly tS: number; readonly name: string; readonly words: Words };

function list(title: string, rows: readonly Row[], rowClass: string): Html {
  if (rows.length === 0) return html``;
  return html`<h2>${title}</h2>
<table class="found"><thead><tr><th>What</th><th>When</th><th class="words">What happens, and what to do</th></tr></thead><tbody>
${rows.map(
  ({ tS, name, words }) =>
    html`<tr class="${rowClass}"><td>${name}</td><td>${clockTime(tS)}</td><td class="words">${sentence(words.what)} <em>${sentence(words.todo)}</em></td></tr>`,
)}
</tbody></table>`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
