/** What a drone tells of itself, gathered from its parts. Changes none of them; knows no connection. */
import type { Json } from '../../lib/messaging/index.js';
import type { Drone } from '../client/drone.js';
import { buildTelemetry } from '../client/telemetry.js';
import type { HostHealth } from '../failsafe/host-health.js';
import type { WindEstimate } from '../wind/wind-estimator.js';

/** What is measured beside the vehicle's state. */
export type Measured = { readonly wind: WindEstimate | undefined; readonly host: HostHealth | undefined };

/** The telemetry dictionary of this moment. */
export function droneTelemetry(
  drone: Omit<Drone, 'telemetry'>,
  measured: Measured,
): ReturnType<typeof buildTelemetry> {
  const { version, config, shows, authorization, vehicle, player, led, clock, frame, guard } = drone;
  return buildTelemetry({
    version,
    configName: config.getString('config_name'),
    configVersion: config.getString('config_version'),
    animation: { id: shows.id, state: shows.state },
    showDigest: shows.digest,
    authorization: authorization.telemetry(clock.monotonicMs(), shows.digest),
    start: plannedStart(drone),
    clockQuality: drone.showClock.quality,
    clockOffsetMs: player.clockOffsetMs ?? 0,
    startPosition: shows.startPosition(vehicle.state),
    vehicle: vehicle.state,
    frame,
    ...measured,
    problems: guard.problems,
    failsafe: guard.state,
    nowMs: clock.monotonicMs(),
    lastTask: player.lastTask,
    led: led.color,
    utcMs: clock.utcMs(),
  });
}

function plannedStart({ player: { plannedStart: planned } }: Pick<Drone, 'player'>): Json {
  return planned ? [planned.startS, planned.digest ?? null] : [];
}
