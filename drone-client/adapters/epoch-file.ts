/** The highest epoch that a drone has met, in its data folder. Reads and writes; what it reads is believed by its signature. */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../lib/config/adapters/atomic-file.js';
import { errorCode, errorText } from '../../lib/errors.js';
import { DatagramGuard } from '../../lib/security/datagram-signature.js';
import type { Log } from '../client/drone.js';
import { ServerEpoch, type Statement } from '../client/server-epoch.js';
import type { DroneSecurity } from '../composition/drone-edges.js';

/** Of one statement; what is longer is none. */
const maxCharacters = 4096;

export function epochPath(dataFolder: string): string {
  return join(dataFolder, 'server-epoch.json');
}

/** The epochs that a drone with a key goes by; undefined without a key: there is nothing to believe. */
export function openEpochs({ key }: DroneSecurity, dataFolder: string, log: Log): ServerEpoch | undefined {
  const onWarning = (text: string) => log('warn', text);
  return (
    key &&
    new ServerEpoch({
      guard: new DatagramGuard(key.serverPublicKey),
      kept: readEpochFile(dataFolder, onWarning),
      keep: (statement) => writeEpochFile(dataFolder, statement),
      onWarning,
    })
  );
}

/** What is kept there; undefined for nothing, and for what can not be read, which is told. */
function readEpochFile(dataFolder: string, onWarning: (text: string) => void): unknown {
  const path = epochPath(dataFolder);
  try {
    return JSON.parse(readFileSync(path, 'utf8').slice(0, maxCharacters));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT')
      onWarning(
        `${path} can not be read: any server of the fleet is obeyed until a newer one is met (${errorText(error)})`,
      );
    return undefined;
  }
}

async function writeEpochFile(dataFolder: string, statement: Statement): Promise<void> {
  await mkdir(dataFolder, { recursive: true });
  await writeFileAtomic(epochPath(dataFolder), `${JSON.stringify(statement)}\n`);
}
