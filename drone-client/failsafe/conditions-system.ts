/** The watchdog's conditions on battery, server, pilot and autopilot. Each looks at one moment; none acts or remembers. */
import { type Condition, type ConditionInput, type Finding, isInFlight, isOurFlight } from './condition.js';
import type { BatteryRule, Rule } from './settings.js';
import type { FlightSituation } from './situation.js';

/** Nobody may stay in the offboard mode without setpoints for longer. Source: clever-show's watchdog, 3 s. */
const idleDelayS = 3;

/** Who has sent a setpoint within this time is still sending them, ms: a launch does before it asks for the motors. */
const streamMaxAgeMs = 1000;

export const systemConditions: readonly Condition[] = [
  { id: 'battery_low', find: lowBattery('batteryLow', 'low'), rule: ({ batteryLow }) => batteryLow },
  {
    id: 'battery_critical',
    find: lowBattery('batteryCritical', 'critical'),
    rule: ({ batteryCritical }) => batteryCritical,
  },
  { id: 'battery_short', find: findBatteryShort, rule: ({ batteryShort }) => batteryShort },
  { id: 'server_lost', find: findServerLost, rule: ({ serverLost }) => serverLost },
  { id: 'pilot_takeover', find: findTakeover, rule: ({ takeover }) => takeover },
  { id: 'offboard_refused', find: findNotFollowing, rule: ({ notFollowing }) => notFollowing },
  { id: 'offboard_idle', find: findIdle, rule: idleRule, isForStanding: true, repeatMs: idleDelayS * 1000 },
  {
    id: 'autopilot_failsafe',
    find: findAutopilotFailsafe,
    // It acts already, and knows more: who orders something else fights it.
    rule: () => ({ delayS: 0, action: 'report' }),
  },
  { id: 'autopilot_lost', find: findAutopilotLost, rule: ({ autopilotLost }) => autopilotLost },
];

function lowBattery(key: 'batteryLow' | 'batteryCritical', word: string): Condition['find'] {
  return ({ situation, settings }) => {
    if (!isOurFlight(situation) || !isInFlight(situation)) return undefined;
    return findLow(situation, settings[key], word);
  };
}

function findLow({ vehicle }: FlightSituation, rule: BatteryRule, word: string): Finding | undefined {
  const { fraction, cellVoltageV } = vehicle.battery ?? {};
  const { minFraction, minCellV } = rule;
  const parts: string[] = [];
  if (minFraction !== undefined && fraction !== undefined && fraction < minFraction)
    parts.push(`${percent(fraction)} left (limit ${percent(minFraction)})`);
  if (minCellV !== undefined && cellVoltageV !== undefined && cellVoltageV < minCellV)
    parts.push(`${cellVoltageV.toFixed(2)} V a cell (limit ${minCellV} V)`);
  if (parts.length === 0) return undefined;
  const numbers = {
    ...(fraction !== undefined && { fraction }),
    ...(cellVoltageV !== undefined && { cellVoltageV }),
  };
  return { text: `the battery is ${word}: ${parts.join(', ')}`, numbers };
}

/** At the planned touch-down less than the reserve will be left. */
function findBatteryShort({ situation, settings, forecast }: ConditionInput): Finding | undefined {
  const { remainingFlightS } = situation;
  const { reserveFraction } = settings.batteryShort;
  if (reserveFraction === undefined || remainingFlightS === undefined) return undefined;
  if (!isOurFlight(situation) || !isInFlight(situation)) return undefined;
  const leftFraction = forecast.leftAfter(remainingFlightS);
  if (leftFraction === undefined || leftFraction >= reserveFraction) return undefined;
  const what =
    leftFraction > 0
      ? `leaves ${percent(leftFraction)} at the planned touch-down`
      : 'does not last until touch-down';
  const text = `the battery ${what} in ${remainingFlightS.toFixed(0)} s (reserve ${percent(reserveFraction)})`;
  return { text, numbers: { leftFraction, reserveFraction, remainingFlightS } };
}

