/** What the sheet of alerts and policy lists, entry by entry: the same for its keys and its drawing. Pure. */
import type { ActiveAlert } from '../alerts/alerts.js';
import type { ServerSnapshot } from '../snapshot.js';
import { isHoldingFleet, loudestFirst } from './oversight-facts.js';
import type { Role } from './styled.js';

/** `alert`: it is one, and can be accepted. */
export type OversightEntry = {
  readonly section: string;
  readonly text: string;
  readonly role: Role;
  readonly alert?: ActiveAlert;
};

/** Empty where nobody watches. */
export function oversightEntries({ oversight }: ServerSnapshot): readonly OversightEntry[] {
  if (!oversight) return [];
  const { held, alerts, unwatched, policy, isRecording } = oversight;
  const isAmongAlerts = held?.what === 'alert' && alerts.some(isHoldingFleet);
  const none: OversightEntry[] =
    alerts.length > 0 ? [] : [{ section: 'Alerts', text: 'none is raised', role: 'good' }];
  return [
    ...textsIn('The fleet is held for', isAmongAlerts ? [] : (held?.reasons ?? []), 'bad'),
    ...loudestFirst(alerts).map((alert): OversightEntry => {
      const role = alert.isAccepted ? 'muted' : alert.level === 'alarm' ? 'bad' : 'missing';
      return { section: 'Alerts', text: alert.text, role, alert };
    }),
    ...none,
    ...textsIn('Black box', isRecording === false ? [notRecorded] : [], 'bad'),
    ...textsIn('Not watched', unwatched, 'missing'),
    ...textsIn('What is done by itself', policy, 'text'),
  ];
}

const notRecorded = 'nothing is recorded any more: L shows why; the show goes on without it';

function textsIn(section: string, texts: readonly string[], role: Role): OversightEntry[] {
  return texts.map((text) => ({ section, text, role }));
}
