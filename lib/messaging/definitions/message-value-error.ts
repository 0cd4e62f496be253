/** What a caller is told whose message does not fit. Knows no message. */
import { RefusedError } from '../../errors.js';

/** A message does not fit its definition, or holds what no message can; nothing was sent, or taken. */
export class MessageValueError extends RefusedError {
  constructor(message: string) {
    super('bad_message', message);
  }
}
