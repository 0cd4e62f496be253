/** A certificate for 127.0.0.1 and localhost, made once in a run: for TLS of tests alone. */
import { generate } from 'selfsigned';

let made: Promise<{ readonly cert: string; readonly key: string }> | undefined;

/** PEM texts; whoever connects trusts `cert` as its authority. */
export function testCertificate(): Promise<{ readonly cert: string; readonly key: string }> {
  made ??= make();
  return made;
}

async function make(): Promise<{ cert: string; key: string }> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { cert, key };
}
