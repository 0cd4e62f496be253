/** Asks a drone for its software, and judges whether a package is for it. Knows messages; sends nothing. */
import { errorCode, errorText } from '../../lib/errors.js';
import type { ConnectionManager } from '../../lib/messaging/index.js';
import {
  type DroneSoftware,
  parseDroneSoftware,
  softwareRequest,
  type UpdateReport,
} from '../../lib/update/drone-software.js';
import type { UpdateStatement } from '../../lib/update/update-statement.js';
import type { UpdatePackage } from './packages.js';
import type { DroneEnd } from './roll-out.js';

/** How long a drone may take to say it, ms. */
const askTimeoutMs = 5_000;

export type Skip = DroneEnd & { readonly phase: 'skipped'; readonly code: string };

export function skip(code: string, text: string): Skip {
  return { phase: 'skipped', code, text };
}

const oldClient = skip('not_supported', 'an old client installs nothing from here: update it by hand');

/** What it says; why it is passed over when it says nothing of use. Never rejects. */
export async function softwareOf(
  link: ConnectionManager | undefined,
): Promise<{ readonly software: DroneSoftware } | Skip> {
  if (!link?.isConnected) return skip('unreachable', 'not connected');
  try {
    await link.helloSettled();
    if (!link.hasFeature('errors')) return oldClient;
    const software = parseDroneSoftware(await link.getResponse(softwareRequest, { timeoutMs: askTimeoutMs }));
    return software ? { software } : skip('bad_answer', 'its answer says nothing of its software');
  } catch (error) {
    const code = errorCode(error);
    if (code === 'unknown_request' || code === 'not_supported')
      return skip('not_supported', 'its client is too old to install anything from here: update it by hand');
    if (code === 'timeout') return skip('timeout', errorText(error));
    return code === 'disconnected' || code === 'cancelled'
      ? skip('unreachable', errorText(error))
      : skip(code, errorText(error));
  }
}

/** What is to be done with a drone, with the package for it; `wait`: it is at it, told to by somebody before. */
export type Verdict =
  | { readonly what: 'install' | 'wait'; readonly item: UpdatePackage }
  | { readonly what: 'end'; readonly end: DroneEnd };

/** `packageFor`: the one for an architecture, if there is one. */
export function judge(
  software: DroneSoftware,
  packageFor: (architecture: string) => UpdatePackage | undefined,
): Verdict {
  const { version, architecture, obstacle, update } = software;
  const item = architecture === undefined ? undefined : packageFor(architecture);
  if (item && update?.outcome === 'running' && update.sha256 === item.statement.sha256)
    return { what: 'wait', item };
  if (update?.outcome === 'running') return ended(skip('busy', 'it installs another package just now'));
  if (obstacle !== undefined) return ended(skip('not_supported', obstacle));
  if (architecture === undefined)
    return ended(skip('not_supported', 'it does not run an installed package: update it by hand'));
  if (!item) return ended(skip('no_file', `none of the packages is for ${architecture}`));
  if (hasIt(version, update, item.statement))
    return ended({ phase: 'has_it', text: `it has ${version} already` });
  return { what: 'install', item };
}

function ended(end: DroneEnd): Verdict {
  return { what: 'end', end };
}

/** By its version; a package that was built anew under the version of the one before is told by its digest. */
function hasIt(version: string, update: UpdateReport | undefined, statement: UpdateStatement): boolean {
  if (version !== statement.version) return false;
  const isKnown = update?.outcome === 'done' && update.to === version;
  return !isKnown || update.sha256 === statement.sha256;
}
