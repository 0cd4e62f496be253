import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openStoredShow } from '../../../bin/rehearsal/open-stored-show.js';

it('opens a show in this process, with what old drones and ours are sent', async () => {
  const show = await openStoredShow(fileURLToPath(new URL('../../../shows/circle', import.meta.url)));
  expect(show.loaded.slots).toHaveLength(5);
  expect(show.parts.size).toBe(5);
  expect(new TextDecoder().decode(await show.animation('drone-2'))).toMatch(/^circle/);
  expect(await show.animation('drone-9')).toBeUndefined();
  await expect(openStoredShow('/nowhere/at-all')).rejects.toThrow('/nowhere/at-all');
});
