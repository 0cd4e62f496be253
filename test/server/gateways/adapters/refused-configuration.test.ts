import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../lib/config/index.js';
import { serverConfigSpec } from '../../../../server/config-spec.js';
import {
  type OpenGatewaysOptions,
  openGateways,
} from '../../../../server/gateways/adapters/open-gateways.js';
import { FakeClock } from '../../../support/fake-clock.js';

describe('gateways whose configuration can not be', () => {
  it.each([
    ['certificate = /not/there.pem\nkey = /not/there.pem', /there is no such file/],
    ['certificate = /not/there.pem', /GATEWAYS\/key is missing/],
    ['bridges = a:b:c', /bridges/],
    ['disabled = nobody:gmsg', /no gateway "nobody"/],
    ['[CUES]\ngo = start', /"start" can not be fired/],
  ])('are refused and leave nothing running: %s', async (lines, reason) => {
    const clock = new FakeClock();
    const config = loadConfig(`[GATEWAYS]\n${lines}\n`, 'server.ini', serverConfigSpec);
    const wanted = [{ name: 'cloudlink', port: 0 }] as const;
    const options = { wanted, config, clock, version: '0' } as unknown as OpenGatewaysOptions;
    await expect(openGateways(options)).rejects.toThrow(reason);
    expect(clock.pending).toBe(0);
  });
});
