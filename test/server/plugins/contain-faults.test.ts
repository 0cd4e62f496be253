import { describe, expect, it } from 'vitest';
import { containFaults } from '../../../server/plugins/adapters/contain-faults.js';

const frames = (...places: readonly string[]) =>
  Object.assign(new Error('a fault'), {
    stack: ['Error: a fault', ...places.map((each) => `    at ${each}`)].join('\n'),
  });

describe('a fault that nobody caught', () => {
  const node = 'TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)';
  const ours = 'step (file:///opt/starling/dist/server/main.js:7:9)';

  it('is a plugin’s when the plugin, or what it has brought along, is in its stack', () => {
    const { isPlugins, close } = containFaults(['/srv/plugins/a.mjs'], () => undefined);
    expect(isPlugins(frames('tick (file:///srv/plugins/a.mjs:3:1)', node))).toBe(true);
    expect(isPlugins(frames('tick (file:///srv/plugins/desk/lamp.mjs:3:1)'))).toBe(true);
    expect(isPlugins(frames('tick (file:///srv/plugins-of-others/a.mjs:3:1)'))).toBe(false);
    close();
  });

  it('is taken for theirs when nothing says whose it is: a socket’s, or what is no error', () => {
    const { isPlugins, close } = containFaults(['/srv/plugins/a.mjs'], () => undefined);
    expect([frames(node), frames(), 'a text', undefined].map(isPlugins)).toEqual([true, true, true, true]);
    expect(isPlugins(frames(node, ours))).toBe(false);
    close();
  });

  it('is nobody’s where there are no plugins', () => {
    const before = process.listenerCount('uncaughtException');
    const { isPlugins, close } = containFaults([], () => undefined);
    expect([isPlugins(frames(node)), isPlugins('a text')]).toEqual([false, false]);
    expect(process.listenerCount('uncaughtException')).toBe(before);
    close();
  });
});
