/** Takes from the running server what is kept over a crash. Pure. */
import type { DroneRecord } from '../fleet/drone-record.js';
import type { GivenAuthorization } from '../show-control/authorizer.js';
import type { ShowRun } from '../show-control/show-run.js';
import type { ServerState } from './server-state.js';

export type ToKeep = {
  readonly records: readonly DroneRecord[];
  readonly slots: ServerState['slots'];
  readonly authorization: GivenAuthorization | undefined;
  readonly run: ShowRun | undefined;
};

export function keptOf(
  utcMs: number,
  { records, slots, authorization, run }: ToKeep,
): Omit<ServerState, 'show'> {
  return {
    drones: records.map(({ id, address, isAnswering }) => ({ id, address, isOurs: isAnswering })),
    slots,
    authorization: authorization && { ...authorization, untilUtcMs: utcMs + authorization.leftS * 1000 },
    run: run && keptRun(run),
  };
}

function keptRun({ restoredUtcMs: _, holding, ...run }: ShowRun): NonNullable<ServerState['run']> {
  return { ...run, holding: [...holding] };
}
