/** Whether who has shown a login may come in: all questions in their order. Knows no bytes and no connection. */
import type { WevisFields } from './argument-types.js';
import type { WevisLoginCheck, WevisUserLimit, WevisVerdict } from './login.js';
import { hasOtherSchema, type WevisDefinitions } from './message-list.js';

/** Source of the first two, and of `unexpectedMessage`: wevis 0.0.4. */
const refusals = {
  invalid: 'Invalid credentials.',
  tooMany: 'Maximum number of connections per user reached.',
  otherSchema: "The definitions of the messages differ from the server's.",
  noCheck: 'The login could not be checked.',
} as const;

/** What a peer reads whose first message is no login. */
export const unexpectedMessage = 'Unexpected message.';

export type AdmissionOptions = {
  readonly definitions: WevisDefinitions;
  /** 128 hex digits, new for each connection. */
  readonly salt: string;
  readonly check: WevisLoginCheck;
  /** Shared by all sessions of a server. */
  readonly limit: WevisUserLimit;
  /** Asked last, before the accept, of a user who is let in by all else: a text refuses. */
  readonly admit?: (user: string) => string | undefined;
};

/** Who comes in, and is counted already; or why not. */
export type Admitted =
  | { readonly user: string; readonly version: string }
  | { readonly user?: undefined; readonly refusal: string };

/** @param onFailed Told what a check threw; its peer is refused. */
export function admission(
  fields: WevisFields,
  options: AdmissionOptions,
  onFailed: (error: unknown) => void,
): Admitted {
  const { check, definitions, limit, salt, admit } = options;
  const version = String(fields.version);
  const shown = { user: String(fields.username), proof: String(fields.password), version, salt };
  const verdict = contained<WevisVerdict>(
    () => check(shown),
    () => ({ isGood: false, reason: refusals.noCheck }),
    onFailed,
  );
  if (!verdict.isGood) return { refusal: verdict.reason ?? refusals.invalid };
  if (hasOtherSchema(version, definitions)) return { refusal: refusals.otherSchema };
  const { user } = verdict;
  if (!limit.enter(user)) return { refusal: refusals.tooMany };
  const refusal = contained<string | undefined>(
    () => admit?.(user),
    () => refusals.noCheck,
    onFailed,
  );
  if (refusal === undefined) return { user, version };
  limit.leave(user);
  return { refusal };
}

function contained<Result>(
  ask: () => Result,
  otherwise: () => Result,
  onFailed: (error: unknown) => void,
): Result {
  try {
    return ask();
  } catch (error) {
    onFailed(error);
    return otherwise();
  }
}
