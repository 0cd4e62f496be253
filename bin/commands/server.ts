/** `starling server`: the ground server with its panel, or without one. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { droneConfigSpec } from '../../drone-client/config-spec.js';
import type { SectionSpec } from '../../lib/config/index.js';
import { UsageError } from '../../lib/errors.js';
import { lineWriter } from '../../lib/output/adapters/line-output.js';
import { defaultStateFolder } from '../../lib/protocols/tpp/adapters/token-file.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { logPathIn } from '../../server/adapters/log-file.js';
import { ownConfigName } from '../../server/adapters/make-server.js';
import { serverConfigSpec } from '../../server/config-spec.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { version } from '../version.js';
import { tellOfCrash } from './crash.js';
import { untilShutdown } from './shutdown.js';

export type ServerCommandOptions = {
  readonly config?: string;
  readonly port?: number;
  readonly bind?: string;
  readonly controlPort?: number;
  readonly controlBind?: string;
  readonly headless?: boolean;
  readonly show?: string;
  readonly state?: string;
  readonly open?: boolean;
  readonly gateways?: string;
};

/** Runs until it is told to end; gives the exit code. */
export async function runServer(options: ServerCommandOptions): Promise<number> {
  const { config, port, bind, controlPort, controlBind, show, state, open, headless = false } = options;
  const { gateways } = options;
  if (!headless && !(process.stdin.isTTY && process.stdout.isTTY)) {
    throw new UsageError(
      'the panel needs a terminal: run this in one, or add --headless and use starling ctl',
    );
  }
  // Asked to end while it begins, it ends as soon as it has begun.
  let begun: RunningServer | undefined;
  const shutdown = untilShutdown(shutdownRules(() => begun?.armedIds() ?? []));
  const stateFolder = state ?? defaultStateFolder(process.env);
  const configPath = config ?? keptConfig(stateFolder);
  const server = await startServer({
    clock: new SystemClock(),
    version,
    stateFolder,
    isHeadless: headless,
    ...(configPath !== undefined && { configPath }),
    configSpecs,
    ...(port !== undefined && { port }),
    ...(bind !== undefined && { bind }),
    ...(controlPort !== undefined && { controlPort }),
    ...(controlBind !== undefined && { controlBind }),
    ...(show !== undefined && { showPath: show }),
    ...(open !== undefined && { isOpen: open }),
    ...(gateways !== undefined && { gateways }),
    ...(headless && { say: lineWriter(1) }),
  });
  begun = server;
  tellOfCrash({
    name: 'starling server',
    logPath: logPathIn(stateFolder),
    isContained: (fault) => server.isContained(fault),
    consequence:
      'The drones go on with what they were told. Start the server again by the same command: it takes them up as they are.',
  });
  const reason = await Promise.race([server.ended, shutdown]);
  await server.close();
  // Timers and sockets of theirs would keep this program, and its place, from whoever comes next.
  if (server.hasPlugins) setTimeout(() => process.exit(), 100).unref();
  if (!reason.startsWith('SIG') && reason !== 'quit') {
    process.stderr.write(`starling server: ${reason}\n`);
    return 1;
  }
  return 0;
}

/** What the panel saved when the server was started without a configuration. */
function keptConfig(stateFolder: string): string | undefined {
  const path = join(stateFolder, ownConfigName);
  return existsSync(path) ? path : undefined;
}

/** What the panel's editor knows of files. */
export const configSpecs: ReadonlyMap<string, SectionSpec> = new Map([
  ['server', serverConfigSpec],
  ['client', droneConfigSpec],
]);

function shutdownRules(flying: () => readonly string[]) {
  return {
    flying,
    consequence:
      'Without the server they fly their show to its end and land; land them first: starling ctl land.',
    say: lineWriter(2, 'starling server'),
  };
}
