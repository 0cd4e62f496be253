/** The packages that an operator names, and whether the fleet's key allows them. Knows the port to the disk; no drone. */
import { RefusedError } from '../../lib/errors.js';
import { digestOf } from '../../lib/messaging/files/digest.js';
import { readPublicKey } from '../../lib/security/keys.js';
import { dronePackage, statementPathOf } from '../../lib/update/drone-package.js';
import { maxUpdateBytes } from '../../lib/update/drone-software.js';
import {
  isSignedBy,
  maxSignedStatementBytes,
  parseSignedStatement,
  type UpdateStatement,
} from '../../lib/update/update-statement.js';
import type { OperatorFiles } from '../files/operator-files.js';

/** A package and its signed statement as they lie on the disk; both are what the statement says. */
export type UpdatePackage = {
  readonly path: string;
  readonly statement: UpdateStatement;
  readonly content: Uint8Array;
  readonly signature: Uint8Array;
};

/** All of one version, by architecture. */
export type UpdatePackages = {
  readonly version: string;
  readonly byArchitecture: ReadonlyMap<string, UpdatePackage>;
};

export type PackageReader = {
  readonly disk: Pick<OperatorFiles, 'list' | 'read'>;
  /** The fleet's, 64 hexadecimal digits. */
  readonly publicKey: string;
};

const ending = '.deb';

/**
 * The package at a path, or those of a folder: the ones that are called as drones' packages are.
 * @throws RefusedError `bad_path`, `no_file`, `bad_file`, `ambiguous_file`, `bad_signature` that names the file and says
 * what to do; nothing of them may be sent then.
 */
export async function readPackages(reader: PackageReader, path: string): Promise<UpdatePackages> {
  const signed: Signed[] = [];
  for (const file of await pathsAt(reader, path)) signed.push(await readSigned(reader, file));
  const [first] = signed;
  if (!first) throw new RefusedError('no_file', `${path} has no ${dronePackage}_*${ending}`);
  const { version } = first.statement;
  const byArchitecture = new Map<string, Signed>();
  for (const one of signed) {
    const { architecture } = one.statement;
    const other = byArchitecture.get(architecture);
    if (one.statement.version !== version)
      throw new RefusedError(
        'bad_file',
        `${first.path} is version ${version}, ${one.path} is ${one.statement.version}: name one of them, or a folder with one version`,
      );
    if (other)
      throw new RefusedError(
        'ambiguous_file',
        `${other.path} and ${one.path} are both for ${architecture}: keep one`,
      );
    byArchitecture.set(architecture, one);
  }
  const packages = new Map<string, UpdatePackage>();
  for (const [architecture, one] of byArchitecture)
    packages.set(architecture, await withContent(reader, one));
  return { version, byArchitecture: packages };
}

type Signed = Omit<UpdatePackage, 'content'>;

async function pathsAt({ disk }: PackageReader, path: string): Promise<readonly string[]> {
  if (path.endsWith(ending)) return [path];
  if (path.endsWith(statementPathOf(ending)))
    throw new RefusedError('bad_path', `${path} is the signature: name the package itself, or its folder`);
  const entries = await disk.list(path);
  return entries
    .filter(({ name }) => name.startsWith(`${dronePackage}_`) && name.endsWith(ending))
    .map((entry) => entry.path);
}

async function readSigned({ disk, publicKey }: PackageReader, path: string): Promise<Signed> {
  const signature = await readSignature(disk, path);
  const signed = parseSignedStatement(new TextDecoder().decode(signature), statementPathOf(path));
  const { statement } = signed;
  if (!isSignedBy(signed, readPublicKey(publicKey)))
    throw new RefusedError(
      'bad_signature',
      `${path} is not signed by the key of this server's fleet: ${howToSign(path)}`,
    );
  if (statement.package !== dronePackage)
    throw new RefusedError(
      'bad_file',
      `${path} is the package ${statement.package}: drones install ${dronePackage} alone`,
    );
  return { path, statement, signature };
}

async function readSignature(disk: PackageReader['disk'], path: string): Promise<Uint8Array> {
  try {
    return await disk.read(statementPathOf(path), maxSignedStatementBytes);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    throw new RefusedError('bad_signature', `${error.message}: sign the package: ${howToSign(path)}`);
  }
}

async function withContent({ disk }: PackageReader, signed: Signed): Promise<UpdatePackage> {
  const { path, statement } = signed;
  const content = await disk.read(path, maxUpdateBytes);
  if (content.length !== statement.bytes || (await digestOf(content)) !== statement.sha256)
    throw new RefusedError(
      'bad_signature',
      `${path} is not the file that was signed: copy it anew, or ${howToSign(path)}`,
    );
  return { ...signed, content };
}

function howToSign(path: string): string {
  return `starling fleet sign ${path}`;
}
