import { common } from 'mavlink-mappings';
import { describe, expect, it } from 'vitest';
import { bitsOf, Parameters, paramTypes } from '../../../drone-client/simulator/parameters.js';
import { px4Parameters } from '../../../drone-client/simulator/px4/px4-parameters.js';
import { ParamSetBits, ParamValueBits } from '../../../drone-client/vehicle/mavlink/messages.js';
import { Bench } from './bench.js';
import { CopterBench } from './copter-bench.js';

const set = (paramId: string, paramBits: number, paramType: number): ParamSetBits =>
  Object.assign(new ParamSetBits(), { targetSystem: 7, targetComponent: 1, paramId, paramBits, paramType });
const read = (paramId: string, paramIndex = -1): common.ParamRequestRead =>
  Object.assign(new common.ParamRequestRead(), { targetSystem: 7, targetComponent: 1, paramId, paramIndex });

describe("the simulated autopilot's parameters", () => {
  it('are read by id and by index, with the same answer', () => {
    const bench = new Bench();
    bench.send(read('COM_OF_LOSS_T'));
    const byId = bench.latest(ParamValueBits);
    expect(byId).toMatchObject({ paramBits: 0x3f800000, paramType: 9 });
    bench.send(read('', byId?.paramIndex));
    expect(bench.latest(ParamValueBits)).toEqual(byId);
  });

  it('get no answer when there is no such one', () => {
    const bench = new Bench();
    bench.send(read('NO_SUCH'));
    bench.send(read('', 4000));
    bench.send(set('NO_SUCH', 1, 6));
    expect(bench.latest(ParamValueBits)).toBeUndefined();
  });

  it('are listed completely, each with its index', () => {
    const bench = new Bench();
    bench.send(Object.assign(new common.ParamRequestList(), { targetSystem: 7, targetComponent: 1 }));
    const values = bench.heard.flatMap(({ message }) => (message instanceof ParamValueBits ? [message] : []));
    expect(values.map(({ paramIndex }) => paramIndex)).toEqual(values.map((_, index) => index));
    expect(values.every(({ paramCount }) => paramCount === values.length)).toBe(true);
  });

  it('hold integers as bytes: 4.0 as a float is stored as 1082130432 and echoed the same', () => {
    const bench = new Bench();
    const bits = bitsOf(4, paramTypes.real32);
    expect(bits).toBe(1082130432);
    bench.send(set('COM_RCL_EXCEPT', bits, paramTypes.int32));
    expect(bench.latest(ParamValueBits)).toMatchObject({ paramBits: 1082130432, paramType: 6 });
    bench.send(set('COM_RCL_EXCEPT', 0xffffffff, paramTypes.int32));
    expect(bench.latest(ParamValueBits)?.paramBits).toBe(0xffffffff);
  });

  it('keep their value when the type is wrong', () => {
    const bench = new Bench();
    bench.send(set('MPC_XY_P', 1, paramTypes.int32));
    expect(bench.latest(ParamValueBits)?.paramBits).toBe(bitsOf(0.95, paramTypes.real32));
  });

  it('take effect in flight', () => {
    const bench = new Bench();
    bench.send(set('MPC_Z_VEL_MAX_UP', bitsOf(0.5, paramTypes.real32), paramTypes.real32));
    bench.takeOff({ x: 0, y: 0, z: 20 });
    expect(bench.autopilot.truth.velocityMPerS.z).toBeCloseTo(0.5, 1);
  });

  it('are named in the error when they do not exist', () => {
    expect(() => new Parameters(px4Parameters).number('NO_SUCH')).toThrow(RangeError);
  });
});

describe("the simulated ArduPilot's parameters", () => {
  const real = (value: number): number => bitsOf(value, paramTypes.real32);

  it('travel as converted floats: an integer 4 is the float 4.0, both ways', () => {
    const bench = new CopterBench();
    bench.send(set('FS_GCS_ENABLE', real(4), paramTypes.int8));
    expect(bench.latest(ParamValueBits)).toMatchObject({ paramBits: real(4), paramType: paramTypes.int8 });
    bench.send(read('SYSID_MYGCS'));
    expect(bench.latest(ParamValueBits)).toMatchObject({ paramBits: real(255), paramType: paramTypes.int16 });
  });

  it('are rounded, whatever type the sender names, and keep their value for what is no number', () => {
    const bench = new CopterBench();
    bench.send(set('RTL_ALT', real(1999.6), paramTypes.real32));
    expect(bench.latest(ParamValueBits)?.paramBits).toBe(real(2000));
    bench.send(set('RTL_ALT', real(Number.NaN), paramTypes.int16));
    expect(bench.latest(ParamValueBits)?.paramBits).toBe(real(2000));
    bench.send(set('GUID_TIMEOUT', real(1.5), paramTypes.real32));
    expect(bench.latest(ParamValueBits)?.paramBits).toBe(real(1.5));
  });
});
