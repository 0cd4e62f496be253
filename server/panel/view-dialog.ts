/** What lies over the lower part of the screen: help, questions, notices. Knows how they look, not what keys do. */
import { operations } from '../../lib/operations/catalogue.js';
import type { DroneView, ServerSnapshot } from '../snapshot.js';
import { nameOf } from './config-dialog.js';
import { refusalOf, wordOf } from './dialogs.js';
import { droneFacts } from './facts.js';
import { countOf, nameSome } from './format.js';
import { acceptedAlert, type OversightDialog } from './reduce-oversight.js';
import type { TableDialog } from './reduce-table.js';
import type { Sheet } from './sheet.js';
import type { Allowed, Confirmation, Dialog, PanelState } from './state.js';
import { bold, rule, type Span, type StyledLine, span } from './styled.js';
import { cleanText, wrapText } from './text.js';
import { authorizeSheet } from './view-authorize.js';
import { browseSheet } from './view-browse.js';
import { chooseSheet, field, formSheet, menuSheet, resultsSheet, type Wrap } from './view-forms.js';
import { helpLines, replayHelp } from './view-help.js';
import { acceptQuestion, policyLines } from './view-policy.js';
import { updateSheet } from './view-update.js';
import { visualLandSheet } from './view-visual-land.js';

/** What a start does, as it is authorized. */
const scopeTexts = {
  live: 'Live: motors run and the drones fly.',
  lights: 'Its lights alone: nothing arms.',
};

const readingKeys = 'Esc back  Up/Down scroll';

const overSheet: Sheet = {
  title: 'Visual land',
  lines: [[span(' the search is over')]],
  scroll: 0,
  keys: 'Enter or Esc back',
};

/** `room`: lines below the title. */
type Place = { readonly snapshot: ServerSnapshot; readonly columns: number; readonly room: number };

export function sheetOf(
  dialog: Exclude<Dialog, TableDialog | OversightDialog | { kind: 'config' }>,
  state: PanelState,
  { snapshot, columns, room }: Place,
): Sheet {
  const wrap = wrapTo(columns - 2);
  switch (dialog.kind) {
    case 'help':
      return {
        title: 'Keys',
        lines: snapshot.replay ? replayHelp(columns) : helpLines(columns),
        scroll: dialog.scroll,
        keys: readingKeys,
      };
    case 'notice':
      return {
        title: dialog.title,
        lines: dialog.lines.flatMap(wrap),
        scroll: dialog.scroll,
        keys: readingKeys,
      };
    case 'details':
      return detailsSheet(dialog, snapshot, columns);
    case 'asking':
      return {
        title: 'Configuration',
        lines: wrap(`Waiting for the configuration of ${nameOf(dialog.of)}.`),
        scroll: 0,
        keys: 'Esc back',
      };
    case 'browse':
      return browseSheet(dialog, wrap);
    case 'visualLand':
      return snapshot.visualLand ? visualLandSheet(snapshot.visualLand, columns) : overSheet;
    case 'menu':
      return menuSheet(dialog, wrap);
    case 'form':
      return formSheet(dialog, wrap);
    case 'choose':
      return chooseSheet(dialog, wrap);
    case 'results':
      return resultsSheet(state, dialog.scroll, wrapTo(columns - 4));
    case 'update':
      return updateSheet(snapshot.update, dialog.scroll, wrap);
    case 'authorize':
      return authorizeSheet(dialog, snapshot, wrap);
    case 'word':
      return wordSheet(dialog, snapshot, wrap);
    case 'confirm':
      return confirmSheet(dialog.confirmation, { snapshot, columns, room });
  }
}

function wrapTo(columns: number): Wrap {
  return (text) => wrapText(cleanText(text), columns).map((line) => [span(` ${line}`)]);
}

/** The sheet in at most `lines` lines, its rule included; what does not fit can be scrolled to. */
export function viewSheet(sheet: Sheet, columns: number, lines: number): StyledLine[] {
  const room = Math.max(0, Math.min(lines - 1, sheet.lines.length));
  const top = Math.max(0, Math.min(sheet.scroll, sheet.lines.length - room));
  const more = sheet.lines.length - top - room;
  const title = [
    bold(sheet.title, 'accent'),
    ...(more > 0 ? [span(`  ${more} more lines below`, 'missing')] : []),
  ];
  return [rule(title, columns), ...sheet.lines.slice(top, top + room)].slice(0, lines);
}

function detailsSheet(
  dialog: Dialog & { kind: 'details' },
  snapshot: ServerSnapshot,
  columns: number,
): Sheet {
  const drone = snapshot.drones.find(({ record }) => record.id === dialog.droneId);
  const lines = drone ? droneFacts(drone, snapshot, columns) : [[span(' it has left the table', 'missing')]];
  return { title: cleanText(dialog.droneId), lines, scroll: dialog.scroll, keys: readingKeys };
}

