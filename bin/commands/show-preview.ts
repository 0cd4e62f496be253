/** `starling show preview`: the show in the terminal. Wires the terminal to it. */
import { UsageError } from '../../lib/errors.js';
import { openShow } from '../../lib/show/adapters/open-show.js';
import { playShow } from '../../lib/show/preview/adapters/terminal-preview.js';
import { sceneOf } from '../../lib/show/preview/scene.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';

export async function runShowPreview(path: string): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new UsageError('the preview needs a terminal; "starling show report" makes a page');
  const { show } = await openShow(path);
  return playShow({ scene: sceneOf(show), clock: new SystemClock() });
}
