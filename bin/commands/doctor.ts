/** `starling doctor`: checks what a drone or a server needs on this computer. Changes nothing; prints what it found. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readServiceCall, serviceFiles } from '../../drone-client/doctor/service-call.js';
import { type Finding, ok } from '../../lib/doctor/finding.js';
import { exitCodeOf, formatReport, jsonReport } from '../../lib/doctor/report.js';
import { UsageError } from '../../lib/errors.js';
import { defaultStateFolder } from '../../lib/protocols/tpp/adapters/token-file.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { version } from '../version.js';

export type DoctorOptions = {
  readonly config?: string;
  readonly open?: boolean;
  readonly json?: boolean;
  readonly state?: string;
  readonly controlPort?: number;
  readonly data?: string;
  readonly key?: string;
  readonly server?: { readonly host: string; readonly port: number };
  readonly vehicle?: string;
};

const serversOwn = ['state', 'controlPort'] as const;
const dronesOwn = ['data', 'key', 'server', 'vehicle'] as const;

/** 0: no problem, 1: problems. @throws UsageError for options of the other side, or a vehicle that is none. */
export async function runDoctor(side: string | undefined, options: DoctorOptions): Promise<0 | 1> {
  const chosen = side ?? (await likelySide(options));
  if (chosen !== 'drone' && chosen !== 'server')
    throw new UsageError(`"${chosen}" is neither of both: starling doctor drone, or starling doctor server`);
  const foreign = (chosen === 'drone' ? serversOwn : dronesOwn).find((name) => options[name] !== undefined);
  if (foreign !== undefined)
    throw new UsageError(
      `--${foreign === 'controlPort' ? 'control-port' : foreign} does not go with ${chosen}`,
    );
  const findings = await (chosen === 'drone' ? lookAtDrone(options) : lookAtServer(options));
  const report = { side: chosen, version, findings };
  const lines = options.json
    ? [JSON.stringify(jsonReport(report))]
    : formatReport(report, process.stdout.isTTY ? process.stdout.columns : undefined);
  process.stdout.write(`${lines.join('\n')}\n`);
  return exitCodeOf(findings);
}

async function likelySide(options: DoctorOptions): Promise<string> {
  if (dronesOwn.some((name) => options[name] !== undefined)) return 'drone';
  if (serversOwn.some((name) => options[name] !== undefined)) return 'server';
  if (existsSync(serviceFiles.settings)) return 'drone';
  const model = await readFile('/proc/device-tree/model', 'utf8').catch(() => '');
  return model.startsWith('Raspberry Pi') ? 'drone' : 'server';
}

async function lookAtServer({ config, open, state, controlPort }: DoctorOptions): Promise<Finding[]> {
  const { checkServer } = await import('../../server/doctor/adapters/check-server.js');
  return checkServer({
    ...{ clock: new SystemClock(), version, nodeVersion: process.versions.node },
    stateFolder: state ?? defaultStateFolder(process.env),
    ...{ configPath: config, controlPort, isOpen: open },
    searchPath: process.env.PATH ?? '',
  });
}

async function lookAtDrone(options: DoctorOptions): Promise<Finding[]> {
  const isNamed = options.config !== undefined || dronesOwn.some((name) => options[name] !== undefined);
  const service = isNamed ? undefined : await readService();
  const { config, open, data, key, server, vehicle = 'udpin:127.0.0.1:14540' } = { ...service, ...options };
  const { checkDrone } = await import('../../drone-client/doctor/adapters/check-drone.js');
  const { parseVehicleUrl } = await import('../../drone-client/vehicle/vehicle-url.js');
  const findings = await checkDrone({
    ...{ clock: new SystemClock(), version, nodeVersion: process.versions.node },
    dataFolder: data ?? join(defaultStateFolder(process.env), 'drone', 'default'),
    vehicle: parseVehicleUrl(vehicle),
    ...{ configPath: config, keyPath: key, isOpen: open, server },
  });
  return service ? [ok('service', `as it is called by ${serviceFiles.settings}`), ...findings] : findings;
}

/** What the client is started with here, where it is installed as a service. */
async function readService(): Promise<DoctorOptions | undefined> {
  const { settings, config, data } = serviceFiles;
  if (!existsSync(settings)) return undefined;
  const { server, ...call } = readServiceCall(await readFile(settings, 'utf8'));
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(server ?? '') ?? [];
  return { config, data, ...call, ...(host !== undefined && { server: { host, port: Number(port) } }) };
}
