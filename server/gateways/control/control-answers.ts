/** What the control port says of the fleet: the server's snapshot in the shapes of the control protocol. Pure. */
import type {
  ListedDrone,
  PushedTelemetry,
  StatusAnswer,
} from '../../../lib/protocols/tpp/control-protocol.js';
import type { TransferView } from '../../show-control/uploads.js';
import type { DroneView, ServerSnapshot, ShowPhase } from '../../snapshot.js';
import { updateAnswer } from './software-answers.js';

export function listedDrone({ record, checks, isReady, blockers, slot, proof }: DroneView): ListedDrone {
  return {
    id: record.id,
    connected: record.isConnected,
    ready: isReady,
    slot: slot ?? null,
    proof,
    blockers: blockers.map(({ code, owner, text, hint }) => ({ code, owner, text, hint })),
    checks: { ...checks },
    telemetry: record.telemetry,
    latencyMs: record.latencyMs ?? null,
    offsetMs: record.offsetMs ?? null,
  };
}

export function statusAnswer(snapshot: ServerSnapshot, version: string): StatusAnswer {
  const { drones, show, authorization, phase, address, isOpen, transfers, update } = snapshot;
  return {
    show: show ? { ...show } : null,
    authorization: authorization ? { ...authorization, override: authorization.override ?? null } : null,
    phase: phase.phase,
    startAt: startAt(phase),
    counts: {
      total: drones.length,
      connected: drones.filter(({ record }) => record.isConnected).length,
      ready: drones.filter(({ isReady }) => isReady).length,
      armed: drones.filter(({ isArmed }) => isArmed).length,
    },
    transfers: transfers ? transferAnswer(transfers) : null,
    ...(update && (!update.isOver || update.stopped !== undefined) && { update: updateAnswer(update) }),
    address,
    mode: isOpen ? 'open' : 'secure',
    version,
  };
}

function transferAnswer({ byDrone: _, bytesPerS, leftS, ...rest }: TransferView): StatusAnswer['transfers'] {
  return { ...rest, bytesPerS: bytesPerS ?? null, leftS: leftS ?? null };
}

export function pushedTelemetry({ record }: DroneView): PushedTelemetry {
  return { id: record.id, telemetry: record.telemetry };
}

/** ISO 8601; null when idle. */
export function startAt(phase: ShowPhase): string | null {
  return phase.phase === 'idle' ? null : new Date(phase.startUtcMs).toISOString();
}
