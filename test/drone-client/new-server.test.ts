import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ConnectionEvent,
  ConnectionManager,
  Endpoint,
  type Json,
  libraryFeatures,
} from '../../lib/messaging/index.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type DroneRig, showFile, startRig } from './rig.js';
import { waitFor } from './wait-for.js';

/** The server's clock is an hour ahead of the drone's. */
const aheadMs = 3_600_000;

class AheadClock extends SystemClock {
  override utcMs(): number {
    return super.utcMs() + aheadMs;
  }
}

let rig: DroneRig;
let server: ConnectionManager;
let telemetry: { [key: string]: Json } = {};

beforeEach(async () => {
  rig = await startRig();
  const endpoint = new Endpoint();
  endpoint.messageCallback('telemetry', (_connection, kwargs) => {
    telemetry = (kwargs as { value: typeof telemetry }).value;
  });
  const socket = await rig.acceptSocket();
  server = new ConnectionManager({
    endpoint,
    clock: new AheadClock(),
    hello: {
      protocol: 1,
      role: 'server',
      id: 'server-1',
      software: 'starling',
      version: '0.1.0',
      features: libraryFeatures,
    },
  });
  const greeted = new Promise<void>((resolve) => {
    server.onEvent((event: ConnectionEvent) => event.type === 'heartbeat' && resolve());
  });
  server.connect(socket);
  server.markIdentified();
  await greeted;
});

afterEach(async () => {
  server.close();
  await rig.close();
});

const ask = (name: string, kwargs: { [key: string]: Json } = {}) => server.getResponse(name, { kwargs });
const serverS = () => (Date.now() + aheadMs) / 1000;

