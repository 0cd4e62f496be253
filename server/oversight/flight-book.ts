/** Since when each drone is in the air, and with how much it took off: what its battery is held against. Knows records. */
import type { BatteryPlan } from '../alerts/battery-plan.js';
import type { DroneRecord } from '../fleet/drone-record.js';
import { isArmed, numberAt } from '../fleet/telemetry.js';

type TakenOff = { readonly atMs: number; readonly charge: number };

export class FlightBook {
  readonly #flights = new Map<string, TakenOff>();

  /** `nowMs` monotonic: call it often, a take-off is not dated better than that. */
  look(records: readonly DroneRecord[], nowMs: number): void {
    for (const { id, telemetry, telemetryAtMs } of records) {
      const isFlying = isArmed(telemetry) && telemetry.landed !== 'on_ground';
      const charge = numberAt(telemetry.battery, 1);
      if (!isFlying) this.#flights.delete(id);
      else if (!this.#flights.has(id) && Number.isFinite(charge))
        this.#flights.set(id, { atMs: telemetryAtMs ?? nowMs, charge });
    }
  }

  forget(id: string): void {
    this.#flights.delete(id);
  }

  /** What its battery should hold, and how long it was in the air at `atMs`; undefined on the ground. */
  batteryOf(
    id: string,
    { flightS, reserve, atMs }: { readonly flightS: number; readonly reserve: number; readonly atMs: number },
  ): { readonly plan: BatteryPlan; readonly flownS: number } | undefined {
    const flight = this.#flights.get(id);
    if (!flight) return undefined;
    const plan = { atTakeoff: flight.charge, reserve, flightS };
    return { plan, flownS: Math.max(0, atMs - flight.atMs) / 1000 };
  }
}
