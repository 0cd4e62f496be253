/** The alerts of the fleet as they stand: raised, accepted, and what they keep from its start. Knows readings and rules; holds nobody. */
import { RefusedError } from '../../lib/errors.js';
import type { AlertRule } from '../alerts/alert-rule.js';
import {
  type ActiveAlert,
  type AlertEvent,
  type AlertsLook,
  type AlertsState,
  acceptAlert,
  lookAtAlerts,
  noAlerts,
} from '../alerts/alerts.js';
import type { DroneReading } from '../alerts/measures.js';
import type { AlertBody } from '../recorder/record.js';
import type { ShowRun } from '../show-control/show-run.js';

const nothing: Omit<AlertsLook, 'state' | 'events'> = {
  ...{ active: [], wanted: undefined, reasons: [], unwatched: [] },
};

export class AlertWatch {
  readonly #alert: (body: AlertBody) => void;
  #state: AlertsState = noAlerts;
  #look = nothing;

  /** `alert`: told of each that is raised, over, or accepted. */
  constructor(alert: (body: AlertBody) => void) {
    this.#alert = alert;
  }

  /** The strongest action first, then the oldest. */
  get active(): readonly ActiveAlert[] {
    return this.#look.active;
  }

  get unwatched(): readonly string[] {
    return this.#look.unwatched;
  }

  /** Why the fleet is to be held; none when it is not. */
  get holdReasons(): readonly string[] {
    return this.#look.wanted === 'hold_fleet' ? this.#look.reasons : [];
  }

  /** Why no show that flies may be started; undefined when nothing is against it. */
  get startObstacle(): string | undefined {
    const { wanted, reasons } = this.#look;
    if (wanted === undefined || wanted === 'alert') return undefined;
    const names = this.#open.filter(({ action }) => action === wanted);
    const how = names.map(({ name }) => `ctl alert_accept ${name}`).join(', ');
    return `${reasons.join('; ')} (or go on in spite of it: ${how})`;
  }

  /** `nowMs` monotonic. */
  look(rules: readonly AlertRule[], readings: readonly DroneReading[], nowMs: number): void {
    const { state, events, ...look } = lookAtAlerts(rules, this.#state, { readings, nowMs });
    this.#state = state;
    this.#look = look;
    for (const event of events) this.#tell(event);
  }

  /** Counts from the next look on. @throws RefusedError when none of that name is raised. */
  accept(name: string, by: string): void {
    const accepted = acceptAlert(this.#state, name);
    if (accepted === this.#state) {
      const raised = this.active.map((alert) => alert.name).join(', ') || 'none';
      throw new RefusedError('unknown_alert', `no alert "${name.slice(0, 50)}" is raised; raised: ${raised}`);
    }
    this.#state = accepted;
    const text = `alert ${name} was accepted by ${by}`;
    this.#alert({ alert: name, level: 'warning', text, action: 'accepted' });
  }

  /** Somebody goes on in spite of all that holds the fleet now. */
  acceptHolds(by: string): void {
    for (const { name, action } of this.#open) if (action === 'hold_fleet') this.accept(name, by);
  }

  /**
   * Why a countdown is to be called off; none when it may go on. Silent drones that it can do without are left to its
   * point of no return, where it is looked for each.
   */
  whyCalledOff(run: Pick<ShowRun, 'ids' | 'least'>): readonly string[] {
    const holding = this.#open.filter(({ action }) => action !== 'alert');
    const silent = new Set(holding.flatMap(({ measure, drones }) => (measure === 'silence' ? drones : [])));
    const isEnough = run.ids.filter((id) => !silent.has(id)).length >= run.least;
    return holding.filter(({ measure }) => measure !== 'silence' || !isEnough).map(({ text }) => text);
  }

  /** Those that nobody accepted. */
  get #open(): readonly ActiveAlert[] {
    return this.#look.active.filter(({ isAccepted }) => !isAccepted);
  }

  #tell(event: AlertEvent): void {
    if (event.type === 'cleared') {
      this.#alert({ alert: event.name, level: 'info', text: event.text, action: 'cleared' });
      return;
    }
    const { name, level: loudness, text, action, drones } = event.alert;
    const level = loudness === 'alarm' ? 'error' : 'warning';
    const [only] = drones;
    this.#alert({ alert: name, level, text, action, ...(drones.length === 1 && { id: only }) });
  }
}
