import { Buffer } from 'node:buffer';
import { common, minimal } from 'mavlink-mappings';
import { describe, expect, it } from 'vitest';
import { AutopilotEvent, ParamValueBits } from '../../../drone-client/vehicle/mavlink/messages.js';
import {
  DisconnectedError,
  NotSupportedError,
  RefusedError,
  RequestTimeoutError,
} from '../../../lib/errors.js';
import { disarmed, scripted } from './scripted.js';

const nowhere = { positionM: { x: 0, y: 0, z: 0 }, velocityMPerS: { x: 0, y: 0, z: 0 }, yawRad: Number.NaN };

describe('the MAVLink vehicle', () => {
  it('sends a heartbeat as onboard computer at once and every second, heard or not', async () => {
    const { clock, sent, frames } = scripted();
    await clock.advance(3000);
    expect(sent).toHaveLength(4);
    expect(sent[0]).toMatchObject({ type: 18, autopilot: 8 });
    expect(frames[0]?.[6]).toBe(191);
  });

  it("speaks under the first autopilot's system id once it was heard", async () => {
    const { clock, frames, beat } = scripted();
    beat({}, 23);
    await clock.advance(1000);
    expect(frames[0]?.[5]).toBe(1);
    expect(frames.at(-1)?.[5]).toBe(23);
  });

  it('ignores other systems and other components on the link', () => {
    const { vehicle, say, beat } = scripted({ systemId: 7 });
    beat({}, 8);
    expect(vehicle.state.connected).toBe(false);
    say(Object.assign(new minimal.Heartbeat(), disarmed), { systemId: 7, componentId: 154 });
    say(Object.assign(new minimal.Heartbeat(), { ...disarmed, autopilot: 8 }));
    expect(vehicle.state.connected).toBe(false);
    beat();
    say(Object.assign(new common.LocalPositionNed(), { x: 5 }), { systemId: 8, componentId: 1 });
    expect(vehicle.state).toMatchObject({ connected: true, position: undefined });
  });

  it('writes a setpoint byte for byte: ENU to NED, mask 0x9C0', () => {
    const { vehicle, frames, beat } = scripted();
    beat();
    vehicle.sendSetpoint({
      positionM: { x: 1, y: 2, z: 3 },
      velocityMPerS: { x: 0.5, y: -0.25, z: 0.125 },
      yawRad: 0,
    });
    const frame = Buffer.from(frames.at(-1) ?? []);
    expect(frame.subarray(5, 14).toString('hex')).toBe('07bf54000000000000'.slice(0, 18));
    expect(frame.subarray(14, -2).toString('hex')).toBe(
      [
        '00000040 0000803f 000040c0', // x 2 north, y 1 east, z −3 down
        '000080be 0000003f 000000be', // −0.25, 0.5, −0.125
        '00000000 00000000 00000000', // no acceleration
        'db0fc93f 00000000', // yaw π/2 from north, no rate
        'c009 07 01 01', // mask, system, component, LOCAL_NED
      ]
        .join('')
        .replaceAll(' ', ''),
    );
  });

  it('leaves yaw to the autopilot with mask 0xDC0 when it is NaN', () => {
    const { vehicle, sent } = scripted({ systemId: 7 });
    vehicle.sendSetpoint(nowhere);
    expect(sent.at(-1)).toMatchObject({ typeMask: 0xdc0, yaw: 0, targetSystem: 7, coordinateFrame: 1 });
  });

  it('sends one message a setpoint and repeats none', async () => {
    const { vehicle, sent, clock } = scripted({ systemId: 7 });
    vehicle.sendSetpoint(nowhere);
    vehicle.sendSetpoint({ ...nowhere, positionM: { x: Number.NaN, y: 1e300, z: 0 } });
    await clock.advance(5000);
    expect(sent.filter((message) => message instanceof common.SetPositionTargetLocalNed)).toHaveLength(2);
  });

  it('asks for the messages it lives on when the autopilot appears, and again after it came back', async () => {
    const { clock, beat, ack, commands, vehicle } = scripted();
    const settleAll = async (): Promise<void> => {
      for (let i = 0; i < 9; i += 1) {
        ack(511);
        await clock.advance(0);
      }
    };
    beat();
    await settleAll();
    const wanted = [
      [32, 50_000],
      [30, 50_000],
      [33, 50_000],
      [245, 200_000],
      [1, 500_000],
      [147, 1_000_000],
      [24, 500_000],
      [230, 500_000],
      [193, 500_000],
    ];
    expect(commands(511).map(({ _param1, _param2 }) => [_param1, _param2])).toEqual(wanted);
    await clock.advance(5100);
    expect(vehicle.state.connected).toBe(false);
    beat();
    const before = commands(511).length;
    await settleAll();
    expect(
      commands(511)
        .slice(before - 1)
        .map(({ _param1, _param2 }) => [_param1, _param2]),
    ).toEqual(wanted);
  });

  it('is lost 5 s after the last heartbeat, keeps what it knew, and comes back with the next', async () => {
    const { clock, vehicle, beat, events } = scripted();
    beat();
    await clock.advance(4900);
    expect(vehicle.state.connected).toBe(true);
    await clock.advance(150);
    expect(vehicle.state).toMatchObject({ connected: false, mode: 'AUTO.LOITER' });
    beat();
    expect(vehicle.state.connected).toBe(true);
    expect(events.filter(({ type }) => type === 'heartbeatReceived')).toHaveLength(2);
  });

  it('arms: the command alone is not enough, the heartbeat must show it', async () => {
    const { clock, vehicle, beat, ack, commands } = scripted();
    beat();
    let isDone = false;
    const armed = vehicle.arm().then(() => {
      isDone = true;
    });
    ack(400);
    await clock.advance(500);
    expect(isDone).toBe(false);
    beat({ baseMode: 0x81 });
    await armed;
    expect(commands(400).map(({ _param1, _param2 }) => [_param1, _param2])).toEqual([[1, 0]]);
  });

  it('never forces a disarm', async () => {
    const { vehicle, beat, ack, commands } = scripted();
    beat();
    const done = vehicle.disarm();
    ack(400);
    await done;
    expect(commands(400).map(({ _param1, _param2 }) => [_param1, _param2])).toEqual([[0, 0]]);
  });

  it.each([
    ['enterOffboard', [1, 6, 0], 0x00060000],
    ['land', [1, 4, 6], 0x06040000],
    ['hold', [1, 4, 3], 0x03040000],
  ] as const)('%s sets the mode by command and waits to see it', async (name, params, customMode) => {
    const { vehicle, beat, ack, commands } = scripted();
    beat({ customMode: 0x00030000 });
    const done = vehicle[name]();
    ack(176);
    beat({ customMode });
    await done;
    expect(commands(176).map(({ _param1, _param2, _param3 }) => [_param1, _param2, _param3])).toEqual([
      params,
    ]);
  });

  it('says why the autopilot refused', async () => {
    const { vehicle, beat, say, ack } = scripted();
    beat();
    const refused = vehicle.arm().catch((error: unknown) => error);
    say(Object.assign(new AutopilotEvent(), { id: 77 }));
    say(Object.assign(new common.StatusText(), { severity: 2, text: 'No GPS', id: 0 }));
    ack(400, 1);
    const error = await refused;
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({
      code: 'refused',
      message: 'arm was refused: TEMPORARILY_REJECTED ("No GPS", event 77)',
    });
  });

  it('gives up after six sends without an answer', async () => {
    const { clock, vehicle, beat, commands } = scripted();
    beat();
    const failed = vehicle.arm().catch((error: unknown) => error);
    for (let i = 0; i < 4; i += 1) {
      await clock.advance(1000);
      beat();
    }
    expect(await failed).toBeInstanceOf(RequestTimeoutError);
    expect(commands(400).map(({ confirmation }) => confirmation)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('gives up 5 s after the call when the effect is never seen', async () => {
    const { clock, vehicle, beat, ack } = scripted();
    beat();
    const failed = vehicle.arm().catch((error: unknown) => [error, clock.monotonicMs()]);
    ack(400);
    for (let i = 0; i < 6; i += 1) {
      await clock.advance(1000);
      beat();
    }
    expect(await failed).toEqual([expect.any(RequestTimeoutError), 5000]);
  });

  it('takes answers meant for another station for nothing', async () => {
    const { clock, vehicle, beat, say } = scripted();
    beat();
    let settled = false;
    vehicle.arm().then(
      () => undefined,
      () => {
        settled = true;
      },
    );
    say(
      Object.assign(new common.CommandAck(), {
        command: 400,
        result: 4,
        targetSystem: 255,
        targetComponent: 190,
      }),
    );
    await clock.advance(100);
    expect(settled).toBe(false);
  });

  it('shares one outcome between calls of the same command', async () => {
    const { vehicle, beat, ack, commands } = scripted();
    beat();
    const both = Promise.all([vehicle.arm(), vehicle.arm()]);
    ack(400);
    beat({ baseMode: 0x81 });
    await both;
    expect(commands(400)).toHaveLength(1);
  });

  it('land goes out at once and ends an unanswered enterOffboard', async () => {
    const { vehicle, beat, ack, commands } = scripted();
    beat();
    const offboard = vehicle.enterOffboard().catch((error: unknown) => error);
    const landed = vehicle.land();
    expect(commands(176).map(({ _param2 }) => _param2)).toEqual([6, 4]);
    ack(176);
    ack(176);
    beat({ customMode: 0x06040000 });
    await landed;
    expect(await offboard).toMatchObject({
      code: 'refused',
      message: 'enterOffboard was superseded by land',
    });
  });

  it('disarm goes out at once and ends an unanswered arm, whatever the late answer says', async () => {
    const { vehicle, beat, ack, commands } = scripted();
    beat();
    const arming = vehicle.arm().catch((error: unknown) => error);
    const disarming = vehicle.disarm();
    expect(commands(400).map(({ _param1 }) => _param1)).toEqual([1, 0]);
    ack(400, 1);
    ack(400);
    await disarming;
    expect(await arming).toMatchObject({ code: 'refused', message: 'arm was superseded by disarm' });
  });

  it('land is done when it touched down before a heartbeat could show its mode', async () => {
    const { vehicle, beat, ack } = scripted();
    beat({ baseMode: 0x81, customMode: 0x00060000 });
    let isDone = false;
    const landed = vehicle.land().then(() => {
      isDone = true;
    });
    ack(176);
    beat({ baseMode: 0x81, customMode: 0x00060000 });
    await Promise.resolve();
    expect(isDone).toBe(false);
    beat({ baseMode: 0x01, customMode: 0x00060000 });
    await landed;
  });

  it('land does not wait behind a hold that nobody answers', async () => {
    const { vehicle, beat, commands } = scripted();
    beat();
    const held = vehicle.hold().catch((error: unknown) => error);
    const landed = vehicle.land().catch((error: unknown) => error);
    expect(commands(176).map(({ _param3 }) => _param3)).toEqual([3, 6]);
    expect(await held).toBeInstanceOf(RefusedError);
    await vehicle.close();
    expect(await landed).toBeInstanceOf(DisconnectedError);
  });

  it('does not take a state that already shows the effect for the answer', async () => {
    const { clock, vehicle, beat, ack } = scripted();
    beat({ baseMode: 0x81 });
    let isDone = false;
    const armed = vehicle.arm().then(() => {
      isDone = true;
    });
    beat({ baseMode: 0x81, systemStatus: 4 });
    await clock.advance(100);
    expect(isDone).toBe(false);
    ack(400);
    await armed;
  });

  it('fails commands at once without an autopilot, and those in flight when it is lost', async () => {
    const { clock, vehicle, beat, ack } = scripted();
    await expect(vehicle.arm()).rejects.toBeInstanceOf(DisconnectedError);
    beat();
    await clock.advance(3000);
    const failed = vehicle.arm().catch((error: unknown) => error);
    ack(400);
    await clock.advance(2100);
    expect(await failed).toBeInstanceOf(DisconnectedError);
  });

  it('fails what is in flight when the link breaks', async () => {
    const { vehicle, beat, breakLink } = scripted();
    beat();
    const failed = vehicle.land().catch((error: unknown) => error);
    breakLink();
    expect(await failed).toBeInstanceOf(DisconnectedError);
    expect(vehicle.state.connected).toBe(false);
  });

  it('flies nothing that it can not speak to', async () => {
    const { vehicle, beat, commands } = scripted();
    beat({ autopilot: 0, customMode: 4 });
    expect(vehicle.state).toMatchObject({ connected: true, mode: 'CMODE(4)', role: 'other' });
    await expect(vehicle.arm()).rejects.toBeInstanceOf(NotSupportedError);
    expect(commands(400)).toHaveLength(0);
  });

  it('asks for the calibration until all of it came', async () => {
    const { clock, vehicle, beat, say, sent } = scripted();
    const asked = (): string[] =>
      sent.filter((message) => message instanceof common.ParamRequestRead).map(({ paramId }) => paramId);
    beat();
    expect(asked()).toEqual(['CAL_GYRO0_ID', 'CAL_MAG0_ID', 'CAL_ACC0_ID']);
    for (const [paramId, paramBits] of [
      ['CAL_GYRO0_ID', 1310988],
      ['CAL_ACC0_ID', 0],
    ] as const)
      say(Object.assign(new ParamValueBits(), { paramId, paramBits, paramType: 6 }));
    await clock.advance(1000);
    expect(asked().slice(3)).toEqual(['CAL_MAG0_ID']);
    say(Object.assign(new ParamValueBits(), { paramId: 'CAL_MAG0_ID', paramBits: 0xffffffff, paramType: 6 }));
    expect(vehicle.state.calibration).toEqual({ gyro: true, mag: true, accel: false });
  });

  it('answers TIMESYNC with its own time and leaves answers alone', async () => {
    const { clock, beat, say, sent } = scripted();
    beat();
    await clock.advance(1500);
    const before = sent.length;
    say(Object.assign(new common.TimeSync(), { tc1: 0n, ts1: 42n }));
    expect(sent.at(-1)).toMatchObject({ tc1: 1_500_000_000n, ts1: 42n, targetSystem: 7, targetComponent: 1 });
    say(Object.assign(new common.TimeSync(), { tc1: 5n, ts1: 42n }));
    expect(sent).toHaveLength(before + 1);
  });

  it('tells of positions with the state already new', () => {
    const { vehicle, beat, say } = scripted();
    const seen: unknown[] = [];
    vehicle.onEvent((event) => {
      if (event.type === 'positionReceived')
        seen.push([event.position, vehicle.state.position === event.position]);
    });
    beat();
    say(Object.assign(new common.LocalPositionNed(), { x: 1, y: 2, z: -3 }));
    expect(seen).toEqual([[expect.objectContaining({ positionM: { x: 2, y: 1, z: 3 } }), true]]);
  });

  it('lets no listener hurt the others', () => {
    const { vehicle, beat, events, errors } = scripted();
    vehicle.onEvent(() => {
      throw new Error('mine');
    });
    const stop = vehicle.onEvent((event) => events.push(event));
    beat();
    stop();
    beat();
    expect(errors.length).toBeGreaterThan(0);
    expect(events.filter(({ type }) => type === 'heartbeatReceived')).toHaveLength(3);
  });

  it('sends nothing more once it was closed, and fails what waits', async () => {
    const { clock, vehicle, beat, sent, isLinkClosed } = scripted();
    beat();
    const failed = vehicle.arm().catch((error: unknown) => error);
    await vehicle.close();
    await vehicle.close();
    const { length } = sent;
    vehicle.sendSetpoint(nowhere);
    beat();
    await clock.advance(10_000);
    expect(sent).toHaveLength(length);
    expect(isLinkClosed()).toBe(true);
    expect(clock.pending).toBe(0);
    expect(await failed).toBeInstanceOf(DisconnectedError);
    await expect(vehicle.land()).rejects.toBeInstanceOf(DisconnectedError);
  });
});
