/** Events of the server itself for one reader: where the show is, and the lines of its event log. Pure. */
import type { PushedEvent } from '../../../lib/protocols/tpp/control-protocol.js';
import type { Cancel } from '../../../lib/time/clock.js';
import type { LogLine, ServerSnapshot, ShowPhase } from '../../snapshot.js';
import { startAt } from './control-answers.js';
import type { EventBody, EventReader, EventSource } from './event-feed.js';

/** Begins with the phase as it is; a show begins by time alone, so that somebody has to look then. */
class NewestPhase implements EventSource {
  readonly #reader: EventReader;
  #told = '';
  #cancelTimer: Cancel | undefined;

  constructor(reader: EventReader) {
    this.#reader = reader;
  }

  *news({ phase, utcMs }: ServerSnapshot): Generator<EventBody> {
    this.#cancelTimer?.();
    if (phase.phase === 'countdown' && phase.startUtcMs > utcMs)
      this.#cancelTimer = this.#reader.clock.after(phase.startUtcMs - utcMs, () => this.#reader.wake());
    const body = phaseEvent(phase);
    const text = JSON.stringify(body);
    if (text === this.#told) return;
    this.#told = text;
    yield body;
  }

  close(): void {
    this.#cancelTimer?.();
  }
}

export function openPhase(reader: EventReader): EventSource {
  return new NewestPhase(reader);
}

function phaseEvent(phase: ShowPhase): PushedEvent {
  return {
    ...{ event_type: 'phase', phase: phase.phase, startAt: startAt(phase) },
    ...(phase.phase === 'countdown' && { holding: phase.holding, of: phase.of }),
  };
}

/** The lines that were written since the reader came. */
class NewLines implements EventSource {
  #told: LogLine | undefined;

  constructor({ first }: EventReader) {
    this.#told = first.log.at(-1);
  }

  *news({ log, utcMs }: ServerSnapshot): Generator<EventBody> {
    const begin = this.#told ? log.lastIndexOf(this.#told) + 1 : 0;
    if (this.#told && begin === 0)
      yield logEvent({
        ...{ atUtcMs: utcMs, level: 'warning' },
        text: 'lines are missing here: more were written than this reader took',
      });
    for (const line of log.slice(begin)) {
      this.#told = line;
      yield logEvent(line);
    }
  }

  close(): void {
    this.#told = undefined;
  }
}

export function openLog(reader: EventReader): EventSource {
  return new NewLines(reader);
}

function logEvent({ atUtcMs, level, text }: LogLine): PushedEvent {
  return { event_type: 'log', at: new Date(atUtcMs).toISOString(), level, text };
}
