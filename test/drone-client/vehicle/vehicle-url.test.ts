import { describe, expect, it } from 'vitest';
import { parseVehicleUrl } from '../../../drone-client/vehicle/vehicle-url.js';
import { UsageError } from '../../../lib/errors.js';

describe('a vehicle URL', () => {
  it.each([
    ['udp:127.0.0.1:14580', { kind: 'udp', host: '127.0.0.1', port: 14580 }],
    ['udp:drone-3.local:14580?sysid=3', { kind: 'udp', host: 'drone-3.local', port: 14580, systemId: 3 }],
    ['udpin:0.0.0.0:14540', { kind: 'udpin', host: '0.0.0.0', port: 14540 }],
    ['udp:[::1]:14580', { kind: 'udp', host: '::1', port: 14580 }],
    ['sim:', { kind: 'sim', seed: 1, startPositionM: { x: 0, y: 0, z: 0 } }],
    ['sim:?seed=4&x=1.5&y=-2&z=0.5', { kind: 'sim', seed: 4, startPositionM: { x: 1.5, y: -2, z: 0.5 } }],
    ['sim:?sysid=9', { kind: 'sim', seed: 1, startPositionM: { x: 0, y: 0, z: 0 }, systemId: 9 }],
  ])('%s is read', (text, expected) => {
    expect(parseVehicleUrl(text)).toEqual(expected);
  });

  it.each([
    ['serial:/dev/ttyAMA0:921600', 'serial: is not there yet'],
    ['tcp:127.0.0.1:5760', 'tcp: is not there yet'],
    ['udp:127.0.0.1', 'expected udp:HOST:PORT'],
    ['udp:127.0.0.1:70000', 'expected udp:HOST:PORT'],
    ['udpin:0.0.0.0:0', 'expected udpin:HOST:PORT'],
    ['sim:?x=', '"x" must be a number'],
    ['sim:?q=1', 'unknown option "q"'],
    ['sim:?seed=1.5', 'seed must be a whole number'],
    ['udp:a:1?sysid=0', 'sysid must be 1 to 255'],
    ['sim://x', 'expected udp:HOST:PORT'],
    ['', 'expected udp:HOST:PORT'],
  ])('%s is refused with a reason', (text, reason) => {
    expect(() => parseVehicleUrl(text)).toThrow(UsageError);
    expect(() => parseVehicleUrl(text)).toThrow(reason);
  });
});
