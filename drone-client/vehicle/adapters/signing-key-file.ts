/** Reads the key with which MAVLink frames are signed from a file. Knows no vehicle. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { ConfigError, errorText } from '../../../lib/errors.js';
import { signingKeyBytes } from '../mavlink/signing.js';

/** `warning`, for people, when the file is not as safe as it should be. */
export type SigningKeyFile = { readonly key: Uint8Array; readonly warning?: string };

/** Most bytes of a key file that are read: nobody's passphrase is longer. */
const maxFileBytes = 4096;
const forms = '32 raw bytes, 64 hexadecimal digits, or a line with a passphrase';

/**
 * A file holds 32 raw bytes, 64 hexadecimal digits, or one line with a passphrase, whose SHA-256 is the key (as
 * QGroundControl and MAVProxy make it). A file of 32 bytes that is a line of text is a passphrase.
 * @throws ConfigError when it holds none of these, or can not be read.
 */
export async function readSigningKeyFile(path: string): Promise<SigningKeyFile> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const { mode } = await file.stat();
    const { buffer, bytesRead } = await file
      .read(Buffer.alloc(maxFileBytes + 1), 0, maxFileBytes + 1, 0)
      .catch((error: unknown) => {
        throw unreadable(path, error);
      });
    const key = keyOf(buffer.subarray(0, bytesRead));
    if (!key) throw new ConfigError(`${path} holds no signing key: expected ${forms}`);
    if ((mode & 0o077) === 0) return { key };
    const octal = (mode & 0o777).toString(8);
    return {
      key,
      warning: `${path} can be read or written by others (mode ${octal}), who can then command the drone: chmod 600 it`,
    };
  } finally {
    await file.close();
  }
}

function unreadable(path: string, error: unknown): ConfigError {
  return new ConfigError(`the signing key ${path} can not be read: ${errorText(error)}`, { cause: error });
}

function keyOf(bytes: Buffer): Uint8Array | undefined {
  if (bytes.length > maxFileBytes) return undefined;
  const line = lineOf(bytes);
  if (line === undefined) return bytes.length === signingKeyBytes ? Uint8Array.from(bytes) : undefined;
  if (/^[0-9a-f]{64}$/i.test(line.trim())) return Buffer.from(line.trim(), 'hex');
  return createHash('sha256').update(line, 'utf8').digest();
}

/** The one line of text that these bytes are, without its end; blanks around a passphrase belong to it. */
function lineOf(bytes: Buffer): string | undefined {
  const line = bytes.toString('utf8').replace(/\r?\n$/, '');
  const isText = Buffer.from(line, 'utf8').equals(bytes.subarray(0, Buffer.byteLength(line)));
  return isText && line.trim() !== '' && !/\p{Cc}/u.test(line) ? line : undefined;
}
