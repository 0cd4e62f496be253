/** What a TPP client's caller acts on: no server there, or a server that answered with an error. Knows no socket. */
import { RemoteError, StarlingError } from '../../errors.js';

/** Nobody serves at that address: nothing listens, or the host can not be reached. */
export class NoServerError extends StarlingError {
  constructor(where: string, options?: ErrorOptions) {
    super('no_server', `no server answers at ${where}`, options);
  }
}

/** The server answered with `responseCode` ≠ 0 (1 failed, 2 no token, 3 bad token; others are the action's own). */
export class TppRemoteError extends RemoteError {
  readonly responseCode: number;

  constructor(action: string, responseCode: number, message: string) {
    super(action, `tpp_${responseCode}`, message);
    this.responseCode = responseCode;
  }
}
