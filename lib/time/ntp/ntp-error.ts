/** Why an exchange gave no time. Knows no socket. */
import { StarlingError } from '../../errors.js';

/**
 * `ntp_timeout`: no answer in time; `ntp_unreachable`: the network refused; `ntp_kiss`: the server sends us away;
 * `ntp_unsynchronized`: the server does not trust its own clock; `ntp_bad_answer`: its answer makes no sense.
 */
export type NtpErrorCode =
  | 'ntp_timeout'
  | 'ntp_unreachable'
  | 'ntp_kiss'
  | 'ntp_unsynchronized'
  | 'ntp_bad_answer';

export type NtpErrorOptions = ErrorOptions & { readonly kissCode?: string | undefined };

/** An exchange with a time server failed; the message names server and port, and says what to do. */
export class NtpError extends StarlingError {
  /** Of a kiss of death: `RATE`, `DENY` and so on. */
  readonly kissCode: string | undefined;

  constructor(code: NtpErrorCode, message: string, { kissCode, ...options }: NtpErrorOptions = {}) {
    super(code, message, options);
    this.kissCode = kissCode;
  }
}
