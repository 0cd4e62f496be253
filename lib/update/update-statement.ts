/**
 * What the keeper of a fleet says, signed, of a package that its drones may install: the text of the file
 * `PACKAGE.deb.sig` beside it. Pure: knows neither the package's bytes nor any file.
 */
import { type KeyObject, sign, verify } from 'node:crypto';
import { RefusedError } from '../errors.js';
import { objectOf } from '../security/parse-json.js';

export type UpdateStatement = {
  /** Name of the Debian package. */
  readonly package: string;
  /** As in the package's `control`. */
  readonly version: string;
  /** As in the package's `control`: amd64, arm64, armhf. */
  readonly architecture: string;
  readonly bytes: number;
  /** Of the whole file, 64 hexadecimal digits. */
  readonly sha256: string;
  /** It may take the place of a newer version. */
  readonly mayBeOlder: boolean;
};

/** A statement that somebody has signed; whether by one who may is for `isSignedBy` to say. */
export type SignedStatement = {
  readonly statement: UpdateStatement;
  /** The text that was signed. */
  readonly text: string;
  /** Ed25519 (RFC 8032), base64. */
  readonly signature: string;
};

/** Longest file of a signed statement, bytes. */
export const maxSignedStatementBytes = 8192;

const format = 'starling update 1';

/** Stands before what is signed, so that no signature of another kind is one of these, nor the other way round. */
const purpose = 'starling update\0';

/** The text of a `.deb.sig` file. */
export function signStatement(statement: UpdateStatement, privateKey: KeyObject): string {
  const text = JSON.stringify(statement);
  const signature = sign(null, signedBytes(text), privateKey).toString('base64');
  return `${JSON.stringify({ format, statement: text, signature }, undefined, 2)}\n`;
}

/** @throws RefusedError `bad_signature`, naming `path`, when it is no such file. */
export function parseSignedStatement(fileText: string, path: string): SignedStatement {
  const file = objectOf(fileText);
  if (file?.format !== format || typeof file.statement !== 'string' || typeof file.signature !== 'string')
    throw wrong(path, 'it is no signed statement');
  const statement = statementOf(objectOf(file.statement));
  if (!statement) throw wrong(path, 'its statement has another form');
  if (!/^[A-Za-z0-9+/]{86}==$/.test(file.signature)) throw wrong(path, 'its signature has another form');
  return { statement, text: file.statement, signature: file.signature };
}

/** Whether the holder of the key has signed it. */
export function isSignedBy({ text, signature }: SignedStatement, publicKey: KeyObject): boolean {
  return verify(null, signedBytes(text), publicKey, Buffer.from(signature, 'base64'));
}

function signedBytes(text: string): Buffer {
  return Buffer.from(`${purpose}${text}`);
}

function statementOf(value: { readonly [key: string]: unknown } | undefined): UpdateStatement | undefined {
  const { package: name, version, architecture, bytes, sha256, mayBeOlder } = value ?? {};
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9+.-]{1,99}$/.test(name)) return undefined;
  if (typeof version !== 'string' || !/^[0-9][A-Za-z0-9.+~:-]{0,99}$/.test(version)) return undefined;
  if (typeof architecture !== 'string' || !/^[a-z0-9]{1,20}$/.test(architecture)) return undefined;
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 1) return undefined;
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  if (typeof mayBeOlder !== 'boolean') return undefined;
  return { package: name, version, architecture, bytes, sha256, mayBeOlder };
}

function wrong(path: string, what: string): RefusedError {
  return new RefusedError(
    'bad_signature',
    `${path}: ${what}; sign the package anew: starling fleet sign PACKAGE.deb`,
  );
}
