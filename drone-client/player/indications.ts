/** What the lights say outside a show's own colours. Pure: a pattern and a moment in, a colour out. */
import { black, type Rgb } from '../../lib/show/model.js';

const red: Rgb = { red: 255, green: 0, blue: 0 };
const green: Rgb = { red: 0, green: 255, blue: 0 };

/** Half period of the fast blink, ms. */
const blinkMs = 100;

/** Colour of an indication `sinceMs` after it began: red while the motors start, green blink in climb, red in landing. */
export function indicate(kind: 'arming' | 'climbing' | 'landing', sinceMs: number): Rgb {
  if (kind === 'arming') return red;
  const isLit = Math.floor(sinceMs / blinkMs) % 2 === 0;
  if (!isLit) return black;
  return kind === 'climbing' ? green : red;
}
