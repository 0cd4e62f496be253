/** Decides whether a package may be installed here: who signed it, what it is, what is installed. Pure. */
import type { KeyObject } from 'node:crypto';
import { RefusedError } from '../../lib/errors.js';
import { isSignedBy, parseSignedStatement, type UpdateStatement } from '../../lib/update/update-statement.js';
import type { InstalledPackage, PackageFacts } from './dpkg.js';
import { ownPackage } from './helper-paths.js';
import type { Room, TakenPackage } from './ports.js';

export type Trust = {
  /** Text of the signed statement, and where it lies. */
  readonly text: string;
  readonly path: string;
  readonly keys: readonly { readonly key: KeyObject }[];
  /** Where the keys lie. */
  readonly keyFolder: string;
};

/** What the keeper of a fleet said of the package in hand. @throws RefusedError. */
export function trustedStatement(
  { text, path, keys, keyFolder }: Trust,
  taken: TakenPackage,
): UpdateStatement {
  if (keys.length === 0)
    throw new RefusedError(
      'no_trust',
      `${keyFolder} has no key that updates are trusted by: run on the drone: sudo starling-drone-setup --enroll KEYFILE`,
    );
  const signed = parseSignedStatement(text, path);
  if (!keys.some(({ key }) => isSignedBy(signed, key)))
    throw new RefusedError(
      'bad_signature',
      `the package is not signed by this drone's fleet: sign it with the fleet's own key: starling fleet sign PACKAGE.deb`,
    );
  const { statement } = signed;
  if (statement.bytes !== taken.bytes || statement.sha256 !== taken.sha256)
    throw new RefusedError('bad_signature', 'the signature is of another package: send both files again');
  return statement;
}

export type Candidate = {
  readonly statement: UpdateStatement;
  readonly facts: PackageFacts;
  readonly installed: InstalledPackage | undefined;
  /** Of this system. */
  readonly architecture: string;
  /** By dpkg's order, than what is installed. */
  readonly isOlder: boolean;
};

/** @throws RefusedError. */
export function judgeCandidate({ statement, facts, installed, architecture, isOlder }: Candidate): void {
  const { name, version } = facts;
  if (facts.name !== statement.package || version !== statement.version)
    throw new RefusedError('bad_package', `the package is ${name} ${version}, its signature says otherwise`);
  if (facts.architecture !== statement.architecture)
    throw new RefusedError('bad_package', `the package is for ${facts.architecture}, its signature differs`);
  if (name !== ownPackage)
    throw new RefusedError('bad_package', `the package is ${name}: drones install ${ownPackage} alone`);
  if (facts.architecture !== architecture)
    throw new RefusedError(
      'bad_architecture',
      `the package is for ${facts.architecture}, this computer is ${architecture}: send the one for ${architecture}`,
    );
  if (!installed)
    throw new RefusedError('not_installed', `${ownPackage} is not installed here: install it by hand first`);
  if (isOlder && !statement.mayBeOlder)
    throw new RefusedError(
      'older',
      `version ${version} is older than ${installed.version}, which is installed: sign it with starling fleet sign --older if that is meant`,
    );
}

/** @throws RefusedError for the places where room is short. */
export function judgeRoom(short: readonly Room[]): void {
  const [first] = short;
  if (!first) return;
  throw new RefusedError(
    'no_room',
    `${first.folder} has ${mib(first.freeBytes)} MiB free, the update needs ${mib(first.neededBytes)} MiB: delete recordings or logs`,
  );
}

function mib(bytes: number): number {
  return Math.ceil(bytes / (1024 * 1024));
}
