/** How alerts, policy and checklist look as lists with a cursor. Knows no keys' deeds. */
import type { ServerSnapshot } from '../snapshot.js';
import { formatDuration, formatUtc } from './format.js';
import { type Block, windowed } from './list-window.js';
import { type OversightEntry, oversightEntries } from './oversight-entries.js';
import { type ChecklistItemView, checklistOf, isHolding, tickOf } from './oversight-facts.js';
import type { OversightDialog } from './reduce-oversight.js';
import type { Sheet } from './sheet.js';
import type { PanelState } from './state.js';
import { bold, lineWidth, type Role, type Span, type StyledLine, span } from './styled.js';
import { cleanText, displayWidth, fitText, wrapText } from './text.js';
import { alertLook } from './view-alerts.js';
import { viewMessage } from './view-message.js';

/** `room`: lines that are seen below the title. */
type Place = { readonly snapshot: ServerSnapshot; readonly columns: number; readonly room: number };

export function oversightSheet(dialog: OversightDialog, state: PanelState, place: Place): Sheet {
  const message = viewMessage(state, place.snapshot);
  const head = message.length > 0 ? [message] : [];
  const { title, blocks, keys } = dialog.kind === 'alerts' ? alerts(dialog, place) : checklist(dialog, place);
  const { lines, above, below } = windowed(blocks, dialog.at, place.room - head.length);
  const out = [...(above > 0 ? [`${above} above`] : []), ...(below > 0 ? [`${below} below`] : [])].join(', ');
  return { title: out === '' ? title : `${title}  ${out}`, lines: [...head, ...lines], scroll: 0, keys };
}

type List = { readonly title: string; readonly blocks: readonly Block[]; readonly keys: string };

function alerts({ at }: OversightDialog, { snapshot, columns }: Place): List {
  const entries = oversightEntries(snapshot);
  const chosen = entries[at]?.alert;
  const canAccept = chosen !== undefined && isHolding(chosen);
  return {
    title: 'Alerts and policy',
    blocks: entries.map((entry, index) => ({
      section: entry.section,
      lines: entryLines(entry, index === at, { snapshot, columns }),
    })),
    keys: `${canAccept ? 'Enter go on in spite of it  ' : ''}Up/Down  Esc back`,
  };
}

function entryLines(
  { text, role, alert }: OversightEntry,
  isCursor: boolean,
  { snapshot, columns }: Omit<Place, 'room'>,
): StyledLine[] {
  const lines = wrapText(cleanText(text), Math.max(8, columns - 5)).map((line): Span[] => [span(line, role)]);
  const [first = [], ...rest] = alert ? [aboutAlert(alert, snapshot), ...lines] : lines;
  return [
    [bold(isCursor ? ' > ' : '   ', 'accent'), ...first],
    ...rest.map((line) => [span('   '), ...line]),
  ];
}

/** What is done for it, and how long it is on. */
function aboutAlert(alert: NonNullable<OversightEntry['alert']>, { monotonicMs }: ServerSnapshot): Span[] {
  const { name, action, sinceMs, isAccepted } = alert;
  const { word, role } = alertLook(alert);
  const deed = isAccepted ? 'nothing is held for it any more' : actionWords[action];
  const since = formatDuration((monotonicMs - sinceMs) / 1000);
  return [bold(` ${word} `, role), bold(` ${cleanText(name)}`), span(` for ${since}: ${deed}`)];
}

const actionWords = {
  alert: 'it is told, nothing is held',
  hold_start: 'no show is started',
  hold_fleet: 'the fleet is held, no show is started',
} as const;

function checklist({ at }: OversightDialog, { snapshot, columns }: Place): List {
  const list = checklistOf(snapshot);
  const { items = [], standing } = list ?? {};
  const open = standing?.missing.length ?? 0;
  const title = open === 0 ? 'Checklist: complete' : `Checklist: ${open} of ${items.length} open`;
  return {
    title,
    blocks: items.map((item, index) => ({
      section: item.section,
      lines: list
        ? itemLines(item, { number: index + 1, isCursor: index === at, tick: tickOf(item, list), columns })
        : [],
    })),
    keys: 'Space tick/untick  Tab next open  Up/Down  Esc back',
  };
}

const tickLooks = {
  ticked: { mark: '✓', role: 'good' },
  open: { mark: '·', role: 'accent' },
  stale: { mark: '!', role: 'missing' },
} as const satisfies Readonly<Record<string, { readonly mark: string; readonly role: Role }>>;

/** Widest note of who ticked it, columns. */
const maxNote = 28;

type ItemLook = {
  readonly number: number;
  readonly isCursor: boolean;
  readonly tick: keyof typeof tickLooks;
  readonly columns: number;
};

function itemLines({ text, tick }: ChecklistItemView, look: ItemLook): StyledLine[] {
  const { mark, role } = tickLooks[look.tick];
  const note = tick === undefined ? '' : tickNote(tick, look.tick);
  const head = [bold(look.isCursor ? ' > ' : '   ', 'accent'), bold(mark, role)];
  const number = ` ${String(look.number).padStart(3)} `;
  const indent = lineWidth(head) + number.length;
  const room = Math.max(8, look.columns - indent - displayWidth(note) - 2);
  const [first = '', ...rest] = wrapText(cleanText(text), room);
  const isOpen = look.tick !== 'ticked';
  const styled = (line: string): Span => ({
    text: line,
    role: 'text',
    isBold: isOpen,
    isInverse: look.isCursor,
  });
  const gap = ' '.repeat(Math.max(1, room - displayWidth(first) + 1));
  return [
    [
      ...head,
      span(number, 'muted'),
      styled(first),
      ...(note === '' ? [] : [span(`${gap}${note}`, isOpen ? 'missing' : 'muted')]),
    ],
    ...rest.map((line) => [span(' '.repeat(indent)), styled(line)]),
  ];
}

function tickNote({ by, atUtcMs }: NonNullable<ChecklistItemView['tick']>, how: ItemLook['tick']): string {
  const time = `${formatUtc(atUtcMs)}${how === 'stale' ? ', too old' : ''}`;
  const name = cleanText(by);
  return `${fitText(name, Math.min(displayWidth(name), Math.max(4, maxNote - time.length)))} ${time}`;
}
