/** Every error that Starling raises on purpose: a stable `code` for machines, a sentence for people. Knows no caller. */

/** Base of all of Starling's errors. `code` is stable and may cross the wire; stacks never do. */
export class StarlingError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Bytes from a peer that can not be a frame or message of ours; the connection they came from must be closed. */
export class CorruptFrameError extends StarlingError {
  constructor(message: string, options?: ErrorOptions) {
    super('corrupt_frame', message, options);
  }
}

/** A request got no answer in time. */
export class RequestTimeoutError extends StarlingError {
  readonly method: string;
  readonly afterMs: number;

  constructor(method: string, afterMs: number) {
    super('timeout', `no answer to "${method}" within ${Math.round(afterMs)} ms`);
    this.method = method;
    this.afterMs = afterMs;
  }
}

/** The connection was lost, or was never there, before a request was answered or a message was sent. */
export class DisconnectedError extends StarlingError {
  constructor(message: string, options?: ErrorOptions) {
    super('disconnected', message, options);
  }
}

/** The caller withdrew its own request. */
export class CancelledError extends StarlingError {
  constructor(method: string) {
    super('cancelled', `"${method}" was cancelled`);
  }
}

/** The peer answered a request with an error of its own; `code` is the peer's. */
export class RemoteError extends StarlingError {
  readonly method: string;

  constructor(method: string, code: string, message: string) {
    super(code, message);
    this.method = method;
  }
}

/** An outgoing queue is full: the peer reads too slowly. */
export class QueueFullError extends StarlingError {
  constructor(message: string) {
    super('queue_full', message);
  }
}

/** A command or request that can not be served: not here, not now, or not at all. */
export class RefusedError extends StarlingError {}

/** What a handler throws for a command that this drone, vehicle or build can not do at all. */
export class NotSupportedError extends RefusedError {
  constructor(what: string, why: string) {
    super('not_supported', `${what} is not supported: ${why}`);
  }
}

/** A configuration file or value is wrong; the message names file, section and option. */
export class ConfigError extends StarlingError {
  constructor(message: string, options?: ErrorOptions) {
    super('bad_config', message, options);
  }
}

/** A show file is wrong; the message names file and line. */
export class ShowError extends StarlingError {
  constructor(message: string, options?: ErrorOptions) {
    super('bad_show', message, options);
  }
}

/** The command line was called wrongly (exit code 2). */
export class UsageError extends StarlingError {
  constructor(message: string) {
    super('usage', message);
  }
}

/** What any caught value says, in one line. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The stable code of any caught value: ours, Node's (`ECONNREFUSED`), or `internal`. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return 'internal';
}
