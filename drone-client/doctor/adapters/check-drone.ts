/** Looks at everything that a drone needs on its computer. Opens no device, takes no drone's place, changes nothing. */
import type { Config } from '../../../lib/config/index.js';
import { ipv4Interfaces } from '../../../lib/discovery/adapters/interfaces.js';
import { readFolder, readMemory, readTimeKeeper } from '../../../lib/doctor/adapters/computer-facts.js';
import { checkConfig } from '../../../lib/doctor/adapters/config-check.js';
import {
  judgeClock,
  judgeFolder,
  judgeMemory,
  judgeNetwork,
  judgeNode,
} from '../../../lib/doctor/computer.js';
import type { Finding } from '../../../lib/doctor/finding.js';
import { type Check, runChecks } from '../../../lib/doctor/run-checks.js';
import { errorText } from '../../../lib/errors.js';
import { formatHostPort } from '../../../lib/host-port.js';
import type { Clock } from '../../../lib/time/clock.js';
import { offsetOf } from '../../../lib/time/filter/clock-sample.js';
import { exchange } from '../../../lib/time/ntp/adapters/ntp-client.js';
import { readDroneSecurity } from '../../adapters/drone-security.js';
import type { ServerAddress } from '../../client/server-session.js';
import type { DroneSecurity } from '../../composition/drone-edges.js';
import { droneConfigSpec, foreignTimeSettings } from '../../config-spec.js';
import { HostHealthReader } from '../../failsafe/adapters/host-health.js';
import { lowFreeMb, minFreeMb } from '../../failsafe/checks-host.js';
import { flightLogSettings } from '../../flight-log/settings.js';
import { readLedSettings } from '../../led/settings.js';
import type { VehicleUrl } from '../../vehicle/vehicle-url.js';
import { judgeHost, judgeKey, type KeyFacts } from '../judge-drone.js';
import { judgeServer, judgeTimeServer } from '../judge-server.js';
import { judgeLights } from '../judge-vehicle.js';
import { checkVehicle } from './check-vehicle.js';
import { readLights } from './devices.js';
import { meetServer } from './meet-server.js';

export type CheckDroneOptions = {
  readonly clock: Clock;
  /** Of this software, and of Node. */
  readonly version: string;
  readonly nodeVersion: string;
  readonly dataFolder: string;
  readonly vehicle: VehicleUrl;
  readonly configPath?: string | undefined;
  readonly server?: ServerAddress | undefined;
  readonly keyPath?: string | undefined;
  readonly isOpen?: boolean | undefined;
};

const bytesPerMb = 1_000_000;

const quickMs = 3000;
/** Discovery, connecting, a handshake, a hello and the time, one after the other. */
const serverMs = 20_000;
const programMs = 5000;
const answerMs = 2000;

type Known = CheckDroneOptions & { readonly config: Config; readonly security: SecurityRead };

type SecurityRead = { readonly facts: KeyFacts; readonly security: DroneSecurity | undefined };

/** All findings. Never rejects for what it finds. */
export async function checkDrone(options: CheckDroneOptions): Promise<Finding[]> {
  const { config, findings } = await checkConfig(options.configPath, droneConfigSpec);
  const security = readKey(options, config);
  const checks = checksOf({ ...options, config, security });
  return [
    judgeNode(options.nodeVersion),
    ...findings,
    judgeKey(security.facts),
    ...(await runChecks(options.clock, checks)),
  ];
}

function checksOf(known: Known): Check[] {
  const { clock, config, dataFolder } = known;
  const quick = (name: string, run: Check['run']): Check => ({ name, limitMs: quickMs, run });
  return [
    { name: 'server', limitMs: serverMs, run: (signal) => checkMeeting(known, signal) },
    quick('autopilot', (signal) => checkVehicle(known.vehicle, signal)),
    quick('lights', async () => [judgeLights(await readLights(readLedSettings(config)))]),
    quick('network', async () => [judgeNetwork(ipv4Interfaces(), true)]),
    {
      name: 'time',
      limitMs: programMs,
      run: async () => judgeClock(clock.utcMs(), await readTimeKeeper(clock)),
    },
    { name: 'NTP', limitMs: programMs, run: () => checkForeignTime(known) },
    quick('disk', async () => checkFolder(dataFolder, config)),
    quick('memory', async () => [judgeMemory(await readMemory())]),
    quick('computer', async () => judgeHost(await readHost(clock, dataFolder))),
  ];
}

/** As the client itself finds its key; its words say what is wrong with it. */
function readKey({ keyPath, isOpen, dataFolder }: CheckDroneOptions, config: Config): SecurityRead {
  try {
    const given = { ...(keyPath !== undefined && { keyPath }), ...(isOpen !== undefined && { isOpen }) };
    const security = readDroneSecurity({ ...given, dataFolder }, config);
    const { key } = security;
    return { facts: key ? { kind: 'key', key, isOpen: security.isOpen } : { kind: 'open' }, security };
  } catch (error) {
    return { facts: { kind: 'error', text: errorText(error) }, security: undefined };
  }
}

async function checkMeeting(known: Known, signal: AbortSignal): Promise<Finding[]> {
  const { clock, config, configPath, security, server, version } = known;
  const { facts, host, ntpPort } = await meetServer({
    ...{ clock, signal, security: security.security, fixed: server },
    // As the client: where nobody has chosen the default host, strangers at that address are left alone.
    configured:
      configPath === undefined
        ? undefined
        : { host: config.getString('SERVER/host'), port: config.getNumber('SERVER/port') },
    isListening: config.getBoolean('BROADCAST/use'),
    discoveryPort: config.getNumber('BROADCAST/port'),
  });
  const findings = judgeServer(facts, version);
  if (host === undefined || ntpPort === undefined) return findings;
  return [...findings, judgeTimeServer(await askTime(clock, host, ntpPort), true)];
}

async function checkForeignTime({ clock, config }: Known): Promise<Finding[]> {
  const wanted = foreignTimeSettings(config);
  const { hosts = [], port = 0 } = wanted ?? {};
  return Promise.all(hosts.map(async (host) => judgeTimeServer(await askTime(clock, host, port), false)));
}

async function askTime(clock: Clock, host: string, port: number) {
  const name = formatHostPort(host, port);
  try {
    const sample = await exchange({ clock, host, port, timeoutMs: answerMs });
    return { name, offsetMs: offsetOf(sample) - (clock.utcMs() - clock.monotonicMs()) };
  } catch (error) {
    return { name, error: errorText(error) };
  }
}

async function checkFolder(dataFolder: string, config: Config): Promise<Finding[]> {
  const { isEnabled, minFreeBytes, maxTotalBytes } = flightLogSettings(config);
  return judgeFolder(await readFolder(dataFolder), {
    name: 'data folder',
    // Never less than the drone wants before a start.
    leastBytes: Math.max(minFreeBytes, minFreeMb * bytesPerMb),
    enoughBytes: Math.max(minFreeBytes + (isEnabled ? maxTotalBytes : 0), lowFreeMb * bytesPerMb),
    options: '[FLIGHT LOG] max_total',
  });
}

async function readHost(clock: Clock, dataFolder: string) {
  const { path, isThere } = await readFolder(dataFolder);
  const reader = new HostHealthReader({ clock, dataFolder: isThere ? path : '/' });
  await reader.refresh();
  const { health } = reader;
  reader.close();
  return health;
}
