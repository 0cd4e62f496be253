/**
 * What root does for the client: a fixed list of jobs, asked for by a file of that name and by nothing else. The names and
 * files that client and helper agree on. Pure.
 */

/**
 * `update`: install the package that lies in the client's data folder, if it is signed; `reboot`: the computer;
 * `restart-client`: this service; `restart-chrony`: the service of the clock; `repair-time`: set the clock by it at once.
 * None of them is done while the motors are armed.
 */
export const jobNames = ['update', 'reboot', 'restart-client', 'restart-chrony', 'repair-time'] as const;

export type JobName = (typeof jobNames)[number];

export function isJobName(text: string): text is JobName {
  return jobNames.some((name) => name === text);
}

/** Folders and files of an installed drone. */
export const jobPaths = {
  /** The client's: an empty file with the name of a job asks for it. A unit of systemd watches it. */
  requests: '/run/starling-drone-requests',
  /** The client's runtime folder: marks `armed` and `health`. */
  clientRun: '/run/starling-drone',
  /** The helper's, readable by the client: a file `JOB.json` says how the last one ended. */
  results: '/run/starling-drone-helper',
  /** The helper's own: the package in hand, the one before, how far an update has come. */
  helperState: '/var/lib/starling-drone-helper',
  /** The helper's report of the last update, readable by the client. */
  updateReport: '/var/lib/starling-drone-helper/report/update.json',
  /** Root's folder of public keys whose updates are installed: files `NAME.pub`, 64 hexadecimal digits each. */
  trustedKeys: '/etc/starling-drone-helper/trusted',
  /** The client's data folder, where the server puts updates. */
  clientData: '/var/lib/starling',
} as const;

/** How a job other than `update` ended. Files of an update are reported by `UpdateReport`. */
export type JobResult = {
  readonly job: JobName;
  readonly ok: boolean;
  /** For people. */
  readonly text: string;
  /** Counts the helper's runs since the computer started, so that nobody takes an old result for a new one. */
  readonly run: number;
};

/** Undefined for what no helper writes. */
export function parseJobResult(
  value: { readonly [key: string]: unknown } | undefined,
): JobResult | undefined {
  const { job, ok, text, run } = value ?? {};
  if (typeof job !== 'string' || !isJobName(job) || typeof ok !== 'boolean') return undefined;
  if (typeof text !== 'string' || typeof run !== 'number' || !Number.isSafeInteger(run)) return undefined;
  return { job, ok, text, run };
}

/** What the client says of itself in the file `health`: an update is good when the new one comes to the same. */
export type ClientHealth = {
  readonly version: string;
  /** A server of its fleet (or, in an open fleet, any) is connected. */
  readonly server: boolean;
  /** The autopilot is heard. */
  readonly vehicle: boolean;
};

/** Undefined for what no client writes. */
export function parseClientHealth(
  value: { readonly [key: string]: unknown } | undefined,
): ClientHealth | undefined {
  const { version, server, vehicle } = value ?? {};
  if (typeof version !== 'string' || version.length > 100) return undefined;
  if (typeof server !== 'boolean' || typeof vehicle !== 'boolean') return undefined;
  return { version, server, vehicle };
}
