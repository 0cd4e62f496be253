/** A certificate and its key from the files that the configuration names. Knows files; no port. */
import { readFile, stat } from 'node:fs/promises';
import { ConfigError, errorCode, errorText } from '../../../lib/errors.js';
import type { Certificate } from '../gateway.js';

/** An option of the configuration, and the path that it holds; empty: none. */
export type NamedPath = { readonly option: string; readonly path: string };

/**
 * PEM texts; undefined when no file is named.
 * @throws ConfigError that names option and file when only one is named, one can not be read, or everybody can read the key.
 */
export async function readCertificate(
  certificate: NamedPath,
  key: NamedPath,
): Promise<Certificate | undefined> {
  if (certificate.path === '' && key.path === '') return undefined;
  for (const [one, other] of [
    [certificate, key],
    [key, certificate],
  ] as const)
    if (one.path === '') throw new ConfigError(`${one.option} is missing: ${other.option} does not do alone`);
  await refuseOpenKey(key);
  return { cert: await readPem(certificate), key: await readPem(key) };
}

async function readPem({ option, path }: NamedPath): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const why = errorCode(error) === 'ENOENT' ? 'there is no such file' : errorText(error);
    throw new ConfigError(`${option}: ${path} can not be read: ${why}`, { cause: error });
  }
}

/** A group may: certificates of a whole machine are often kept so. */
async function refuseOpenKey({ option, path }: NamedPath): Promise<void> {
  const status = await stat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new ConfigError(`${option}: ${path} can not be read: ${errorText(error)}`, { cause: error });
  });
  if (status && (status.mode & 0o007) !== 0)
    throw new ConfigError(`${option}: everybody on this machine can read ${path}: chmod 600 it`);
}
