/** What is done when, as people read it before a show. Pure: rules in, lines out. */
import { type AlertAction, ruleLine } from '../alerts/alert-rule.js';
import { explainGates } from '../gates/gate.js';
import { explainLossPolicy } from '../loss-policy/loss-policy.js';
import type { OversightSettings } from './settings.js';

/** A line each; `slots`: those that will fly. */
export function policyOf(
  { alerts, gates, losses }: OversightSettings,
  slots: readonly string[],
): readonly string[] {
  const watched = alerts.filter(({ limit }) => limit !== undefined);
  const acting = (what: AlertAction) => watched.filter(({ action }) => action === what);
  return [
    ...(slots.length > 0 ? explainLossPolicy(losses, slots) : []),
    ...explainGates(gates),
    // First what concerns a show that is about to fly.
    ...[...acting('hold_fleet'), ...acting('hold_start')].map(ruleLine),
  ];
}
