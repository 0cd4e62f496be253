import { Buffer } from 'node:buffer';
import { ardupilotmega, common, type MavLinkData, minimal, standard } from 'mavlink-mappings';
import { describe, expect, it } from 'vitest';
import { ParamValueBits } from '../../../drone-client/vehicle/mavlink/messages.js';
import { RefusedError } from '../../../lib/errors.js';
import { scripted } from './scripted.js';

const ardupilot = { autopilot: 3, customMode: 5 } as const;
const guided = { autopilot: 3, customMode: 4 } as const;
const armed = 0x81;

function hex(frame: Uint8Array | undefined): string {
  return Buffer.from(frame ?? [])
    .subarray(10, -2)
    .toString('hex');
}

function setpointAt(z: number) {
  return { positionM: { x: 0, y: 0, z }, velocityMPerS: { x: 0, y: 0, z: 0 }, yawRad: Number.NaN };
}

/** An answer to AUTOPILOT_VERSION's request. */
function capable(bits: number): MavLinkData {
  return Object.assign(new standard.AutopilotVersion(), {
    capabilities: BigInt(bits),
    uid: 0n,
    flightCustomVersion: [],
    middlewareCustomVersion: [],
    osCustomVersion: [],
    uid2: [],
  });
}

describe('commands on the wire, to a PX4', () => {
  const modes = [
    ['enterOffboard', [1, 6, 0]],
    ['land', [1, 4, 6]],
    ['hold', [1, 4, 3]],
    ['returnHome', [1, 4, 5]],
  ] as const;

  it.each(modes)('%s is DO_SET_MODE %j', (name, params) => {
    const { vehicle, beat, commands } = scripted();
    beat({ baseMode: armed });
    vehicle[name]().catch(() => undefined);
    expect(commands(176).map(({ _param1, _param2, _param3 }) => [_param1, _param2, _param3])).toEqual([
      params,
    ]);
    expect(commands(176)[0]).toMatchObject({ targetSystem: 7, targetComponent: 1, confirmation: 0 });
  });

  it('kill is the forced disarm, and flight termination where the autopilot has it', () => {
    const { vehicle, beat, commands, say } = scripted();
    beat({ baseMode: armed });
    vehicle.kill().catch(() => undefined);
    expect(commands(400)).toMatchObject([{ _param1: 0, _param2: 21196 }]);
    expect(commands(185)).toHaveLength(0);
    const other = scripted();
    other.beat({ baseMode: armed });
    other.say(capable(2048));
    other.vehicle.kill().catch(() => undefined);
    expect(other.commands(400)).toMatchObject([{ _param1: 0, _param2: 21196 }]);
    expect(other.commands(185)).toMatchObject([{ _param1: 1 }]);
    say(capable(0));
  });

  it('a kill succeeds by whichever of the two stops the motors', async () => {
    const { vehicle, beat, ack, say } = scripted();
    beat({ baseMode: armed });
    say(capable(2048));
    const killed = vehicle.kill();
    ack(400, 2);
    ack(185);
    beat({ baseMode: 1 });
    await expect(killed).resolves.toBeUndefined();
  });

  it('a plain disarm is not forced', () => {
    const { vehicle, beat, commands } = scripted();
    beat({ baseMode: armed });
    vehicle.disarm().catch(() => undefined);
    expect(commands(400)).toMatchObject([{ _param1: 0, _param2: 0 }]);
  });

  it('calibrations and the reboot are refused while armed, and say what they are', async () => {
    const { vehicle, beat, commands } = scripted();
    beat({ baseMode: armed });
    await expect(vehicle.maintenance.calibrate('gyro')).rejects.toBeInstanceOf(RefusedError);
    await expect(vehicle.maintenance.reboot()).rejects.toThrow('land and disarm first');
    beat({ baseMode: 1 });
    vehicle.maintenance.calibrate('gyro').catch(() => undefined);
    expect(commands(241)).toMatchObject([{ _param1: 1, _param5: 0 }]);
    vehicle.maintenance.reboot().catch(() => undefined);
    expect(commands(246)).toMatchObject([{ _param1: 1 }]);
    const level = scripted();
    level.beat();
    level.vehicle.maintenance.calibrate('level').catch(() => undefined);
    expect(level.commands(241)).toMatchObject([{ _param1: 0, _param5: 2 }]);
  });

  it('a calibration lasts as long as the autopilot says CALIBRATING, and then the sensors are asked for anew', async () => {
    const { vehicle, beat, ack, clock, sent } = scripted();
    beat();
    let isDone = false;
    const done = vehicle.maintenance.calibrate('gyro').then(() => {
      isDone = true;
    });
    ack(241);
    await clock.advance(1000);
    beat({ systemStatus: 2 });
    await clock.advance(3000);
    beat({ systemStatus: 2 });
    expect(isDone).toBe(false);
    beat({ systemStatus: 3 });
    await clock.advance(100);
    await done;
    const asked = () => sent.filter((message) => message instanceof common.ParamRequestRead).length;
    const before = asked();
    beat();
    await clock.advance(1000);
    expect(asked()).toBeGreaterThan(before);
  });

  it('a calibration that failed is refused with the words of the autopilot', async () => {
    const { vehicle, beat, ack, clock, say } = scripted();
    beat();
    const failed = expect(vehicle.maintenance.calibrate('gyro')).rejects.toThrow(
      '[cal] calibration failed: motion',
    );
    ack(241);
    beat({ systemStatus: 2 });
    await clock.advance(100);
    say(
      Object.assign(new common.StatusText(), {
        severity: 2,
        text: '[cal] calibration failed: motion',
        id: 0,
      }),
    );
    beat({ systemStatus: 3 });
    await clock.advance(100);
    await failed;
  });

  it('an attitude is a quaternion in NED with the rates ignored; yaw as it is', () => {
    const { vehicle, beat, say, frames } = scripted();
    beat();
    say(Object.assign(new common.Attitude(), { yaw: Math.PI / 2 }));
    vehicle.sendAttitude({ thrust: 0.45, rollRad: 0, pitchRad: 0, yawRad: Number.NaN });
    expect(hex(frames.at(-1))).toBe(
      [
        '00000000', // our time
        'f304353f 00000000 00000000 f304353f', // w √½, z √½: east is 90° from north
        '00000000 00000000 00000000', // rates
        '6666e63e', // thrust 0.45
        '07 01 07', // system, component, mask: rates ignored
      ]
        .join('')
        .replaceAll(' ', ''),
    );
  });

  it('pitch up is up: nose-up in our axes is positive for the autopilot as well', () => {
    const { vehicle, beat, sent } = scripted();
    beat();
    vehicle.sendAttitude({ thrust: 0.5, rollRad: 0, pitchRad: -0.2, yawRad: Math.PI / 2 });
    expect((sent.at(-1) as common.SetAttitudeTarget).q[2]).toBeCloseTo(Math.sin(0.1), 6);
  });

  it('rates ignore the attitude; forward-left-up becomes forward-right-down', () => {
    const { vehicle, beat, sent } = scripted();
    beat();
    vehicle.sendAttitude({ thrust: 0.2, ratesRadPerS: { x: 12, y: 1, z: 2 } });
    expect(sent.at(-1)).toMatchObject({
      typeMask: 128,
      bodyRollRate: 12,
      bodyPitchRate: -1,
      bodyYawRate: -2,
    });
  });

  it('a global setpoint is degrees × 1e7 and metres above home; without a home none is sent', () => {
    const { vehicle, beat, say, sent } = scripted();
    beat();
    const setpoint = {
      latDeg: 47.1234567,
      lonDeg: 8.7654321,
      amslM: 412.5,
      velocityMPerS: { x: 1, y: 2, z: 3 },
      yawRad: 0,
    };
    const count = sent.length;
    vehicle.sendGlobalSetpoint(setpoint);
    expect(sent).toHaveLength(count);
    say(
      Object.assign(new common.GlobalPositionInt(), {
        lat: 471234567,
        lon: 87654321,
        alt: 402_000,
        relativeAlt: 2000,
      }),
    );
    vehicle.sendGlobalSetpoint(setpoint);
    expect(sent.at(-1)).toMatchObject({
      coordinateFrame: 6,
      latInt: 471234567,
      lonInt: 87654321,
      alt: 12.5,
      typeMask: 0x9c0,
      vx: 2,
      vy: 1,
      vz: -3,
    });
  });

  it('lights are LED_CONTROL with as many bytes as they are', () => {
    const { vehicle, beat, sent } = scripted();
    beat();
    vehicle.sendLedControl({ instance: 42, pattern: 42, bytes: Uint8Array.from([1, 2, 3]) });
    const led = sent.at(-1) as ardupilotmega.LedControl;
    expect(led).toBeInstanceOf(ardupilotmega.LedControl);
    expect(led).toMatchObject({ instance: 42, pattern: 42, customLen: 3 });
    expect(led.customBytes.slice(0, 4)).toEqual([1, 2, 3, 0]);
  });
});