describe('a drone and a server of ours', () => {
  it('greet each other, and every command is answered', async () => {
    expect(server.peer).toMatchObject({
      role: 'drone',
      id: 'drone-1',
      software: 'starling',
      version: '0.1.0',
    });
    expect(await ask('led_fill', { blue: 5 })).toEqual({ ok: true });
    expect(await ask('test')).toEqual({ ok: true });
    await expect(ask('pause')).rejects.toMatchObject({ code: 'refused' });
    await expect(ask('led_fill', { red: 'x' })).rejects.toMatchObject({ code: 'bad_argument' });
    await expect(ask('execute', { command: 'id' })).rejects.toMatchObject({ code: 'refused' });
    await expect(ask('no_such_thing')).rejects.toMatchObject({ code: 'unknown_request' });
  });

  it.each(['reboot_all', 'service_restart', 'repair_chrony', 'update_repo'])(
    'agree that %s is not supported where no program is listed for it',
    async (name) => {
      await expect(ask(name, { name: 'clover' })).rejects.toMatchObject({ code: 'not_supported' });
    },
  );

  it('do not start while the clock of the server is not known well enough', async () => {
    const clockOf = async () =>
      ((await ask('problems')) as { id: string }[]).filter(({ id }) => id === 'clock');
    expect(await clockOf()).toEqual([]);
    await ask('config', { config: { FAILSAFE: { clock_gate_ms: 1e-6 } } });
    await waitFor(async () => expect(await clockOf()).toMatchObject([{ severity: 'blocking' }]));
    await server.sendFile('animation.csv', showFile);
    const time = (serverS() + 5).toFixed(6);
    await expect(ask('start', { time })).rejects.toThrow("the server's clock is known to");
  });

  it('start a show on the clock of the server, which the drone has measured', async () => {
    await server.sendFile('animation.csv', showFile);
    expect(
      await server.getResponse('stored_file', { kwargs: { filepath: 'animation.csv' }, lane: 'bulk' }),
    ).toMatchObject({
      bytes: showFile.length,
    });
    const startS = serverS() + 3;
    await waitFor(() => expect(ask('start', { time: startS.toFixed(6) })).resolves.toEqual({ ok: true }));
    await expect(ask('start', { time: (startS + 1).toFixed(6) })).rejects.toMatchObject({ code: 'refused' });
    await waitFor(async () =>
      expect(await ask('flight_report')).toMatchObject({ firstSetpointS: expect.any(Number) }),
    );
    const report = (await ask('flight_report')) as { [key: string]: number };
    // The first flying frame is the third: 0.2 s of standing, 0.5 s of arming.
    expect(Math.abs((report.plannedStartS ?? 0) - (startS + 0.7))).toBeLessThan(0.02);
    expect(Math.abs(report.startErrorMs ?? 1e9)).toBeLessThan(200);
    expect(telemetry.animation_info).toEqual(['hop', 'OK']);
    expect(telemetry.start_position).toEqual([0, 0, 0.2, Number.NaN, 'fly', 0.2]);
    const pauseS = serverS() + 0.05;
    expect(await ask('pause', { time: pauseS })).toEqual({ ok: true });
    expect(await ask('land')).toEqual({ ok: true });
  });

  it('refuse a start with the reason', async () => {
    await expect(ask('start', { time: serverS() + 100 })).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('no animation'),
    });
  });

  it('say why motors do not start', async () => {
    rig.vehicle.armRefusal = 'gyros inconsistent';
    await expect(ask('takeoff')).rejects.toMatchObject({
      code: 'refused',
      message: 'arming refused: gyros inconsistent',
    });
  });

  it('do not let the network choose the folder that files are written to', async () => {
    const move = (value: Json) => ask('config', { config: { clover_dir: value }, mode: 'modify' });
    await expect(server.getResponse('config', { kwargs: {} })).resolves.toBeDefined();
    for (const value of ['/', { __value__: '/etc' }]) {
      server.sendMessage('config', { kwargs: { config: { clover_dir: value }, mode: 'modify' } });
      await expect(move(value)).rejects.toMatchObject({ code: 'refused' });
    }
    const { config } = (await ask('config')) as { config: { clover_dir: { __value__: string } } };
    expect(config.clover_dir.__value__).toBe('auto');
  });

  it('do not take settings by which no wind could be estimated', async () => {
    const airframe = { momentum_drag: 0, ballistic_coefficient: 0 };
    await expect(ask('config', { config: { WIND: airframe }, mode: 'modify' })).rejects.toMatchObject({
      message: expect.stringContaining('[WIND] momentum_drag and ballistic_coefficient are both 0'),
    });
  });

  it('tell a refused file from a stored one', async () => {
    await expect(server.sendFile('/etc/passwd', Buffer.from('x'))).rejects.toMatchObject({ code: 'refused' });
    await expect(ask('stored_file', { filepath: '/etc/passwd' })).rejects.toMatchObject({ code: 'refused' });
    await expect(ask('stored_file', { filepath: 'temp.params' })).rejects.toMatchObject({ code: 'no_file' });
    await expect(server.getFile('/etc/passwd')).rejects.toMatchObject({ code: 'refused' });
  });

  it('carry files that are larger than what strangers may send', async () => {
    const row = '1,0,0,0.5,0,0,0,0\n';
    const large = Buffer.from(`large\n${row.repeat(10_000)}`);
    await server.sendFile('animation.csv', large);
    expect(
      await server.getResponse('stored_file', { kwargs: { filepath: 'animation.csv' }, lane: 'bulk' }),
    ).toMatchObject({
      bytes: large.length,
    });
    expect(await ask('anim_id')).toBe('large');
    expect(await server.sendFile('animation.csv', large)).toMatchObject({ isUnchanged: true });
    expect(large.equals(await server.getFile('animation.csv'))).toBe(true);
  });
});

describe('a drone without lights', () => {
  it('says that it has none', async () => {
    const dark = await startRig({ hasNoLed: true });
    const connection = new ConnectionManager({
      endpoint: new Endpoint(),
      clock: new SystemClock(),
      hello: {
        protocol: 1,
        role: 'server',
        id: 's',
        software: 'starling',
        version: '1',
        features: ['errors'],
      },
    });
    connection.connect(await dark.acceptSocket());
    await connection.helloSettled();
    await expect(connection.getResponse('led_test')).rejects.toMatchObject({ code: 'not_supported' });
    connection.close();
    await dark.close();
  });
});
