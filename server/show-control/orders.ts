/**
 * Orders to single drones that are sent as they are: lights, calibration, place in the show, restarts. Data on what is
 * special about each, and how it is sent; knows no keys, no port, no run's course.
 */
import type { Kwargs } from '../../lib/messaging/index.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { DroneView } from '../snapshot.js';
import type { CommandRunner } from './command-runner.js';
import type { CurrentRun } from './current-run.js';
import { inShow, isArmed, isReceiving, notReady } from './refusals.js';

/** A little more than an autopilot may take to calibrate, ms. */
const maintenanceTimeoutMs = 35_000;

/** A service may take its time to come up again, ms. */
const computerTimeoutMs = 70_000;

type Traits = {
  /** Never to a drone whose show counts down or is on, nor to one that is armed by its last word. */
  readonly isForStanding?: true;
  readonly needs?: 'ready to take off' | 'ready to flip';
  readonly timeoutMs?: number;
  /** An old client knows it as a request alone. */
  readonly isAsked?: boolean;
};

const standing: Traits = { isForStanding: true };

const calibration: Traits = { ...standing, timeoutMs: maintenanceTimeoutMs, isAsked: true };

export const orders = {
  led_test: {},
  led_fill: {},
  takeoff: { needs: 'ready to take off' },
  takeoff_z: { needs: 'ready to take off' },
  flip: { needs: 'ready to flip' },
  calibrate_gyro: calibration,
  calibrate_level: calibration,
  reboot_fcu: { ...standing, timeoutMs: maintenanceTimeoutMs },
  reboot_all: { ...standing, timeoutMs: computerTimeoutMs },
  service_restart: { ...standing, timeoutMs: computerTimeoutMs },
  repair_chrony: { ...standing, timeoutMs: computerTimeoutMs },
  update_repo: { ...standing, timeoutMs: computerTimeoutMs },
  move_start: standing,
  reset_start: standing,
  set_z_to_ground: standing,
  reset_z_offset: standing,
} as const satisfies Readonly<Record<string, Traits>>;

export type Order = keyof typeof orders;

export function isOrder(name: string): name is Order {
  return Object.hasOwn(orders, name);
}

export type OrderParts = {
  readonly commands: CommandRunner;
  readonly current: CurrentRun;
  readonly view: (id: string) => DroneView | undefined;
  readonly isReceiving: (id: string) => boolean;
};

/** One result per id. */
export function giveOrder(
  order: Order,
  { ids, kwargs }: { readonly ids: readonly string[]; readonly kwargs: Kwargs },
  { commands, current, view, isReceiving: receives }: OrderParts,
): Promise<CommandResult[]> {
  const { isForStanding, needs, timeoutMs, isAsked = false }: Traits = orders[order];
  return commands.run(order, ids, (id) => {
    const drone = view(id);
    if (isForStanding && current.isOf([id])) return inShow(current.phase);
    if (isForStanding && drone?.isArmed) return isArmed;
    if (drone && needs === 'ready to take off' && !drone.isReadyToTakeOff) return notReady(drone);
    if (drone && needs === 'ready to flip' && !drone.isReadyToFlip)
      return {
        ok: false,
        code: 'not_ready',
        message: 'it does not hover with a charged battery and a position',
      };
    if (needs === 'ready to take off' && receives(id)) return isReceiving;
    return commands.sendOne(id, order, { kwargs, isAsked, ...(timeoutMs !== undefined && { timeoutMs }) });
  });
}
