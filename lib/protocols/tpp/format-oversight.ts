/** What `starling ctl` prints of alerts, checklist and policy. Values in, lines out: knows no socket, no screen. */
import { printable } from '../../printable.js';
import type { TppJson } from './codec.js';
import { at, shown, table } from './ctl-text.js';
import { isTppObject } from './messages.js';

/** What the fleet is held for, each alert, what nobody watches; then whether the black box writes. */
export function formatAlerts(answer: TppJson): string[] {
  const held = listAt(at(answer, 'held'), 'reasons').map((reason) => `HELD: ${shown(reason)}`);
  const alerts = listAt(answer, 'alerts').map((alert) => {
    const action = at(alert, 'isAccepted') === true ? 'accepted' : shown(at(alert, 'action'));
    return [shown(at(alert, 'name')), shown(at(alert, 'level')), action, shown(at(alert, 'text'))];
  });
  const unwatched = listAt(answer, 'unwatched').map((text) => `not watched: ${shown(text)}`);
  const start =
    typeof at(answer, 'startObstacle') === 'string'
      ? ['no show that flies may be started; to go on in spite of it: ctl alert_accept NAME']
      : [];
  const lost = at(answer, 'recording') === false ? ['the black box does not record'] : [];
  const told = alerts.length === 0 ? ['no alerts'] : table(alerts);
  return [...[...held, ...start, ...lost].map(printable), ...told, ...unwatched.map(printable)];
}

/** A line for each item, with its number. */
export function formatChecklist(answer: TppJson): string[] {
  if (at(answer, 'isAsked') !== true)
    return ['no checklist is asked for: the configuration names none, [CHECKLIST] file'];
  const rows = listAt(answer, 'items').map((item) => {
    const by = at(item, 'by');
    const who = typeof by === 'string' ? `${by}, ${shown(at(item, 'at'))}` : '';
    const section = at(item, 'section');
    const text = shown(at(item, 'text'));
    return [
      shown(at(item, 'number')),
      at(item, 'isTicked') === true ? 'ticked' : 'OPEN',
      typeof section === 'string' && section !== '' ? `${section}: ${text}` : text,
      who,
    ];
  });
  return [`${shown(at(answer, 'ticked'))} of ${shown(at(answer, 'of'))} ticked`, ...table(rows)];
}

export function formatPolicy(answer: TppJson): string[] {
  return listAt(answer, 'lines').map((line) => printable(shown(line)));
}

function listAt(value: TppJson, key: string): TppJson[] {
  const list = isTppObject(value) ? at(value, key) : null;
  return Array.isArray(list) ? list : [];
}
