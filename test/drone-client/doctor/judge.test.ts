import { describe, expect, it } from 'vitest';
import { judgeHost, judgeKey } from '../../../drone-client/doctor/judge-drone.js';
import { judgeServer, judgeTimeServer, type MetServer } from '../../../drone-client/doctor/judge-server.js';
import {
  judgeLights,
  judgeSerial,
  judgeVehiclePort,
  judgeVehicleTcp,
  type SerialFacts,
} from '../../../drone-client/doctor/judge-vehicle.js';
import { readServiceCall } from '../../../drone-client/doctor/service-call.js';

const path = '/dev/ttyAMA0';
const device = { path, isThere: true, isDevice: true, mayOpen: true, holder: undefined, others: [] };
const serial: SerialFacts = { ...device, isConsole: false, driverError: undefined };
const own = { pid: 5, command: 'starling.js drone --config /etc/starling/drone.ini' };
const rival = { pid: 6, command: 'mavproxy.py' };

describe('the autopilot’s device', () => {
  const judge = (change: Partial<SerialFacts>) => judgeSerial({ ...serial, ...change })[0];

  it('is there, free, and may be opened; or what stands in the way is told with a remedy', () => {
    expect(judge({})?.verdict).toBe('ok');
    expect(judge({ isThere: false, others: ['/dev/ttyACM0'] })?.todo).toMatch(/ttyACM0.*enable_uart=1/);
    expect(judge({ isDevice: false })?.text).toContain('no serial device');
    expect(judge({ mayOpen: false })?.todo).toContain('usermod -aG dialout');
  });

  it('is left to our own client, and not to another program', () => {
    const held = (holder: typeof own) => judgeSerial({ ...serial, holder })[0];
    expect(held(own)).toMatchObject({ verdict: 'ok', text: expect.stringContaining('left alone') });
    expect(held(rival)).toMatchObject({
      verdict: 'problem',
      text: expect.stringContaining('mavproxy.py (process 6)'),
    });
  });

  it('is not the console of Linux, and its driver loads', () => {
    expect(judge({ isConsole: true })?.verdict).toBe('ok');
    expect(judgeSerial({ ...serial, isConsole: true })[1]?.todo).toContain('cmdline.txt');
    expect(judgeSerial({ ...serial, driverError: 'wrong ELF class' })[1]?.text).toContain('wrong ELF class');
  });

  it('may be a port, held by our own client alone, or a TCP peer that answers', () => {
    const port = { port: 14_540, protocol: 'UDP', refusal: 'EADDRINUSE' } as const;
    expect(judgeVehiclePort({ ...port, holder: own }).verdict).toBe('ok');
    expect(judgeVehiclePort({ ...port, holder: rival }).verdict).toBe('problem');
    expect(judgeVehicleTcp('127.0.0.1:5760', undefined).verdict).toBe('ok');
    expect(judgeVehicleTcp('127.0.0.1:5760', 'refused').verdict).toBe('problem');
  });
});

describe('the lights', () => {
  const bus = { ...device, path: '/dev/spidev0.0', bufferBytes: 65_536 };
  const judge = (change: Partial<typeof bus>, count = 58) =>
    judgeLights({ type: 'ws281x', count, bus: { ...bus, ...change } });

  it('on the SPI bus need the bus, leave to open it, and a buffer that takes them all', () => {
    expect(judge({}).verdict).toBe('ok');
    expect(judge({ isThere: false }).todo).toContain('dtparam=spi=on');
    expect(judge({ mayOpen: false }).todo).toContain('usermod -aG spi');
    expect(judge({ bufferBytes: 4096 }, 1000)).toMatchObject({
      verdict: 'problem',
      todo: expect.stringContaining('spidev.bufsiz'),
    });
  });

  it('elsewhere are taken as configured; none configured is told', () => {
    expect(judgeLights({ type: 'mavlink', count: 1 }).verdict).toBe('ok');
    expect(judgeLights({ type: 'auto', count: 1 })).toMatchObject({ verdict: 'warning' });
  });
});