describe('an ArduPilot', () => {
  it('is told its modes by their number', () => {
    const { vehicle, beat, commands } = scripted();
    beat({ ...ardupilot, baseMode: armed });
    expect(vehicle.state).toMatchObject({ autopilot: 'ArduPilot', mode: 'LOITER', role: 'manual' });
    for (const name of ['enterOffboard', 'land', 'hold', 'returnHome'] as const) {
      const one = scripted();
      one.beat({ ...ardupilot, baseMode: armed });
      one.vehicle[name]().catch(() => undefined);
      expect(one.commands(176)).toMatchObject([
        { _param1: 1, _param2: { enterOffboard: 4, land: 9, hold: 17, returnHome: 6 }[name], _param3: 0 },
      ]);
    }
    expect(commands(176)).toHaveLength(0);
  });

  it('gets the heartbeat of a ground station from us, under that station’s own ids', async () => {
    const { beat, frames, sent, clock } = scripted();
    beat(ardupilot);
    await clock.advance(1000);
    const index = sent.findLastIndex((message) => message instanceof minimal.Heartbeat && message.type === 6);
    expect(index).toBeGreaterThan(-1);
    expect([frames[index]?.[5], frames[index]?.[6]]).toEqual([255, 190]);
  });

  it('hears no ground station once whoever flies it by setpoints fell silent', async () => {
    const { vehicle, beat, sent, clock } = scripted();
    const stationBeats = () =>
      sent.filter((message) => message instanceof minimal.Heartbeat && message.type === 6).length;
    beat({ ...guided, baseMode: armed });
    for (let count = 0; count < 60; count++) {
      vehicle.sendSetpoint(setpointAt(0));
      await clock.advance(50);
      if (count % 20 === 0) beat({ ...guided, baseMode: armed });
    }
    const flying = stationBeats();
    expect(flying).toBeGreaterThanOrEqual(3);
    beat({ ...guided, baseMode: armed });
    await clock.advance(550);
    const last = stationBeats();
    await clock.advance(3000);
    expect(stationBeats()).toBe(last);
    beat({ ...ardupilot, customMode: 9, baseMode: armed });
    await clock.advance(1000);
    expect(stationBeats()).toBeGreaterThan(last);
  });

  it('is lifted off by a take-off command, and hears no setpoint until it is in the air', () => {
    const { vehicle, beat, say, sent, commands } = scripted();
    const setpoints = () =>
      sent.filter((message) => message instanceof common.SetPositionTargetLocalNed).length;
    const at = (down: number, landedState: number) => {
      say(Object.assign(new common.LocalPositionNed(), { z: down }));
      say(Object.assign(new common.ExtendedSysState(), { landedState }));
    };
    beat(guided);
    at(-0.3, 1);
    vehicle.sendSetpoint(setpointAt(0.3));
    beat({ ...guided, baseMode: armed });
    vehicle.sendSetpoint(setpointAt(0.4));
    expect(setpoints()).toBe(2);
    vehicle.sendSetpoint(setpointAt(2.3));
    vehicle.sendSetpoint(setpointAt(2.4));
    expect(setpoints()).toBe(2);
    expect(commands(22)).toHaveLength(1);
    expect(commands(22)[0]?._param7).toBeCloseTo(2, 5);
    at(-0.5, 3);
    vehicle.sendSetpoint(setpointAt(2.5));
    expect(setpoints()).toBe(2);
    at(-0.8, 3);
    vehicle.sendSetpoint(setpointAt(2.6));
    expect(setpoints()).toBe(3);
    expect(commands(22)).toHaveLength(1);
  });

  it('that refuses the take-off is asked again, and the reason is told', async () => {
    const { vehicle, beat, say, commands, ack, clock, events } = scripted();
    beat(guided);
    say(new common.LocalPositionNed());
    say(Object.assign(new common.ExtendedSysState(), { landedState: 1 }));
    vehicle.sendSetpoint(setpointAt(0));
    beat({ ...guided, baseMode: armed });
    vehicle.sendSetpoint(setpointAt(1));
    ack(22, 4);
    await clock.advance(600);
    expect(events.some((event) => event.type === 'textReceived' && event.text.includes('FAILED'))).toBe(true);
    vehicle.sendSetpoint(setpointAt(1));
    expect(commands(22)).toHaveLength(2);
  });

  it('that is taken over in the air follows at once', () => {
    const { vehicle, beat, say, sent, commands } = scripted();
    beat({ ...guided, baseMode: armed });
    say(Object.assign(new common.LocalPositionNed(), { z: -5 }));
    say(Object.assign(new common.ExtendedSysState(), { landedState: 2 }));
    vehicle.sendSetpoint(setpointAt(6));
    expect(commands(22)).toHaveLength(0);
    expect(sent.at(-1)).toBeInstanceOf(common.SetPositionTargetLocalNed);
  });

  it('has its integers read as converted floats until its version says otherwise', async () => {
    const { vehicle, beat, say, clock } = scripted();
    beat(ardupilot);
    const read = vehicle.maintenance.readParameter('FS_GCS_ENABLE');
    const bits = Buffer.alloc(4);
    bits.writeFloatLE(5);
    say(
      Object.assign(new ParamValueBits(), {
        paramId: 'FS_GCS_ENABLE',
        paramType: 2,
        paramBits: bits.readUInt32LE(),
        paramCount: 1,
      }),
    );
    await clock.advance(0);
    expect(await read).toMatchObject({ id: 'FS_GCS_ENABLE', value: 5 });
  });
});

