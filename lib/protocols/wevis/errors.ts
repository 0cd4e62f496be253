/** What a wevis caller acts on: values that do not fit their definition, and a login that was refused. Knows no socket. */
import { RefusedError, StarlingError } from '../../errors.js';

/** A message that was asked to be sent, or waited for, does not fit the definitions; nothing was sent. */
export class WevisValueError extends StarlingError {
  constructor(message: string, options?: ErrorOptions) {
    super('bad_message', message, options);
  }
}

/** The server refused the login. */
export class WevisRejectedError extends RefusedError {
  /** The server's own words. */
  readonly reason: string;

  constructor(reason: string) {
    super('login_rejected', `the server refused the login: ${reason}`);
    this.reason = reason;
  }
}
