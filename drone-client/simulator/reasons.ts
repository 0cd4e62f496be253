/** The commander's reasons as MAVLink carries them: by number, or in words. Knows no link. */
import { common } from 'mavlink-mappings';
import type { Reason } from './commander.js';

const texts: Readonly<Record<Reason, string>> = {
  estimatorNotReady: 'Arming denied: position estimate not ready',
  noOffboardSetpoints: 'Offboard denied: no setpoints',
  modePreventsArming: 'Arming denied: mode not suitable for take-off',
  notLanded: 'Disarming denied: not landed',
  modeUnavailable: 'Mode not available',
  offboardLost: 'Failsafe: offboard control lost',
  autoDisarmed: 'Disarmed automatically',
};

/** Component 1 in the top byte, then a number of the simulator's own (PX4 hashes names there). */
export function eventId(reason: Reason): number {
  return 0x0100_0001 + Object.keys(texts).indexOf(reason);
}

/** The same in words, for links that carry STATUSTEXT. */
export function statusText(reason: Reason): common.StatusText {
  const severity = reason === 'autoDisarmed' ? common.MavSeverity.INFO : common.MavSeverity.CRITICAL;
  return Object.assign(new common.StatusText(), { severity, text: texts[reason], id: 0, chunkSeq: 0 });
}