function findServerLost({ situation }: ConditionInput): Finding | undefined {
  const { server, nowMs } = situation;
  if (server.isConnected || !isOurFlight(situation) || !isInFlight(situation)) return undefined;
  if (server.lostSinceMs === undefined) return { text: 'flying without a server', numbers: {} };
  const lostForS = (nowMs - server.lostSinceMs) / 1000;
  return { text: `the server is lost for ${lostForS.toFixed(1)} s`, numbers: { lostForS } };
}

/** Sticks in any case; another mode only when ours was followed before and the autopilot has no trouble of its own. */
function findTakeover({ situation, hasFollowed }: ConditionInput): Finding | undefined {
  const { vehicle, isOffboardExpected, isLanding } = situation;
  if (!isOurFlight(situation) || vehicle.role === undefined) return undefined;
  const isForeign =
    hasFollowed && isOffboardExpected && !isLanding && vehicle.role !== 'offboard' && !hasTrouble(situation);
  if (vehicle.role !== 'manual' && !isForeign) return undefined;
  return { text: `a pilot took over in mode ${vehicle.mode}: the drone is left to the pilot`, numbers: {} };
}

function hasTrouble({ vehicle: { systemStatus } }: FlightSituation): boolean {
  return systemStatus === 'CRITICAL' || systemStatus === 'EMERGENCY';
}

/** Asked for and streamed to, and never in that mode since it was armed. */
function findNotFollowing({ situation, settings, hasFollowed }: ConditionInput): Finding | undefined {
  const { vehicle, isOurs, isOffboardExpected, isLanding, setpoint } = situation;
  if (!isOurs || !vehicle.connected || !isOffboardExpected || isLanding || hasFollowed || !setpoint)
    return undefined;
  if (vehicle.role === 'offboard' || vehicle.role === 'manual') return undefined;
  const { delayS } = settings.notFollowing;
  const text = `the autopilot does not follow us: mode ${vehicle.mode ?? 'unknown'} (limit ${delayS} s), check its parameters`;
  return { text, numbers: { delayS } };
}

/** In the offboard mode without anybody who flies it: it would lift off for whoever streams. */
function findIdle({ situation }: ConditionInput): Finding | undefined {
  const { vehicle, isOffboardExpected, isLanding, isOurs, setpoint, nowMs } = situation;
  if (!vehicle.connected || vehicle.role !== 'offboard' || isOffboardExpected || isLanding) return undefined;
  if (setpoint && nowMs - setpoint.sentMs <= streamMaxAgeMs) return undefined;
  if (vehicle.armed && !(isOurs && vehicle.landed === 'on_ground')) return undefined;
  const motors = vehicle.armed ? 'armed on the ground' : 'disarmed';
  const text = `${motors} in mode ${vehicle.mode} without setpoints for ${idleDelayS} s: leaving the mode`;
  return { text, numbers: { delayS: idleDelayS } };
}

/** Standing motors: a hover mode, which can be armed in again. Running ones: the landing mode, which stops them. */
function idleRule(_: unknown, { vehicle }: FlightSituation): Rule {
  return { delayS: idleDelayS, action: vehicle.armed ? 'land' : 'hold' };
}

function findAutopilotFailsafe({ situation }: ConditionInput): Finding | undefined {
  const { vehicle } = situation;
  if (!vehicle.connected || !vehicle.armed || !hasTrouble(situation)) return undefined;
  return {
    text: `the autopilot's own failsafe acts: ${vehicle.systemStatus}, mode ${vehicle.mode}`,
    numbers: {},
  };
}

function findAutopilotLost({ situation }: ConditionInput): Finding | undefined {
  if (situation.vehicle.connected || !isOurFlight(situation)) return undefined;
  return {
    text: 'the autopilot is not heard for 5 s: its own loss-of-offboard action must end the flight',
    numbers: {},
  };
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(0)} %`;
}