describe('the server of a drone', () => {
  const met = (server: Partial<MetServer>, { hasKey = true, isOpen = false } = {}) =>
    judgeServer(
      {
        ...{ kind: 'met', hasKey, isOpen },
        server: { name: '10.0.0.1:25000', isProven: false, isOld: false, ...server },
      },
      '1.0',
    );

  it('has proven the key, or is told apart from one that has not', () => {
    expect(met({ id: 's', version: '1.0', isProven: true })).toMatchObject([
      { verdict: 'ok' },
      { verdict: 'ok' },
    ]);
    expect(met({ id: 's', version: '1.0' })[0]?.verdict).toBe('problem');
    expect(met({ id: 's', version: '1.0' }, { hasKey: false, isOpen: true })[0]?.verdict).toBe('ok');
    expect(met({ isOld: true })[0]?.verdict).toBe('warning');
    expect(met({}, { hasKey: false })[0]?.todo).toBe('give this drone its key');
  });

  it('has another version: told, for it will call the drone not ready', () => {
    expect(met({ id: 's', version: '0.9', isProven: true })[1]).toMatchObject({
      check: 'version',
      verdict: 'warning',
    });
  });

  it('can not be reached: the advice goes by why', () => {
    const todo = (error: string) => judgeServer({ kind: 'unreachable', name: 'a:1', error }, '1')[1]?.todo;
    expect(todo('connect ECONNREFUSED')).toContain('firewall');
    expect(todo('do not prove the same key')).toContain('starling fleet list');
    const unknown = { kind: 'unknown', listenedS: 4 } as const;
    expect(judgeServer({ ...unknown, isListening: true }, '1')[1]?.text).toContain('within 4 s');
    expect(judgeServer({ ...unknown, isListening: false }, '1')[1]?.text).toContain('[BROADCAST] use is off');
  });

  it('tells the time, and how far off this clock is', () => {
    expect(judgeTimeServer({ name: 'a:123', offsetMs: 1500 }, true).text).toBe(
      'a:123 answers; this clock is 1.500 s behind it',
    );
    expect(judgeTimeServer({ name: 'a:123', error: 'silence' }, true).verdict).toBe('warning');
    expect(judgeTimeServer({ name: 'a:123', error: 'silence' }, false).verdict).toBe('problem');
  });
});

describe('the drone itself', () => {
  it('has a key that it alone can read, or is told how to get one', () => {
    const error = (text: string) => judgeKey({ kind: 'error', text });
    expect(error('k can be read by others, and opens doors: chmod 600 it')).toMatchObject({
      todo: 'chmod 600 it',
    });
    expect(error('the key k can not be read: EACCES').todo).toContain('sudo -u');
    expect(error('the key k can not be read: there is no such file').todo).toContain('fleet enroll');
    expect(judgeKey({ kind: 'open' }).verdict).toBe('warning');
    const key = {
      id: 'drone-1',
      identity: 'drone-1.1',
      psk: Buffer.alloc(32),
      serverPublicKey: '',
      fleet: 'f',
    };
    expect(judgeKey({ kind: 'key', key, isOpen: false }).verdict).toBe('ok');
    expect(judgeKey({ kind: 'key', key, isOpen: true }).verdict).toBe('warning');
  });

  it('is judged as it judges itself before a start: heat, voltage; and its Wi-Fi', () => {
    const well = judgeHost({ ageMs: 0, diskFreeBytes: 1, cpuTemperatureC: 50, linkQuality: 0.9 });
    expect(well.map(({ check, verdict }) => `${check} ${verdict}`)).toEqual(['temperature ok', 'Wi-Fi ok']);
    const underVoltage = { isNow: true, hasBeen: true };
    const ill = judgeHost({ ageMs: 0, cpuTemperatureC: 84, underVoltage, linkQuality: 0.1 });
    expect(ill.map(({ check, verdict }) => `${check} ${verdict}`)).toEqual([
      'temperature problem',
      'under voltage problem',
      'Wi-Fi warning',
    ]);
    expect(ill.every(({ todo }) => todo !== undefined && todo.length > 5)).toBe(true);
  });
});

describe('the service of a drone', () => {
  it('is called as the file of its settings says, comments aside', () => {
    expect(
      readServiceCall(
        '# STARLING_VEHICLE=sim:\nSTARLING_VEHICLE=serial:/dev/serial0:921600\nSTARLING_ARGUMENTS="--key /etc/starling/key --server 10.0.0.1:25000"\n',
      ),
    ).toEqual({ vehicle: 'serial:/dev/serial0:921600', key: '/etc/starling/key', server: '10.0.0.1:25000' });
    expect(readServiceCall("STARLING_ARGUMENTS='--open'\n")).toEqual({ open: true });
    expect(readServiceCall('')).toEqual({});
  });
});
