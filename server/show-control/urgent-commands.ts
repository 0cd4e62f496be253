/**
 * Commands that end or hold flights: by the connection and by datagram at once, and one outcome of both. Knows commands
 * and calls; no socket, no show.
 */
import type { EmergencyCall } from '../../lib/emergency/emergency-call.js';
import {
  type EmergencyAction,
  type EmergencyState,
  isEmergencyAction,
} from '../../lib/emergency/emergency-wire.js';
import { errorText } from '../../lib/errors.js';
import type { Clock } from '../../lib/time/clock.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { LogLine } from '../snapshot.js';
import type { CommandRunner } from './command-runner.js';
import type { Outcome } from './send-command.js';

export type UrgentCommandsOptions = {
  readonly clock: Clock;
  readonly commands: Pick<CommandRunner, 'run' | 'sendOne'>;
  /** A call to those of the drones that hear datagrams; undefined where none does. */
  readonly call: ((what: EmergencyAction, ids: readonly string[]) => EmergencyCall | undefined) | undefined;
  readonly log: (level: LogLine['level'], text: string) => void;
};

/** What a connection's failure is called; any other outcome is the drone's own. */
const failures: ReadonlySet<string | undefined> = new Set(['unreachable', 'timeout', 'internal']);

/** So long a drone without a connection may take to answer a datagram before the operator is told, ms. */
const firstAnswerMs = 1_000;

/** One that has heard may take as long to come to the end of it as one with a connection, ms. */
const endMs = 7_000;

/** A command is sent again by a connection that is made so long after it, ms: as long as its datagrams are. */
const againMs = 10_000;

export class UrgentCommands {
  readonly #options: UrgentCommandsOptions;
  /** What no connection has answered, oldest first. */
  readonly #unanswered = new Set<Unanswered>();

  constructor(options: UrgentCommandsOptions) {
    this.#options = options;
  }

  /** Both ways are used before this returns. One result per id, in the given order. */
  send(action: string, ids: readonly string[]): Promise<CommandResult[]> {
    const { commands, call: makeCall } = this.#options;
    this.#forgetOld();
    const call = this.#tried(action, () => (isEmergencyAction(action) ? makeCall?.(action, ids) : undefined));
    const results = commands.run(action, ids, (id) => this.#one(action, id, call));
    this.#tried(action, () => call?.begin());
    return results;
  }

  /**
   * A drone has said who it is by a new connection: what was written to the one before may be lost. It obeys once what it
   * has heard by datagram.
   */
  introduced(id: string): void {
    const { commands } = this.#options;
    this.#forgetOld();
    for (const open of [...this.#unanswered].filter((each) => each.id === id)) {
      const kwargs = { command: open.call.command };
      void commands.sendOne(id, open.action, { lane: 'emergency', kwargs }).then((outcome) => {
        if (isOwn(outcome)) open.answered(outcome);
      });
    }
  }

  /** What fails for datagrams keeps nothing from the connections. */
  #tried<T>(action: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      const why = errorText(error);
      this.#options.log('error', `${action} goes by the connections alone, without datagrams: ${why}`);
      return undefined;
    }
  }

  #forgetOld(): void {
    const sinceMs = this.#options.clock.monotonicMs() - againMs;
    for (const open of this.#unanswered) if (open.atMs <= sinceMs) this.#unanswered.delete(open);
  }

  #one(action: string, id: string, call: EmergencyCall | undefined): Promise<Outcome> {
    const { commands } = this.#options;
    if (!call?.has(id)) return commands.sendOne(id, action, { lane: 'emergency' });
    const byLink = commands.sendOne(id, action, { lane: 'emergency', kwargs: { command: call.command } });
    return this.#outcome({ action, id, call, byLink });
  }

  /** The first of both ways that knows the end. */
  #outcome({ action, id, call, byLink }: Ways): Promise<Outcome> {
    return new Promise((resolve) => {
      let isAnswered = false;
      const answer = (outcome: Outcome) => {
        isAnswered = true;
        resolve(outcome);
      };
      const answered = (outcome: Outcome) => {
        this.#unanswered.delete(open);
        if (isAnswered) this.#options.log('info', `${action} ${id}: ${againText(outcome)}`);
        answer(outcome);
        call.settle(id);
      };
      const open = { action, id, call, answered, atMs: this.#options.clock.monotonicMs() };
      this.#unanswered.add(open);
      void byLink.then(async (outcome) => {
        if (!outcome.ok && failures.has(outcome.code))
          return answer(await this.#withoutLink(id, call, outcome));
        if (!isOwn(outcome)) return answer(outcome);
        this.#unanswered.delete(open);
        call.settle(id);
        answer(outcome);
      });
      void call.outcome(id).then((state) => {
        if (!state) return;
        if (isAnswered) this.#options.log('info', `${action} ${id}: ${lateText(state)}`);
        else answer(byDatagram(state));
      });
    });
  }

  /** The connection has failed: what the datagrams have achieved so far. */
  async #withoutLink(id: string, call: EmergencyCall, failed: Outcome): Promise<Outcome> {
    const { clock } = this.#options;
    const ended = call.outcome(id);
    const wait = (forMs: number) =>
      Promise.race([
        ended,
        new Promise<undefined>((resolve) => void clock.after(forMs, () => resolve(undefined))),
      ]);
    const first = (await wait(firstAnswerMs)) ?? (call.hasHeard(id) ? await wait(endMs) : undefined);
    if (first) return byDatagram(first);
    if (call.hasHeard(id))
      return { ok: true, code: 'unconfirmed', message: `${toldText}, and obeying: its end is not known yet` };
    return { ...failed, message: `${failed.message ?? failed.code}; ${toldText} for 10 s, no answer yet` };
  }
}

type Ways = {
  readonly action: string;
  readonly id: string;
  readonly call: EmergencyCall;
  readonly byLink: Promise<Outcome>;
};

/** Sent to a drone; `answered`: it has answered by a connection that was made later. */
type Unanswered = Omit<Ways, 'byLink'> & {
  readonly answered: (outcome: Outcome) => void;
  readonly atMs: number;
};

/** The drone's own word; an old connection's plain action is not answered: its datagrams go on. */
function isOwn({ ok, code }: Outcome): boolean {
  return ok ? code !== 'unconfirmed' : !failures.has(code);
}

function againText({ ok, code, message }: Outcome): string {
  return `sent again by its new connection, ${ok ? 'done' : `refused: ${message ?? code ?? 'without a reason'}`}`;
}

const toldText = 'told by datagram';

function byDatagram({ state, code, message }: EmergencyState): Outcome {
  if (state === 'done') return { ok: true, message: toldText };
  return { ok: false, code: code ?? 'refused', message: message ?? 'refused' };
}

function lateText({ state, message }: EmergencyState): string {
  return `${toldText}, ${state === 'done' ? 'done' : `refused: ${message ?? 'without a reason'}`}`;
}
