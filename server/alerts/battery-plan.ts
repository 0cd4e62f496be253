/** What a battery should hold at each moment of a flight that ends with its reserve. Pure arithmetic; knows no drone. */

/** Charges 0…1 of a full battery; times from take-off, s. */
export type BatteryPlan = {
  readonly atTakeoff: number;
  /** To be left at touch-down. */
  readonly reserve: number;
  readonly flightS: number;
};

/** Used up evenly from the take-off on; the reserve from the planned touch-down on. */
export function plannedCharge({ atTakeoff, reserve, flightS }: BatteryPlan, flownS: number): number {
  const share = flightS > 0 ? Math.min(1, Math.max(0, flownS / flightS)) : 1;
  return atTakeoff - (atTakeoff - reserve) * share;
}

/** How much less than planned it holds, 0…1; 0 for more. A battery that began below the reserve is short from the start. */
export function batteryShort(plan: BatteryPlan, flownS: number, charge: number): number {
  return Math.max(0, Math.max(plannedCharge(plan, flownS), plan.reserve) - charge);
}
