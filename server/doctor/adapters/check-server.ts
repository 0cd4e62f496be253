/** Looks at everything that a server needs on this computer. Opens no door for longer than a moment, and changes nothing. */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
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
import { type Finding, ok, problem } from '../../../lib/doctor/finding.js';
import { type Check, runChecks } from '../../../lib/doctor/run-checks.js';
import { errorText } from '../../../lib/errors.js';
import { fleetPath, readFleet } from '../../../lib/security/adapters/fleet-file.js';
import { ownConfigName } from '../../adapters/make-server.js';
import { serverConfigSpec } from '../../config-spec.js';
import { readCertificate } from '../../gateways/adapters/certificate-files.js';
import { whichOf } from '../../music/adapters/find-player.js';
import { readRecorderSettings } from '../../recorder/recorder-section.js';
import { judgeFleet, judgeMusic, judgeOwnServer, judgeSecretError } from '../judge-server.js';
import { checkBroadcast, checkControlPort, checkDronePort, checkGateways, checkNtp } from './check-ports.js';
import { askOwnServer } from './own-server.js';
import type { CheckServerOptions, Known } from './server-knowledge.js';

/** Of recordings that are wanted, what is missed soon. */
const someEveningsBytes = 1_000_000_000;

const quickMs = 3000;
const programMs = 5000;

/** All findings. Never rejects for what it finds. */
export async function checkServer(options: CheckServerOptions): Promise<Finding[]> {
  const { clock, stateFolder } = options;
  const kept = join(stateFolder, ownConfigName);
  const path = options.configPath ?? (existsSync(kept) ? kept : undefined);
  const { config, findings } = await checkConfig(path, serverConfigSpec);
  const known: Known = { ...options, config, own: askOwnServer(options) };
  return [judgeNode(options.nodeVersion), ...findings, ...(await runChecks(clock, checksOf(known)))];
}

function checksOf(known: Known): Check[] {
  const { clock, config, own, version } = known;
  const quick = (name: string, run: Check['run']): Check => ({ name, limitMs: quickMs, run });
  return [
    quick('version', async () => [judgeOwnServer(await own, version)]),
    quick('fleet', async () => checkFleet(known)),
    quick('certificates', () => checkCertificates(config)),
    quick('drone port', () => checkDronePort(known)),
    quick('control port', () => checkControlPort(known)),
    quick('gateways', () => checkGateways(known)),
    quick('NTP port', () => checkNtp(known)),
    quick('broadcast', () => checkBroadcast(known)),
    quick('network', async () => [judgeNetwork(ipv4Interfaces(), false)]),
    {
      name: 'time',
      limitMs: programMs,
      run: async () => judgeClock(clock.utcMs(), await readTimeKeeper(clock)),
    },
    quick('disk', () => checkFolders(known)),
    quick('memory', async () => [judgeMemory(await readMemory())]),
    quick('music', () => checkMusic(known)),
  ];
}

function checkFleet({ stateFolder, config, isOpen }: Known): Finding[] {
  const open = isOpen ?? config.getBoolean('SECURITY/open');
  try {
    const isThere = existsSync(fleetPath(stateFolder));
    if (existsSync(stateFolder) && (statSync(stateFolder).mode & 0o022) !== 0)
      return [
        judgeSecretError(`${stateFolder} can be written by others, who could put keys of their own there`),
      ];
    return judgeFleet(isThere ? readFleet(stateFolder) : undefined, open);
  } catch (error) {
    return [judgeSecretError(errorText(error))];
  }
}

async function checkCertificates(config: Config): Promise<Finding[]> {
  const pairs = [
    ['CONTROL/tls_certificate', 'CONTROL/tls_key'],
    ['GATEWAYS/certificate', 'GATEWAYS/key'],
  ] as const;
  const file = (option: (typeof pairs)[number][number]) => ({ option, path: config.getString(option) });
  const findings = await Promise.all(
    pairs.map(async ([certificate, key]) => {
      try {
        const read = await readCertificate(file(certificate), file(key));
        return read ? [ok('certificates', `${config.getString(certificate)} can be read`)] : [];
      } catch (error) {
        return [problem('certificates', errorText(error), `correct [${certificate.replace('/', '] ')}`)];
      }
    }),
  );
  return findings.flat();
}

async function checkFolders({ config, stateFolder }: Known): Promise<Finding[]> {
  const isRecording = config.getBoolean('RECORDER/use');
  const { minFreeBytes, maxTotalBytes } = readRecorderSettings(config);
  const folder = config.getString('RECORDER/folder');
  const wanted = isRecording ? Math.min(maxTotalBytes, someEveningsBytes) : 0;
  const room = { leastBytes: minFreeBytes, enoughBytes: minFreeBytes + wanted };
  const needs = { ...room, options: '[RECORDER] max_total' };
  const state = judgeFolder(await readFolder(stateFolder), { ...needs, name: 'state folder' });
  if (!isRecording || folder === '') return state;
  return [...state, ...judgeFolder(await readFolder(resolve(folder)), { ...needs, name: 'recordings' })];
}

async function checkMusic({ config, searchPath }: Known): Promise<Finding[]> {
  const found = await Promise.all(
    ['mpv', 'ffplay'].map(async (name) => ((await whichOf(name, searchPath)) ? name : undefined)),
  );
  return [
    judgeMusic(
      config.getBoolean('MUSIC/use'),
      found.find((name) => name !== undefined),
    ),
  ];
}
