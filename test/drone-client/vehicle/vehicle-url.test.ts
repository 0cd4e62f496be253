import { describe, expect, it } from 'vitest';
import { parseVehicleUrl } from '../../../drone-client/vehicle/vehicle-url.js';
import { UsageError } from '../../../lib/errors.js';

const sim = { kind: 'sim', seed: 1, startPositionM: { x: 0, y: 0, z: 0 }, autopilot: 'px4' };
const byPath = '/dev/serial/by-path/platform-3f980000.usb-usb-0:1.2:1.0';

describe('a vehicle URL', () => {
  it.each([
    ['serial:/dev/ttyAMA0:57600', { kind: 'serial', path: '/dev/ttyAMA0', baudRate: 57600 }],
    ['serial:/dev/ttyAMA0', { kind: 'serial', path: '/dev/ttyAMA0', baudRate: 921600 }],
    [`serial:${byPath}:115200`, { kind: 'serial', path: byPath, baudRate: 115200 }],
    [`serial:${byPath}`, { kind: 'serial', path: byPath, baudRate: 921600 }],
    ['serial:COM3:57600?sysid=4', { kind: 'serial', path: 'COM3', baudRate: 57600, systemId: 4 }],
    ['udp:127.0.0.1:14580', { kind: 'udp', host: '127.0.0.1', port: 14580 }],
    ['udp:drone-3.local:14580?sysid=3', { kind: 'udp', host: 'drone-3.local', port: 14580, systemId: 3 }],
    ['udpin:127.0.0.1:14540', { kind: 'udpin', host: '127.0.0.1', port: 14540 }],
    ['udpin:14540', { kind: 'udpin', host: '0.0.0.0', port: 14540 }],
    ['udp:[::1]:14580', { kind: 'udp', host: '::1', port: 14580 }],
    [
      'tcp:10.0.0.7:5760?sysid=7&own_sysid=8&compid=192',
      { kind: 'tcp', host: '10.0.0.7', port: 5760, systemId: 7, ownSystemId: 8, ownComponentId: 192 },
    ],
    ['sim:', sim],
    ['sim:?seed=4&x=1.5&y=-2&z=0.5', { ...sim, seed: 4, startPositionM: { x: 1.5, y: -2, z: 0.5 } }],
    ['sim:?sysid=9&autopilot=ardupilot', { ...sim, autopilot: 'ardupilot', systemId: 9 }],
    ['sim:?autopilot=px4&own_sysid=3', { ...sim, ownSystemId: 3 }],
  ])('%s is read', (text, expected) => {
    expect(parseVehicleUrl(text)).toEqual(expected);
  });

  it.each([
    ['serial:ttyAMA0:921600', 'the device’s whole path'],
    ['serial:', 'expected serial:DEVICE[:RATE]'],
    ['serial:/dev/ttyAMA0:12', 'the rate must be 300 to 4000000 baud'],
    ['serial:/dev/ttyAMA0:9216000', 'the rate must be 300 to 4000000 baud'],
    ['serial:/dev/ttyAMA0?baud=57600', 'unknown option "baud": there are sysid, own_sysid, compid'],
    ['udp:127.0.0.1', 'expected udp:HOST:PORT'],
    ['udp:14550', 'expected udp:HOST:PORT'],
    ['tcp:5760', 'expected tcp:HOST:PORT'],
    ['tcp://127.0.0.1:5760', 'expected tcp:HOST:PORT'],
    ['udp:127.0.0.1:70000', 'the port must be 1 to 65535'],
    ['udpin:0.0.0.0:0', 'the port must be 1 to 65535'],
    ['udpin:', 'expected udpin:[HOST:]PORT'],
    ['sim:?x=', '"x" must be a number'],
    ['sim:?q=1', 'unknown option "q"'],
    ['sim:?seed=1.5', 'seed must be a whole number'],
    ['sim:?autopilot=betaflight', 'autopilot must be px4 or ardupilot, not "betaflight"'],
    ['udp:a:1?autopilot=px4', 'unknown option "autopilot"'],
    ['udp:a:1?sysid=0', 'sysid must be 1 to 255'],
    ['udp:a:1?own_sysid=256', 'own_sysid must be 1 to 255'],
    ['udp:a:1?compid=x', '"compid" must be a number'],
    ['udp:a:1?sysid=1&sysid=2', '"sysid" is given twice'],
    ['sim://x', 'a simulated vehicle has no address'],
    ['usb:/dev/ttyACM0', 'expected serial:DEVICE[:RATE], udp:HOST:PORT'],
    ['', 'expected serial:DEVICE[:RATE], udp:HOST:PORT'],
  ])('%s is refused with a reason', (text, reason) => {
    expect(() => parseVehicleUrl(text)).toThrow(UsageError);
    expect(() => parseVehicleUrl(text)).toThrow(reason);
  });
});
