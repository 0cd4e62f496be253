/** What the simulated Copter says about its decisions. Knows no link and takes no decision. */
import { common } from 'mavlink-mappings';
import type { Notice } from '../notice.js';

/** Why it does not arm, in the order in which a start gets over them. Source: observed on ArduCopter. */
export const settlingTexts = [
  'Arm: Gyros inconsistent',
  'Arm: AHRS: waiting for home',
  'Arm: Need Position Estimate',
] as const;

const { CRITICAL, INFO, WARNING } = common.MavSeverity;

/** It sends no EVENTs, so that their number does not matter. */
export function ardupilotNotice(text: string, isHarmless = false): Notice {
  return { number: 0, text, severity: isHarmless ? INFO : CRITICAL };
}

export function modeRefusal(mode: string, why: string): Notice {
  return { number: 0, text: `Mode change to ${mode} failed: ${why}`, severity: WARNING };
}
