/** What the panel has to know of the server's oversight: the loudest alerts, what holds a start, what is open. No drawing. */
import type { ActiveAlert } from '../alerts/alerts.js';
import type { ChecklistRecord } from '../checklist/checklist.js';
import type { OversightView } from '../oversight/oversight-view.js';
import type { ServerSnapshot } from '../snapshot.js';

export function alertsOf({ oversight }: Pick<ServerSnapshot, 'oversight'>): readonly ActiveAlert[] {
  return oversight?.alerts ?? [];
}

/** Those that nobody accepted first, of these the alarms; else as the server orders them. */
export function loudestFirst(alerts: readonly ActiveAlert[]): readonly ActiveAlert[] {
  const rank = ({ isAccepted, level }: ActiveAlert) => (isAccepted ? 2 : level === 'alarm' ? 0 : 1);
  return [...alerts].sort((a, b) => rank(a) - rank(b));
}

/** It keeps a show from its start, or holds the fleet, until it is over or somebody accepts it. */
export function isHolding({ action, isAccepted }: ActiveAlert): boolean {
  return action !== 'alert' && !isAccepted;
}

/** The fleet is held for it. */
export function isHoldingFleet(alert: ActiveAlert): boolean {
  return alert.action === 'hold_fleet' && isHolding(alert);
}

/** Why no show that flies may be started now, in a sentence; undefined when nothing is against it. */
export function startHeldBy(snapshot: ServerSnapshot): string | undefined {
  const obstacle = snapshot.oversight?.startObstacle;
  if (obstacle === undefined) return undefined;
  const names = alertsOf(snapshot)
    .filter(isHolding)
    .map(({ name }) => name);
  if (names.length === 0) return obstacle;
  const who = names.length === 1 ? `alert ${names[0]} holds` : `alerts ${names.join(', ')} hold`;
  return `${who} the start: ! shows it, or goes on in spite of it`;
}

export type ChecklistItemView = ChecklistRecord[number];

export function checklistOf({ oversight }: ServerSnapshot): OversightView['checklist'] {
  return oversight?.checklist;
}

/** Why nothing that flies may be authorized: items are open; undefined when there is no list, or it is complete. */
export function openItemsText(snapshot: ServerSnapshot): string | undefined {
  return checklistOf(snapshot)?.standing.text;
}

/** `6 of 9 items of the checklist are open`. */
export function openItemsCount(snapshot: ServerSnapshot): string | undefined {
  const standing = checklistOf(snapshot)?.standing;
  if (!standing || standing.isComplete) return undefined;
  return `${standing.missing.length} of ${standing.of} items of the checklist are open`;
}

/** Whether an item has no tick, one that is too old, or one that counts. */
export function tickOf(
  { id }: ChecklistItemView,
  { standing }: NonNullable<OversightView['checklist']>,
): 'ticked' | 'open' | 'stale' {
  return standing.missing.find(({ item }) => item.id === id)?.why ?? 'ticked';
}
