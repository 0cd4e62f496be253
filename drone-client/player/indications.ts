/** What the lights say outside a show's own colours. Data alone: knows no device. */
import type { Rgb } from '../../lib/show/model.js';
import type { LedEffect } from '../led/led.js';

const red: Rgb = { red: 255, green: 0, blue: 0 };
const green: Rgb = { red: 0, green: 255, blue: 0 };

/** Red wipe while the motors start, fast green blink in a climb, fast red blink until disarmed. Source: clever-show. */
export const indications: Readonly<Record<'arming' | 'climbing' | 'landing', LedEffect>> = {
  arming: { kind: 'wipe', color: red },
  climbing: { kind: 'blink_fast', color: green },
  landing: { kind: 'blink_fast', color: red },
};
