/**
 * COMMAND_LONG and its answers as a state machine: matching by command id, resending, queueing, superseding.
 * Knows no link and no clock (time is an argument) and no effect: an answer proves only that the autopilot agreed.
 */
import { common } from 'mavlink-mappings';

/** A command and its parameters 1…7; missing ones are 0. */
export type CommandRequest = { readonly command: number; readonly params: readonly number[] };

/** How a command ended; exactly one for each that was submitted and not withdrawn. */
export type CommandOutcome =
  | { readonly type: 'accepted' }
  | { readonly type: 'rejected'; readonly result: number }
  | { readonly type: 'timedOut'; readonly afterMs: number }
  /** A more urgent command of the same id took its place; the autopilot may still have done it. */
  | { readonly type: 'superseded' }
  | { readonly type: 'disconnected' };

export type SubmitOptions = {
  readonly nowMs: number;
  /** Goes out at once and supersedes what is less urgent under the same command id, in flight or waiting. */
  readonly isUrgent?: boolean;
  /** For a command that an autopilot answers only when it is done; default 500. */
  readonly resendMs?: number;
  readonly settle: (outcome: CommandOutcome) => void;
};

type Entry = {
  readonly request: CommandRequest;
  readonly isUrgent: boolean;
  readonly resendMs: number;
  readonly settle: (outcome: CommandOutcome) => void;
  sends: number;
  startedMs: number;
  /** When to send again or to give up; moved by IN_PROGRESS. */
  dueMs: number;
  inProgress: boolean;
};

type Strays = { count: number; untilMs: number };

// Source: MAVLink command protocol; 5 resends 0.5 s apart.
const defaultResendMs = 500;
const maxSends = 6;
/** An autopilot that said IN_PROGRESS may be silent for this long. */
const progressSilenceMs = 3000;
/** How long an answer to an earlier copy of a command may still come in. */
const strayMs = 1000;

/** All commands to one autopilot. One of each command id is in flight; others of that id wait. */
export class CommandTracker {
  readonly #transmit: (request: CommandRequest, confirmation: number) => void;
  readonly #inFlight = new Map<number, Entry>();
  readonly #waiting: Entry[] = [];
  readonly #strays = new Map<number, Strays>();

  constructor(transmit: (request: CommandRequest, confirmation: number) => void) {
    this.#transmit = transmit;
  }

  /** Sends now or queues; the returned function withdraws it without an outcome (nothing more is sent for it). */
  submit(request: CommandRequest, options: SubmitOptions): () => void {
    const { nowMs, isUrgent = false, resendMs = defaultResendMs, settle } = options;
    const entry: Entry = {
      request,
      isUrgent,
      resendMs,
      settle,
      sends: 0,
      startedMs: nowMs,
      dueMs: nowMs,
      inProgress: false,
    };
    const superseded = isUrgent ? this.#removeLessUrgent(request.command, nowMs) : [];
    this.#waiting.push(entry);
    this.#startNext(request.command, nowMs);
    for (const other of superseded) other.settle({ type: 'superseded' });
    return () => this.#withdraw(entry);
  }

  /** An answer of the autopilot arrived. One that answers no command of ours, or an earlier copy, changes nothing. */
  acknowledged(ack: { readonly command: number; readonly result: number }, nowMs: number): void {
    const entry = this.#inFlight.get(ack.command);
    if (!entry || this.#isStray(ack.command, nowMs)) return;
    if (ack.result === common.MavResult.IN_PROGRESS) {
      entry.inProgress = true;
      entry.dueMs = nowMs + progressSilenceMs;
      return;
    }
    const accepted = ack.result === common.MavResult.ACCEPTED;
    this.#finish(entry, accepted ? { type: 'accepted' } : { type: 'rejected', result: ack.result }, nowMs);
  }

  /** Resends and gives up as the time says; call it every few tens of ms. */
  tick(nowMs: number): void {
    for (const entry of [...this.#inFlight.values()]) {
      if (nowMs < entry.dueMs) continue;
      if (entry.inProgress || entry.sends >= maxSends)
        this.#finish(entry, { type: 'timedOut', afterMs: nowMs - entry.startedMs }, nowMs);
      else this.#send(entry, nowMs);
    }
  }

  /** Ends every command, in flight or waiting: the autopilot is gone. */
  disconnect(): void {
    const entries = [...this.#inFlight.values(), ...this.#waiting];
    this.#inFlight.clear();
    this.#waiting.length = 0;
    this.#strays.clear();
    for (const entry of entries) entry.settle({ type: 'disconnected' });
  }

  #send(entry: Entry, nowMs: number): void {
    if (entry.sends === 0) entry.startedMs = nowMs;
    this.#transmit(entry.request, entry.sends);
    entry.sends += 1;
    entry.dueMs = nowMs + entry.resendMs;
  }

  #startNext(command: number, nowMs: number): void {
    if (this.#inFlight.has(command)) return;
    const index = this.#waiting.findIndex((entry) => entry.request.command === command);
    const [next] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (!next) return;
    this.#inFlight.set(command, next);
    this.#send(next, nowMs);
  }

  #finish(entry: Entry, outcome: CommandOutcome, nowMs: number): void {
    const { command } = entry.request;
    this.#inFlight.delete(command);
    const answered = outcome.type === 'accepted' || outcome.type === 'rejected' ? 1 : 0;
    this.#expectStrays(command, entry.sends - answered, nowMs);
    this.#startNext(command, nowMs);
    entry.settle(outcome);
  }

  #removeLessUrgent(command: number, nowMs: number): Entry[] {
    const removed = this.#waiting.filter((entry) => entry.request.command === command && !entry.isUrgent);
    for (const entry of removed) this.#waiting.splice(this.#waiting.indexOf(entry), 1);
    const current = this.#inFlight.get(command);
    if (!current || current.isUrgent) return removed;
    this.#inFlight.delete(command);
    this.#expectStrays(command, current.sends, nowMs);
    return [current, ...removed];
  }

  #withdraw(entry: Entry): void {
    const { command } = entry.request;
    const index = this.#waiting.indexOf(entry);
    if (index >= 0) this.#waiting.splice(index, 1);
    if (this.#inFlight.get(command) !== entry) return;
    this.#inFlight.delete(command);
    this.#expectStrays(command, entry.sends, entry.dueMs);
    this.#startNext(command, entry.dueMs);
  }

  /** Answers to copies already sent must not be taken for answers to the next command of the same id. */
  #expectStrays(command: number, count: number, nowMs: number): void {
    if (count > 0) this.#strays.set(command, { count, untilMs: nowMs + strayMs });
    else this.#strays.delete(command);
  }

  #isStray(command: number, nowMs: number): boolean {
    const strays = this.#strays.get(command);
    if (!strays || strays.count === 0 || nowMs >= strays.untilMs) return false;
    strays.count -= 1;
    return true;
  }
}
