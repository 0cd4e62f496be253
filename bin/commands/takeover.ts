/** `starling takeover`: the server of a state folder takes its fleet over, from whichever server has it. */
import { existsSync } from 'node:fs';
import { UsageError } from '../../lib/errors.js';
import { lineWriter } from '../../lib/output/adapters/line-output.js';
import { defaultStateFolder } from '../../lib/protocols/tpp/adapters/token-file.js';
import { fleetPath, updateFleet } from '../../lib/security/adapters/fleet-file.js';
import { epochOf, takeOver } from '../../lib/security/fleet-secret.js';

/** The exit code. @throws UsageError where there is no fleet; ConfigError, RefusedError as any change of it. */
export async function runTakeover({ state }: { readonly state?: string }): Promise<number> {
  const folder = state ?? defaultStateFolder(process.env);
  if (!existsSync(fleetPath(folder))) {
    throw new UsageError(
      `there is no ${fleetPath(folder)}: copy fleet.json from the other server's state folder (it is secret: mode 600), or name the folder with --state`,
    );
  }
  const fleet = await updateFleet(folder, (before) => takeOver(before, Date.now()));
  lineWriter(1)(
    `epoch ${epochOf(fleet)}: the server of ${folder} is in charge; if it runs it announces that now, and the drones that hear it leave the other server`,
  );
  return 0;
}
