/** One instant of a flight for its record, read from the drone's parts. Pure: changes nothing. */
import type { FlightSample } from '../flight-log/flight-sample.js';
import type { Drone } from './drone.js';

type Source = Pick<Drone, 'clock' | 'vehicle' | 'player' | 'led' | 'guard' | 'link'>;

export function flightSample({ clock, vehicle, player, led, guard, link }: Source): FlightSample {
  const nowMs = clock.monotonicMs();
  const { state } = vehicle;
  const { position, connected } = state;
  return {
    monotonicMs: nowMs,
    utcMs: clock.utcMs(),
    armed: state.armed,
    mode: connected ? state.mode : undefined,
    role: connected ? state.role : undefined,
    systemStatus: connected ? state.systemStatus : undefined,
    landed: state.landed,
    setpoint: player.situation.lastSent?.setpoint,
    position: position && {
      positionM: position.positionM,
      velocityMPerS: position.velocityMPerS,
      ageMs: nowMs - position.atMs,
    },
    attitude: state.attitude,
    battery: state.battery,
    led: led.color,
    clock: link.clock(),
    task: player.lastTask,
    failsafe: guard.state.active.map(({ id }) => id),
    serverConnected: link.isConnected(),
  };
}