describe('an autopilot that boots anew', () => {
  it('is asked for everything again at once', async () => {
    const { beat, say, commands, clock, ack } = scripted();
    beat();
    for (let i = 0; i < 9; i += 1) {
      ack(511);
      await clock.advance(0);
    }
    say(Object.assign(new common.LocalPositionNed(), { timeBootMs: 60_000 }));
    const before = commands(511).length;
    say(Object.assign(new common.LocalPositionNed(), { timeBootMs: 59_500 }));
    expect(commands(511)).toHaveLength(before);
    say(Object.assign(new common.LocalPositionNed(), { timeBootMs: 900 }));
    expect(commands(511).length).toBeGreaterThan(before);
  });

  it('messages that stop coming are asked for again, those that it does not have are not', async () => {
    const { beat, commands, clock, ack, say } = scripted();
    const asked = (messageId: number) => commands(511).filter(({ _param1 }) => _param1 === messageId).length;
    beat();
    for (let i = 0; i < 9; i += 1) {
      ack(511, commands(511).at(-1)?._param1 === 193 ? 3 : 0);
      await clock.advance(0);
    }
    for (let second = 0; second < 12; second += 1) {
      say(new common.Attitude());
      beat();
      for (let i = 0; i < 9; i += 1) ack(511);
      await clock.advance(1000);
    }
    expect(asked(30)).toBe(1);
    expect(asked(32)).toBeGreaterThanOrEqual(3);
    expect(asked(193)).toBe(1);
  });
});
