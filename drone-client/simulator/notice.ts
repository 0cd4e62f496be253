/** What an autopilot has to say about its decisions, for both of MAVLink's ways: by number and in words. Knows no link. */
import { common } from 'mavlink-mappings';
import { AutopilotEvent } from '../vehicle/mavlink/messages.js';

export type Notice = {
  /** For EVENT: the simulator's own (PX4 hashes names there). */
  readonly number: number;
  readonly text: string;
  /** Default critical. */
  readonly severity?: number;
};

/** STATUSTEXT holds this many characters. Source: MAVLink common.xml. */
const maxTextLength = 50;

/** Component 1 in the top byte, then the number. */
export function eventOf(
  notice: Notice,
  at: { readonly sinceBootMs: number; readonly sequence: number },
): AutopilotEvent {
  return Object.assign(new AutopilotEvent(), {
    id: 0x0100_0000 + notice.number,
    eventTimeBootMs: Math.floor(at.sinceBootMs),
    sequence: at.sequence,
  });
}

export function statusTextOf({ text, severity = common.MavSeverity.CRITICAL }: Notice): common.StatusText {
  return Object.assign(new common.StatusText(), {
    severity,
    text: text.slice(0, maxTextLength),
    id: 0,
    chunkSeq: 0,
  });
}
