/** How menu, forms, the choice of drones and outcomes look. Knows the catalogue; not what keys do. */
import type { ArgumentSpec } from '../../lib/operations/operation.js';
import type { CommandResult } from '../fleet/drone-record.js';
import { countOf } from './format.js';
import { commandTitle, isLeftOut } from './outcome.js';
import { argumentsOf, entryOf, type MenuEntry } from './panel-entries.js';
import { choicesOf } from './reduce-form.js';
import { menuEntries } from './reduce-menu.js';
import type { Sheet } from './sheet.js';
import type { Dialog, PanelState } from './state.js';
import { bold, type Role, type Span, type StyledLine, span } from './styled.js';
import { cleanText, fitText } from './text.js';

/** A text as lines that fit the screen. */
export type Wrap = (text: string) => StyledLine[];

/** Entries of the menu that are seen before the one under the cursor. */
const leadingEntries = 6;

export function menuSheet({ text, at }: Dialog & { kind: 'menu' }, wrap: Wrap): Sheet {
  const entries = menuEntries(text);
  const first = Math.max(0, at - leadingEntries);
  const chosen = entries[at];
  const lines = entries.slice(first).map((name, index) => menuLine(name, first + index === at));
  return {
    title: first === 0 ? 'Menu' : `Menu  ${first} above`,
    lines: [
      field('type to search', text, 'Enter chooses'),
      ...(chosen ? wrap(entryOf(chosen).help) : [[span(' nothing is called so', 'missing')]]),
      ...lines,
    ],
    scroll: 0,
    keys: 'Up/Down move  Enter choose  Esc back',
  };
}

function menuLine(name: MenuEntry, isCursor: boolean): StyledLine {
  const { title, group } = entryOf(name);
  return [
    bold(isCursor ? ' > ' : '   ', 'accent'),
    span(fitText(group, 11), 'muted'),
    { text: fitText(title, 30), role: 'text', isBold: isCursor, isInverse: isCursor },
    span(`  ${name}`, 'muted'),
  ];
}

export function formSheet(form: Dialog & { kind: 'form' }, wrap: Wrap): Sheet {
  const { name, ids, texts, at, error } = form;
  const { title, help } = entryOf(name);
  const specs = argumentsOf(name);
  const whom = ids.length === 0 ? '' : ` (${countOf(ids.length)})`;
  const fields = specs.flatMap((spec, index) => fieldOf(spec, texts[index] ?? '', index === at));
  return {
    title: `${title}${whom}`,
    lines: [...wrap(help), ...fields, ...(error === undefined ? [] : wrap(error).map(badLine))],
    scroll: 0,
    keys: specs.length > 1 ? 'Enter done  Up/Down field  Esc back' : 'Enter done  Esc back',
  };
}

function fieldOf(spec: ArgumentSpec, text: string, isCursor: boolean): StyledLine[] {
  const { name, about } = spec;
  const isChoice = choicesOf(spec) !== undefined;
  const empty =
    spec.default === undefined
      ? spec.mayBeMissing
        ? 'empty = none'
        : 'must be given'
      : `empty = ${defaultText(spec)}`;
  const note = isChoice && isCursor ? `${choicesOf(spec)?.join(' ') ?? ''}: space goes through them` : empty;
  const isPath = spec.kind === 'path' && isCursor ? 'Tab looks for it; ' : '';
  const shown = isChoice && text === '' ? defaultText(spec) : text;
  const label = `${isCursor ? '>' : ' '} ${name}`;
  return isCursor
    ? [[span(`   ${cleanText(about)}`, 'muted')], field(label, shown, `${isPath}${note}`)]
    : [[span(` ${label}: `), bold(cleanText(shown)), span(`  ${note}`, 'muted')]];
}

function defaultText({ kind, default: value }: ArgumentSpec): string {
  if (kind === 'flag') return value === true ? 'yes' : 'no';
  return String(value ?? '');
}

export function chooseSheet({ text, error }: Dialog & { kind: 'choose' }, wrap: Wrap): Sheet {
  const help = [
    'Examples: 1-20,35 | wing-* | not ready | low battery | lost | armed | @left and not ready.',
    'Comma adds, "and" narrows, "not" turns round; "selected" is what is selected now.',
  ];
  return {
    title: 'Choose drones',
    lines: [
      ...help.flatMap(wrap),
      field('drones', text, 'Enter selects them'),
      ...(error === undefined ? [] : wrap(error).map(badLine)),
    ],
    scroll: 0,
    keys: 'Enter select  Esc back',
  };
}

/** What failed comes first. */
export function resultsSheet({ lastResults }: PanelState, scroll: number, wrap: Wrap): Sheet {
  const { command = '', results = [] } = lastResults ?? {};
  const leftOut = results.filter((result) => isLeftOut(command, result));
  const failed = results.filter((result) => !result.ok && !leftOut.includes(result));
  const done = results.filter(({ ok }) => ok);
  const lines = [
    ...failed.flatMap((result) => resultLines(result, failedLook, wrap)),
    ...leftOut.flatMap((result) => resultLines(result, leftOutLook, wrap)),
    ...done.flatMap((result) => resultLines(result, doneLook, wrap)),
  ];
  const others = leftOut.length > 0 ? `${leftOut.length} left out, ` : '';
  const empty: StyledLine[] = [[span(' it concerned no drone', 'muted')]];
  return {
    title: `${commandTitle(command)}: ${failed.length} failed, ${others}${done.length} done`,
    lines: lines.length > 0 ? lines : empty,
    scroll,
    keys: 'Esc back  Up/Down scroll',
  };
}

type Look = { readonly sign: string; readonly signRole: Role; readonly role: Role };

const failedLook: Look = { sign: '✗', signRole: 'bad', role: 'bad' };
const leftOutLook: Look = { sign: '·', signRole: 'missing', role: 'missing' };
const doneLook: Look = { sign: '✓', signRole: 'good', role: 'text' };

function resultLines(
  { id, code, message, output }: CommandResult,
  { sign, signRole, role }: Look,
  wrap: Wrap,
): StyledLine[] {
  const how = [code, message].filter((text) => text !== undefined && text !== '').join(': ');
  const lines = wrap(`${id} ${how}`).map((line, index) => [
    span(index === 0 ? ` ${sign}` : '  ', signRole),
    ...line.map((part): Span => ({ ...part, role })),
  ]);
  const outputs = output === undefined ? [] : output.split(/\r?\n/).filter(Boolean);
  return [...lines, ...outputs.flatMap((line) => wrap(`   ${line}`))];
}

function badLine(line: StyledLine): StyledLine {
  return line.map((part): Span => ({ ...part, role: 'bad' }));
}

/** A field that text is typed into. */
export function field(label: string, text: string, note: string): StyledLine {
  return [
    span(` ${label}: `),
    { text: ` ${cleanText(text)}_ `, role: 'accent', isBold: true, isInverse: true },
    span(`  ${cleanText(note)}`, 'muted'),
  ];
}
