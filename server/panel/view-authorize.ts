/** How the question looks whether a show may be started: what its check found, what of the checklist is open. Knows no keys' deeds. */
import { clockTime, violationWords } from '../../lib/show/report/words.js';
import type { LoadedShow, ServerSnapshot } from '../snapshot.js';
import { authorizedMinutes } from './dialogs.js';
import { countOf, nameSome } from './format.js';
import { openItemsText } from './oversight-facts.js';
import type { Sheet } from './sheet.js';
import type { Dialog } from './state.js';
import { bold, type Role, type Span, type StyledLine, span } from './styled.js';
import { cleanText } from './text.js';
import { field, type Wrap } from './view-forms.js';

/** Kinds of violations that are shown before a reason is asked for; ctl show names all. */
const maxViolations = 4;

export function authorizeSheet(
  { ids, text, error }: Dialog & { kind: 'authorize' },
  snapshot: ServerSnapshot,
  wrap: Wrap,
): Sheet {
  const { show } = snapshot;
  const title = `Authorize ${cleanText(show?.name ?? 'the show')} (${show?.digest.slice(0, 8) ?? ''})`;
  const who = wrap(`${countOf(ids.length)}, for ${authorizedMinutes} minutes: ${nameSome(ids, 8)}.`);
  const violations = show?.violations ?? [];
  const open = openItemsText(snapshot);
  const openLines = open === undefined ? [] : colored(wrap(open), 'bad');
  if (violations.length === 0) {
    const clean: StyledLine = [span(' ✓ the check found no violations', 'good')];
    const lines = [...who, clean, ...openLines, ...answers(open === undefined)];
    const keys = open === undefined ? 'y live  o lights only' : 'v checklist  o lights only';
    return { title, lines, scroll: 0, keys: `${keys}  Esc no` };
  }
  const found = violations.slice(0, maxViolations).flatMap((violation) => wrap(violationText(violation)));
  const lines = [
    [bold(` ✗ the check found violations (${violations.length} kinds):`, 'bad')],
    ...colored(found, 'bad'),
    ...who,
    ...openLines,
    field('why may it fly all the same?', text, 'Enter; recorded'),
    error === undefined ? [] : [span(` ${cleanText(error)}`, 'bad')],
  ];
  return { title, lines, scroll: 0, keys: open === undefined ? 'Esc back' : 'Tab checklist  Esc back' };
}

function answers(mayFly: boolean): StyledLine[] {
  const first: Span[] = mayFly
    ? [bold('y', 'accent'), span(' to let it fly, ')]
    : [bold('v', 'accent'), span(' for the checklist, ')];
  return [
    [span(' Press '), ...first, bold('o', 'accent'), span(' for its lights only (nothing arms).')],
    [span(' Enter, n or Esc: no.')],
  ];
}

function colored(lines: readonly StyledLine[], role: Role): StyledLine[] {
  return lines.map((line) => line.map((part): Span => ({ ...part, role })));
}

function violationText(violation: LoadedShow['violations'][number]): string {
  return `${clockTime(violation.t)}  ${violationWords(violation).what}`;
}
