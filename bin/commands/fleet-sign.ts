/** `starling fleet sign`: states, signed by the fleet's key, that its drones may install a package. */
import { existsSync } from 'node:fs';
import { UsageError } from '../../lib/errors.js';
import { lineWriter } from '../../lib/output/adapters/line-output.js';
import { defaultStateFolder } from '../../lib/protocols/tpp/adapters/token-file.js';
import { fleetPath, readFleet } from '../../lib/security/adapters/fleet-file.js';
import { deriveSigningKey, fleetFingerprint, publicKeyHex } from '../../lib/security/keys.js';
import { readDebFile } from '../../lib/update/adapters/deb-file.js';
import { dronePackage, statementPathOf } from '../../lib/update/drone-package.js';
import {
  parseSignedStatement,
  signStatement,
  type UpdateStatement,
} from '../../lib/update/update-statement.js';
import { writeFileWhole } from './write-whole.js';

export type SignOptions = { readonly older?: boolean; readonly state?: string };

/**
 * Writes a file `PACKAGE.deb.sig` beside each package, none unless all of them are what drones install. The exit code.
 * @throws UsageError, ConfigError that names the file.
 */
export async function runFleetSign(paths: readonly string[], options: SignOptions): Promise<number> {
  const { older: mayBeOlder = false } = options;
  const state = options.state ?? defaultStateFolder(process.env);
  if (!existsSync(fleetPath(state)))
    throw new UsageError(
      `there is no fleet in ${state}: sign where the server runs, or name its state folder with --state`,
    );
  const key = deriveSigningKey(readFleet(state).secret);
  const signed: { readonly path: string; readonly text: string; readonly statement: UpdateStatement }[] = [];
  for (const path of new Set(paths)) {
    const statement: UpdateStatement = { ...(await readStated(path)), mayBeOlder };
    const text = signStatement(statement, key);
    parseSignedStatement(text, path);
    signed.push({ path, text, statement });
  }
  const print = lineWriter(1);
  for (const { path, text, statement } of signed) {
    await writeFileWhole(statementPathOf(path), text, { isForced: true });
    const { version, architecture } = statement;
    const what = `${dronePackage} ${version} ${architecture}`;
    const older = mayBeOlder ? ', also in place of a newer version' : '';
    print(`${statementPathOf(path)}: ${what} may be installed${older}`);
  }
  lineWriter(
    2,
    'starling fleet',
  )(
    `signed for fleet ${fleetFingerprint(publicKeyHex(key))}; to install: starling ctl update_software PATH --all`,
  );
  return 0;
}

async function readStated(path: string): Promise<Omit<UpdateStatement, 'mayBeOlder'>> {
  const deb = await readDebFile(path);
  if (deb.package !== dronePackage)
    throw new UsageError(`${path} is the package ${deb.package}: drones install ${dronePackage} alone`);
  return deb;
}
