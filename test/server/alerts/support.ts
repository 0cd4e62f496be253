/** Fleets of made-up readings; for tests alone. */
import type { AlertRule } from '../../../server/alerts/alert-rule.js';
import {
  type ActiveAlert,
  type AlertEvent,
  type AlertsLook,
  type AlertsState,
  lookAtAlerts,
  noAlerts,
} from '../../../server/alerts/alerts.js';
import type { DroneReading } from '../../../server/alerts/measures.js';

export const windRule: AlertRule = {
  name: 'wind',
  measure: 'wind',
  limit: 8,
  clear: 7,
  afterS: 5,
  clearAfterS: 20,
  drones: '1',
  level: 'alarm',
  action: 'hold_fleet',
};

/** A drone in the air for each wind; undefined: it does not tell. */
export function inWind(...winds: readonly (number | undefined)[]): DroneReading[] {
  return winds.map((windMPerS, index) => ({
    id: `drone-${index + 1}`,
    isFlying: true,
    ...(windMPerS !== undefined && { windMPerS }),
  }));
}

/** Looks once a second. */
export class Watch {
  readonly #rules: readonly AlertRule[];
  state: AlertsState = noAlerts;
  nowMs = 1_000_000;
  readonly events: AlertEvent[] = [];
  look: AlertsLook | undefined;

  constructor(...rules: readonly AlertRule[]) {
    this.#rules = rules;
  }

  see(readings: readonly DroneReading[], forS = 1): AlertsLook {
    let look = lookAtAlerts(this.#rules, this.state, { readings, nowMs: this.nowMs });
    for (let i = 0; ; i += 1) {
      this.state = look.state;
      this.events.push(...look.events);
      this.nowMs += 1000;
      if (i + 1 >= forS) break;
      look = lookAtAlerts(this.#rules, this.state, { readings, nowMs: this.nowMs });
    }
    this.look = look;
    return look;
  }

  /** The alert that is active and wants most. */
  get first(): ActiveAlert | undefined {
    return this.look?.active[0];
  }

  get told(): string[] {
    return this.events.map(({ type }) => type);
  }
}
