/** What a drone says of its software, and what the server asks of it: names and shapes on the wire. Pure. */
import { objectOf } from '../security/parse-json.js';

/** Where the server puts an update, in the client's data folder. */
export const updatePaths = { package: 'update/package.deb', signature: 'update/package.deb.sig' } as const;

/** Longest package that a drone takes, bytes. */
export const maxUpdateBytes = 64 * 1024 * 1024;

/** Request of the server, no arguments: answered with a `DroneSoftware`. */
export const softwareRequest = 'software';

/**
 * Request of the server, `{sha256}` of the package that lies there: `{ok: true}` when the helper has it in hand, an error
 * with a code otherwise (`armed`, `busy`, `not_supported`, `no_file`). What became of it is told by `software`.
 */
export const updateCommand = 'update_software';

/**
 * How an update ended, or that it has not: `refused` before anything was changed (signature, architecture, room, armed),
 * `rolled_back` to what was there, `failed` where not even that was possible.
 */
const updateOutcomes = ['running', 'done', 'rolled_back', 'refused', 'failed'] as const;

export type UpdateOutcome = (typeof updateOutcomes)[number];

export type UpdateReport = {
  readonly outcome: UpdateOutcome;
  /** Of the package, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Versions; undefined where the helper did not come so far. */
  readonly from?: string;
  readonly to?: string;
  /** For people: what happened, and what to do. */
  readonly text: string;
  /** By the drone's own clock, ms UTC. */
  readonly atUtcMs: number;
};

export type DroneSoftware = {
  readonly version: string;
  /** Debian's name of it: amd64, arm64, armhf; undefined where no package is installed. */
  readonly architecture?: string;
  /** Why it can not be updated from here, a sentence; undefined when it can. */
  readonly obstacle?: string;
  /** The last update, or the one under way. */
  readonly update?: UpdateReport;
};

/** Undefined for what no drone of ours says. Texts are a peer's: clean them before they are shown. */
export function parseDroneSoftware(value: unknown): DroneSoftware | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, architecture, obstacle, update }: { readonly [key: string]: unknown } = { ...value };
  if (!isShort(version)) return undefined;
  const report = typeof update === 'object' && update !== null ? reportOf({ ...update }) : undefined;
  return {
    version,
    ...(isShort(architecture) && { architecture }),
    ...(isText(obstacle) && { obstacle }),
    ...(report && { update: report }),
  };
}

/** Reads a report from the text of a file. Undefined for anything else. */
export function parseUpdateReport(text: string): UpdateReport | undefined {
  const value = objectOf(text);
  return value && reportOf(value);
}

function reportOf(value: { readonly [key: string]: unknown }): UpdateReport | undefined {
  const { outcome, sha256, from, to, text, atUtcMs } = value;
  const known = updateOutcomes.find((one) => one === outcome);
  if (!known || typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  if (!isText(text) || typeof atUtcMs !== 'number' || !Number.isFinite(atUtcMs)) return undefined;
  return {
    outcome: known,
    sha256,
    ...(isShort(from) && { from }),
    ...(isShort(to) && { to }),
    text,
    atUtcMs,
  };
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 100;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 2000;
}
