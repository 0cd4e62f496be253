/**
 * The port's commands: one COMMAND_LONG each, done when it was accepted and its effect is seen, in limited time.
 * Knows no messages and no link; the vehicle tells it of the time and of every new state.
 */
import { DisconnectedError, RefusedError, RequestTimeoutError } from '../../../lib/errors.js';
import type { VehicleState } from '../vehicle.js';
import type { CommandOutcome, CommandRequest, CommandTracker } from './commands.js';

export type OperationName =
  | 'arm'
  | 'disarm'
  | 'kill'
  | 'terminate'
  | 'enterOffboard'
  | 'takeOff'
  | 'land'
  | 'hold'
  | 'returnHome'
  | 'calibrate'
  | 'reboot';

export type Operation = {
  readonly name: OperationName;
  readonly request: CommandRequest;
  readonly isDone: (state: VehicleState) => boolean;
  /** What this one puts an end to, whether sent, waiting, or waiting for its effect. */
  readonly supersedes: readonly OperationName[];
  /** Default 5000: the port's obligation. */
  readonly limitMs?: number;
  /** For a command that is answered only when it is done; default 500. */
  readonly resendMs?: number;
};

type Running = {
  readonly promise: Promise<void>;
  readonly isDone: (state: VehicleState) => boolean;
  readonly startedMs: number;
  readonly limitMs: number;
  readonly end: (error?: Error) => void;
  withdraw: () => void;
  accepted: boolean;
};

/** Source: the port's obligation that no command takes longer. */
const defaultLimitMs = 5000;

/** At most one of each name runs; a second call shares its outcome. */
export class Operations {
  readonly #tracker: CommandTracker;
  readonly #describeRefusal: (result: number) => string;
  readonly #running = new Map<OperationName, Running>();

  constructor(tracker: CommandTracker, describeRefusal: (result: number) => string) {
    this.#tracker = tracker;
    this.#describeRefusal = describeRefusal;
  }

  run(operation: Operation, state: () => VehicleState, nowMs: number): Promise<void> {
    const { name } = operation;
    const shared = this.#running.get(name);
    if (shared) return shared.promise;
    for (const other of operation.supersedes)
      this.#end(other, new RefusedError('refused', `${other} was superseded by ${name}`));
    const running = this.#start(operation, nowMs);
    running.withdraw = this.#tracker.submit(operation.request, {
      nowMs,
      isUrgent: operation.supersedes.length > 0,
      ...(operation.resendMs !== undefined && { resendMs: operation.resendMs }),
      settle: (outcome) => this.#answered(name, outcome, state),
    });
    return running.promise;
  }

  /** A new state: those whose effect it shows are done. */
  stateChanged(state: VehicleState): void {
    for (const [name, running] of [...this.#running])
      if (running.accepted && running.isDone(state)) this.#end(name);
  }

  tick(nowMs: number): void {
    for (const [name, running] of [...this.#running])
      if (nowMs - running.startedMs >= running.limitMs)
        this.#end(name, new RequestTimeoutError(name, running.limitMs));
  }

  #start(operation: Operation, nowMs: number): Running {
    let end: (error?: Error) => void = () => undefined;
    const promise = new Promise<void>((resolve, reject) => {
      end = (error) => (error ? reject(error) : resolve());
    });
    const running: Running = {
      promise,
      isDone: operation.isDone,
      startedMs: nowMs,
      limitMs: operation.limitMs ?? defaultLimitMs,
      end,
      withdraw: () => undefined,
      accepted: false,
    };
    this.#running.set(operation.name, running);
    return running;
  }

  #answered(name: OperationName, outcome: CommandOutcome, state: () => VehicleState): void {
    const running = this.#running.get(name);
    if (!running) return;
    running.accepted = outcome.type === 'accepted';
    if (outcome.type !== 'accepted') this.#end(name, this.#errorOf(name, outcome));
    else if (running.isDone(state())) this.#end(name);
  }

  #errorOf(name: OperationName, outcome: Exclude<CommandOutcome, { type: 'accepted' }>): Error {
    switch (outcome.type) {
      case 'rejected':
        return new RefusedError('refused', `${name} was refused: ${this.#describeRefusal(outcome.result)}`);
      case 'timedOut':
        return new RequestTimeoutError(name, outcome.afterMs);
      case 'superseded':
        return new RefusedError('refused', `${name} was superseded`);
      case 'disconnected':
        return new DisconnectedError(`the autopilot was lost before it answered to ${name}`);
    }
  }

  /** Ends every operation, also those that only wait for their effect. */
  disconnect(): void {
    this.#tracker.disconnect();
    for (const name of [...this.#running.keys()])
      this.#end(name, new DisconnectedError(`the autopilot was lost during ${name}`));
  }

  #end(name: OperationName, error?: Error): void {
    const running = this.#running.get(name);
    if (!running) return;
    this.#running.delete(name);
    if (!running.accepted) running.withdraw();
    running.end(error);
  }
}
