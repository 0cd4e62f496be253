/** What a simulated autopilot has to say, in order, until it is taken. Knows no link and decides nothing. */
import { common, type MavLinkData } from 'mavlink-mappings';
import type { ReceivedMessage } from '../vehicle/mavlink/codec.js';
import { eventOf, type Notice, statusTextOf } from './notice.js';

/** Which of the two ways it tells its reasons. */
export type NoticeWays = { readonly asEvent: boolean; readonly asText: boolean };

/** Who asked. */
type Asker = Pick<ReceivedMessage, 'systemId' | 'componentId'>;

export class Outbox {
  readonly #ways: NoticeWays;
  #messages: MavLinkData[] = [];
  #eventSequence = 0;

  constructor(ways: NoticeWays) {
    this.#ways = ways;
  }

  /** Everything since the last call. */
  take(): MavLinkData[] {
    const messages = this.#messages;
    this.#messages = [];
    return messages;
  }

  push(message: MavLinkData | undefined): void {
    if (message) this.#messages.push(message);
  }

  tell(notice: Notice, sinceBootMs: number): void {
    if (this.#ways.asEvent) {
      this.#eventSequence = (this.#eventSequence + 1) & 0xffff;
      this.#messages.push(eventOf(notice, { sinceBootMs, sequence: this.#eventSequence }));
    }
    if (this.#ways.asText) this.#messages.push(statusTextOf(notice));
  }

  /** In words on every autopilot. */
  say(text: string, severity: number): void {
    this.#messages.push(statusTextOf({ number: 0, text, severity }));
  }

  /** COMMAND_ACK; `result` is a MAV_RESULT. */
  answer(command: number, result: number, to: Asker): void {
    this.#messages.push(Object.assign(new common.CommandAck(), { command, result, ...addressed(to) }));
  }

  /** The answer to a TIMESYNC request; an answer of somebody else's gets none. */
  timesync(request: common.TimeSync, to: Asker, sinceBootMs: number): void {
    if (request.tc1 !== 0n) return;
    const tc1 = BigInt(Math.round(sinceBootMs * 1e6));
    this.#messages.push(Object.assign(new common.TimeSync(), { tc1, ts1: request.ts1, ...addressed(to) }));
  }

  /** Events are counted from a start. */
  restart(): void {
    this.#eventSequence = 0;
  }
}

function addressed({ systemId, componentId }: Asker): { targetSystem: number; targetComponent: number } {
  return { targetSystem: systemId, targetComponent: componentId };
}
