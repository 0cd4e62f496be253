/** What the control port says of drones' software and its update, in the shapes of the control protocol. Pure. */
import type { SoftwareAnswer, StatusAnswer } from '../../../lib/protocols/tpp/control-protocol.js';
import type { UpdateReport } from '../../../lib/update/drone-software.js';
import type { RollOutView } from '../../updates/roll-out.js';
import type { ToldSoftware } from '../../updates/update-controls.js';

export function softwareAnswer(told: readonly ToldSoftware[]): SoftwareAnswer {
  return told.map((one) => {
    if ('problem' in one) return { ...unknown, id: one.id, problem: one.problem };
    const { version, architecture = null, obstacle = null, update } = one.software;
    return {
      ...{ id: one.id, version, architecture, obstacle },
      ...{ update: update ? reportOf(update) : null, problem: null },
    };
  });
}

const unknown = { version: null, architecture: null, obstacle: null, update: null };

function reportOf({ outcome, sha256, from, to, text, atUtcMs }: UpdateReport) {
  return { outcome, sha256, from: from ?? null, to: to ?? null, text, at: timeOf(atUtcMs) };
}

/** A drone may say any number. */
function timeOf(utcMs: number): string | null {
  const date = new Date(utcMs);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Of one that is on, or was stopped. */
export function updateAnswer({
  version,
  stage,
  stages,
  drones,
  stopped,
  isOver,
}: RollOutView): NonNullable<StatusAnswer['update']> {
  const done = drones.filter(({ phase }) => phase === 'done' || phase === 'has_it').length;
  return { version, stage, stages, done, of: drones.length, stopped: stopped ?? null, isOver };
}
