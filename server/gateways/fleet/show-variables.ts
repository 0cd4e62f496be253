/** The variables of the room `show`, from the server's snapshot. Pure. */
import type { ServerSnapshot, ShowPhase } from '../../snapshot.js';
import type { Variables } from './drone-variables.js';

/** `cues`: names that `/cue` takes. Times are ISO 8601, UTC. */
export function showVariables(
  { show, phase, authorization, drones, address }: ServerSnapshot,
  cues: readonly string[],
): Variables {
  const start = startUtcMs(phase);
  return {
    phase: phase.phase,
    start_at: start === undefined ? null : new Date(start).toISOString(),
    title: show?.name ?? null,
    digest: show?.digest ?? null,
    duration_s: show === undefined ? null : Number(show.durationS.toFixed(1)),
    authorized: authorization?.scope ?? null,
    total: drones.length,
    connected: drones.filter(({ record }) => record.isConnected).length,
    ready: drones.filter(({ isReady }) => isReady).length,
    armed: drones.filter(({ isArmed }) => isArmed).length,
    address,
    cues: [...cues],
  };
}

function startUtcMs(phase: ShowPhase): number | undefined {
  return phase.phase === 'idle' ? undefined : phase.startUtcMs;
}