function wordSheet(
  { name, ids, text }: Dialog & { kind: 'word' },
  snapshot: ServerSnapshot,
  wrap: Wrap,
): Sheet {
  const armed = among(ids, snapshot).filter(({ isArmed }) => isArmed);
  const danger = armed.length > 0 ? `ARMED now: ${nameSome(idsOf(armed), 6)}.` : 'None of them is armed now.';
  const lines = [
    ...wrap(`${operations[name].help} ${countOf(ids.length)}: ${nameSome(ids, 6)}.`),
    ...wrap(danger).map((line) =>
      line.map((part): Span => ({ ...part, role: armed.length > 0 ? 'bad' : 'text', isBold: true })),
    ),
    field(`type ${wordOf(name) ?? ''}`, text, 'then Enter'),
  ];
  return { title: operations[name].title, lines, scroll: 0, keys: 'Esc back' };
}

function confirmSheet(confirmation: Confirmation, { snapshot, columns, room }: Place): Sheet {
  const wrap = wrapTo(columns - 2);
  const { title, texts, isDanger } = question(confirmation, snapshot);
  const refusal = refusalOf(confirmation, snapshot);
  const body = texts
    .flatMap(wrap)
    .map((line) => (isDanger ? line.map((part): Span => ({ ...part, role: 'bad' })) : line));
  const answer: StyledLine[] = refusal
    ? [[bold(' Not possible any more:', 'bad')], ...refusal.flatMap(wrap)]
    : [[span(' Press '), bold('y', 'accent'), span(' for yes. Enter, n or Esc: no.')]];
  const left = room - body.length - answer.length;
  const policy = isLiveStart(confirmation) ? policyLines(snapshot, { columns, room: left }) : [];
  const keys = [refusal ? 'Esc back' : 'y yes  Esc no', ...(policy.length > 0 ? ['! policy'] : [])].join(
    '  ',
  );
  return { title, lines: [...body, ...policy, ...answer], scroll: 0, keys };
}

function isLiveStart(confirmation: Confirmation): boolean {
  const { what } = confirmation;
  return what === 'operate' && confirmation.name === 'start' && confirmation.allowed?.scope !== 'lights';
}

type Question = { readonly title: string; readonly texts: readonly string[]; readonly isDanger: boolean };

function question(confirmation: Confirmation, snapshot: ServerSnapshot): Question {
  switch (confirmation.what) {
    case 'operate':
      return operationQuestion(confirmation, snapshot);
    case 'quit':
      return quitQuestion(snapshot);
  }
}

function operationQuestion(
  { name, ids, given, allowed }: Confirmation & { what: 'operate' },
  snapshot: ServerSnapshot,
): Question {
  if (name === 'start') return startQuestion({ ids, delayS: Number(given.delay), allowed }, snapshot);
  if (name === 'remove') return removeQuestion(ids, snapshot);
  const alert = name === 'alert_accept' ? acceptedAlert({ given }, snapshot) : undefined;
  if (alert) return acceptQuestion(alert);
  const how = Object.entries(given).map(([argument, value]) => `${argument} ${value}`);
  const whom = ids.length === 0 ? '' : ` ${countOf(ids.length)}: ${nameSome(ids, 8)}.`;
  const isFlying = operations[name].gate !== undefined;
  return {
    title: `${operations[name].title}${isFlying ? ': is everybody clear of the drones?' : '?'}`,
    texts: [`${operations[name].help}${whom}`, ...(how.length > 0 ? [how.join(', ')] : [])],
    isDanger: false,
  };
}

type StartAsked = {
  readonly ids: readonly string[];
  readonly delayS: number;
  readonly allowed: Allowed | undefined;
};

function startQuestion({ ids, delayS, allowed }: StartAsked, snapshot: ServerSnapshot): Question {
  const left = snapshot.drones.length - ids.length;
  const others = left > 0 ? [`${countOf(left)} in the table not selected: not part of the show.`] : [];
  const what = `Start ${snapshot.show?.name ?? 'the show on the drones'} in ${delayS} s with ${countOf(ids.length)}: ${nameSome(ids, 8)}.`;
  const scope = allowed && [scopeTexts[allowed.scope]];
  return {
    title: 'Start: is everybody clear of the drones?',
    texts: [what, ...(scope ?? []), ...others],
    isDanger: false,
  };
}

function removeQuestion(ids: readonly string[], snapshot: ServerSnapshot): Question {
  const armed = among(ids, snapshot).filter(({ isArmed }) => isArmed);
  const text = `ARMED when lost, maybe still flying: ${nameSome(idsOf(armed), 6)}. Forget ${countOf(ids.length)}?`;
  return { title: 'Remove from the table', texts: [text], isDanger: true };
}

function quitQuestion({ drones }: ServerSnapshot): Question {
  const armed = drones.filter(({ isArmed }) => isArmed);
  if (armed.length === 0)
    return { title: 'Quit', texts: ['End the server? No drone is armed.'], isDanger: false };
  const texts = [
    `${countOf(armed.length)} ARMED: ${nameSome(idsOf(armed), 8)}.`,
    'Without the server they go on with the show or hold, each by its own link-loss rule; nobody can land them from here. Land them first: ^X.',
  ];
  return { title: 'Quit while drones fly?', texts, isDanger: true };
}

function among(ids: readonly string[], { drones }: ServerSnapshot): DroneView[] {
  const wanted = new Set(ids);
  return drones.filter(({ record }) => wanted.has(record.id));
}

function idsOf(drones: readonly DroneView[]): string[] {
  return drones.map(({ record }) => record.id);
}
