/** What the control port says of alerts, policy and checklist: the oversight's view in the shapes of the control protocol. Pure. */
import type {
  AlertsAnswer,
  ChecklistAnswer,
  PolicyAnswer,
} from '../../../lib/protocols/tpp/oversight-protocol.js';
import type { ServerSnapshot } from '../../snapshot.js';

export function alertsAnswer({ oversight, monotonicMs }: ServerSnapshot): AlertsAnswer {
  const { alerts = [], held, startObstacle, unwatched = [], isRecording } = oversight ?? {};
  return {
    alerts: alerts.map(({ name, level, action, sinceMs, drones, of, isAccepted, text }) => ({
      ...{ name, level, action, sinceS: Math.max(0, monotonicMs - sinceMs) / 1000 },
      ...{ drones: [...drones], of, isAccepted, text },
    })),
    held: held
      ? { what: held.what, reasons: [...held.reasons], at: new Date(held.sinceUtcMs).toISOString() }
      : null,
    startObstacle: startObstacle ?? null,
    unwatched: [...unwatched],
    recording: isRecording ?? null,
  };
}

export function checklistAnswer({ oversight }: ServerSnapshot): ChecklistAnswer {
  const { checklist } = oversight ?? {};
  if (!checklist) return { isAsked: false, ticked: 0, of: 0, items: [] };
  const { standing, items } = checklist;
  const { ticked, of, missing } = standing;
  const open = new Set(missing.map(({ item }) => item.id));
  return {
    ...{ isAsked: true, ticked, of },
    items: items.map(({ id, section, text, tick }, index) => ({
      ...{ number: index + 1, section, text, isTicked: !open.has(id) },
      by: tick?.by ?? null,
      at: tick ? new Date(tick.atUtcMs).toISOString() : null,
    })),
  };
}

export function policyAnswer({ oversight }: ServerSnapshot): PolicyAnswer {
  return { lines: [...(oversight?.policy ?? [])] };
}
