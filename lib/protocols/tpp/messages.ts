/** TPP requests and responses, and what the first frame of a connection must be. Knows no socket and no action. */
import { CorruptFrameError } from '../../errors.js';
import { encodeTppFrame, type TppJson } from './codec.js';

/** Codes of a response; 0 is success. Source of the first four: toxiccore 0.13.1; `notAllowed` is ours. */
export const tppCodes = { ok: 0, failed: 1, noToken: 2, badToken: 3, notAllowed: 4 } as const;

/** The action whose body names `event_types`, and which pushes them behind its acknowledgement. Source: ToxicBuild. */
export const streamAction = 'stream';

/** What may stand in the place of a token. */
export type TppPassword = { readonly name: string; readonly password: string };

/** What a caller shows: a token, or a name and a password. */
export type TppCredentials = string | TppPassword;

export type TppRequest = { readonly action: string; readonly body: TppJson; readonly token: TppCredentials };
export type TppResponse = { readonly code: number; readonly body: TppJson };

/** A request as the reference client writes it: the keys in its order. */
export function encodeTppRequest({ action, body, token }: TppRequest): Uint8Array {
  return encodeTppFrame({ action, body, token });
}

/** A response: `code`, then `body`. */
export function encodeTppResponse(code: number, body: unknown): Uint8Array {
  return encodeTppFrame({ code, body: body === undefined ? null : body });
}

/** An error response as most clients can read it: `{"error": text}`. */
export function encodeTppError(code: number, text: string): Uint8Array {
  return encodeTppResponse(code, { error: text });
}

/** @throws CorruptFrameError when the value is not a response. */
export function readTppResponse(value: TppJson): TppResponse {
  const code = isTppObject(value) ? value.code : undefined;
  if (!isTppObject(value) || typeof code !== 'number' || !Number.isInteger(code)) {
    throw new CorruptFrameError('the answer is not a TPP response');
  }
  return { code, body: value.body ?? null };
}

export type AdmittedRequest = { readonly action: string; readonly body: TppJson };
export type RequestRefusal = { readonly isGood: false; readonly code: number; readonly body: TppJson };

/** What the first frame amounts to: a request of somebody who was let in, or the answer that refuses it. */
export type RequestVerdict<Caller> =
  | { readonly isGood: true; readonly request: AdmittedRequest; readonly caller: Caller }
  | RequestRefusal;

/** The answer to whatever is not a request: always with "None", as the reference says it. */
export const badDataVerdict: RequestRefusal = {
  isGood: false,
  code: tppCodes.failed,
  body: { error: 'Something wrong with your data None' },
};

/**
 * Checks the first frame in the reference's order, with its answers: data, token present, token good, action present.
 * Whatever the reference stumbles over and lets through (a list, a number, a token that is no text or holds a NUL)
 * is bad data here. `admit` says who a caller is, undefined for a stranger; it must take as long for a bad token as for
 * a good one.
 */
export function checkTppRequest<Caller>(
  value: TppJson,
  admit: (credentials: TppCredentials) => Caller | undefined,
): RequestVerdict<Caller> {
  if (!isTppObject(value) || isEmpty(value)) return badDataVerdict;
  const action = value.action ?? null;
  if (isEmpty(value.token ?? null)) return refusal(tppCodes.noToken, { error: 'No auth token' });
  const credentials = readTppCredentials(value);
  if (credentials === undefined) return badDataVerdict;
  const caller = admit(credentials);
  if (caller === undefined) return refusal(tppCodes.badToken, { error: 'Bad auth token' });
  if (isEmpty(action)) return refusal(tppCodes.failed, 'No action found!');
  if (typeof action !== 'string') return badDataVerdict;
  return { isGood: true, request: { action, body: value.body ?? null }, caller };
}

/** What the first frame shows; undefined when that is nothing that could be looked at. */
export function readTppCredentials(value: TppJson): TppCredentials | undefined {
  const token = isTppObject(value) ? value.token : undefined;
  if (typeof token === 'string') return token.includes('\0') ? undefined : token;
  if (!isTppObject(token) || Object.keys(token).length !== 2) return undefined;
  const { name, password } = token;
  return typeof name === 'string' && typeof password === 'string' ? { name, password } : undefined;
}

/** True for a JSON object. */
export function isTppObject(value: unknown): value is { readonly [key: string]: TppJson } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What Python takes for false: nothing, zero, and whatever is empty. */
function isEmpty(value: TppJson): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isTppObject(value)) return Object.keys(value).length === 0;
  return !value;
}

function refusal(code: number, body: TppJson): RequestRefusal {
  return { isGood: false, code, body };
}
