/** `starling params`: reads and changes the parameters of one autopilot, over its own link. */
import { createVehicle } from '../../drone-client/vehicle/adapters/create-vehicle.js';
import type { Vehicle } from '../../drone-client/vehicle/vehicle.js';
import { parseVehicleUrl, type VehicleUrl } from '../../drone-client/vehicle/vehicle-url.js';
import { UsageError } from '../../lib/errors.js';
import { lineWriter } from '../../lib/output/adapters/line-output.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import type { Clock } from '../../lib/time/clock.js';
import { type ParamsJob, paramsActions } from './params-actions.js';

export type ParamsCommandOptions = {
  /** `get NAME`, `set NAME VALUE`, `list`, `load FILE`, `save FILE`, `diff FILE`. */
  readonly action: string;
  readonly args: readonly string[];
  /** Vehicle URL. */
  readonly vehicle: string;
  readonly json?: boolean;
};

/** What the command touches outside of itself. */
export type ParamsEdges = Pick<ParamsJob, 'clock' | 'write' | 'writeError'> & {
  readonly open: (url: VehicleUrl, clock: Clock) => Promise<Vehicle>;
};

const noVehicle = 3;
/** An autopilot says its heartbeat every second; a serial line may need a moment. */
const connectMs = 10_000;

/**
 * Does it, prints, and gives the exit code: 0 done, 1 failed in part or differs, 3 no autopilot answers.
 * @throws UsageError and ConfigError for a wrong call or file; RefusedError, RequestTimeoutError, DisconnectedError.
 */
export async function runParams(
  options: ParamsCommandOptions,
  edges: ParamsEdges = systemEdges(),
): Promise<number> {
  const { args, json = false } = options;
  const action = Object.hasOwn(paramsActions, options.action) ? paramsActions[options.action] : undefined;
  if (!action || args.length !== action.argCount) {
    const known = Object.values(paramsActions).map(({ usage }) => usage);
    throw new UsageError(`starling params: expected ${action?.usage ?? known.join(', ')}`);
  }
  const url = parseVehicleUrl(options.vehicle);
  const work = await action.prepare(args);
  const vehicle = await edges.open(url, edges.clock);
  try {
    if (await untilConnected(vehicle, edges.clock)) return await work({ ...edges, vehicle, json });
    edges.writeError(noAnswer(options.vehicle));
    return noVehicle;
  } finally {
    await vehicle.close();
  }
}

/** False when no heartbeat came in time. */
function untilConnected(vehicle: Vehicle, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (vehicle.state.connected) end(true);
    };
    const end = (isConnected: boolean): void => {
      cancel();
      unsubscribe();
      resolve(isConnected);
    };
    const cancel = clock.after(connectMs, () => end(false));
    const unsubscribe = vehicle.onEvent(look);
    look();
  });
}

function noAnswer(url: string): string {
  return (
    `no autopilot says anything at ${url} within ${connectMs / 1000} s: is it powered, is the address (or the ` +
    'device and its rate) right, and does no other program hold it, such as "starling drone"?'
  );
}

function systemEdges(): ParamsEdges {
  return {
    clock: new SystemClock(),
    open: (url, clock) => createVehicle(url, { clock }),
    write: lineWriter(1),
    writeError: lineWriter(2, 'starling params'),
  };
}
