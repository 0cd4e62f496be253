import { describe, expect, it } from 'vitest';
import type { ConnectionManager } from '../../../lib/messaging/index.js';
import { setOption } from '../../../server/files/config-operations.js';
import type { FileContext } from '../../../server/files/file-context.js';

/** An old client: it sends no specification, and believes what it is sent. */
function rig() {
  const sent: unknown[] = [];
  const link = {
    isConnected: true,
    helloSettled: async () => undefined,
    hasFeature: () => false,
    getResponse: async () => ({ config: {} }),
    sendMessage: (_action: string, { kwargs }: { readonly kwargs: unknown }) => void sent.push(kwargs),
  } as unknown as ConnectionManager;
  const context = {
    commands: {
      run: (_action: string, ids: readonly string[], send: (id: string) => unknown) =>
        Promise.all(ids.map(async (id) => ({ id, ...Object(await send(id)) }))),
    },
    connection: () => link,
    refusal: () => undefined,
    parallel: 1,
  } as unknown as FileContext;
  return { sent, set: (option: string, value: string) => setOption(context, ['a'], { option, value }) };
}

describe('an option that is set by its name', () => {
  it('is sent as one', async () => {
    const { sent, set } = rig();
    expect(await set('FLIGHT/takeoff_height', '2')).toMatchObject([{ ok: true }]);
    expect(sent).toEqual([{ config: { FLIGHT: { takeoff_height: { __value__: '2' } } }, mode: 'modify' }]);
  });

  it.each([
    ['FLIGHT/x', '1\n[SECURITY]\nopen = yes'],
    ['FLIGHT]\n[SECURITY/open', 'yes'],
    ['x = 1\nclover_dir', '/'],
    [' clover_dir', '/'],
    ['SECURITY /open', 'yes'],
    ['"id"', 'drone-1'],
    ['# x', '1'],
    ['FLIGHT/', '1'],
  ])('brings no other one along: %j = %j', async (option, value) => {
    const { sent, set } = rig();
    expect(await set(option, value)).toMatchObject([{ ok: false, code: 'bad_config' }]);
    expect(sent).toEqual([]);
  });
});
