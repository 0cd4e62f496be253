/** Whose token, or whose name and password, a caller shows, where that takes a while. Knows addresses; no socket. */
import { isThisMachine } from '../../../lib/host-port.js';
import { type RequestRefusal, type TppCredentials, tppCodes } from '../../../lib/protocols/tpp/index.js';
import type { Caller, Gatekeeper, SlowVerdict } from '../../../lib/security/access/gatekeeper.js';
import { tokenHash } from '../../../lib/security/access/token.js';

/** Names are shorter than this, hashes as long: of what strangers invent no more is remembered. */
const maxSlowedName = 64;

/** `caller` is undefined for a token that is nobody's. */
export type CheckedCaller = { readonly isGood: true; readonly caller: Caller | undefined } | RequestRefusal;

/** `address`: where the caller is, without its port. */
export async function checkCaller(
  gatekeeper: Pick<Gatekeeper, 'checkToken' | 'checkPassword'>,
  credentials: TppCredentials,
  address: string,
): Promise<CheckedCaller> {
  if (typeof credentials === 'string') {
    const verdict = await gatekeeper.checkToken(credentials, slowedOf(address, tokenHash(credentials)));
    return verdict.kind === 'wrong' ? { isGood: true, caller: undefined } : goodOrWait(verdict, 'tokens');
  }
  const { name, password } = credentials;
  const verdict = await gatekeeper.checkPassword(name, password, slowedOf(address, name));
  if (verdict.kind !== 'wrong') return goodOrWait(verdict, 'passwords');
  return { isGood: false, code: tppCodes.badToken, body: { error: 'Wrong name or password' } };
}

function goodOrWait(verdict: Exclude<SlowVerdict, { kind: 'wrong' }>, what: string): CheckedCaller {
  if (verdict.kind === 'known') return { isGood: true, caller: verdict.caller };
  const error = `too many ${what} were wrong: wait ${Math.ceil(verdict.waitMs / 1000)} s`;
  return { isGood: false, code: tppCodes.failed, body: { error } };
}

/**
 * Who is made to wait after wrong passwords or tokens. Whoever has an account on this machine, or a tunnel to it, comes
 * from the same address, and has many more of them (127.0.0.0/8): here it is each name, or each token, so that nobody
 * waits for another's faults.
 */
function slowedOf(address: string, name: string): string {
  return isThisMachine(address) ? `${name.slice(0, maxSlowedName)} on this machine` : address;
}
