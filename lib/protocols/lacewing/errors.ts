/** What a Lacewing client's caller acts on: a server that said no. Knows no socket. */
import { RemoteError } from '../../errors.js';

/** The server denied a request; `reason` is the server's own text, empty when it gave none. */
export class LacewingDeniedError extends RemoteError {
  readonly reason: string;

  constructor(method: string, reason: string) {
    super(
      method,
      'lacewing_denied',
      reason === '' ? `the server denied "${method}" without a reason` : reason,
    );
    this.reason = reason;
  }
}
