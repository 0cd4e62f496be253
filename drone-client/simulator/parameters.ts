/** The simulated autopilot's parameters, kept as PX4 keeps them: four bytes and a type. Knows no messages. */
import { Buffer } from 'node:buffer';

/** Source: MAV_PARAM_TYPE. */
export const paramTypes = { int32: 6, real32: 9 } as const;

export type Parameter = {
  readonly id: string;
  readonly type: number;
  readonly bits: number;
  readonly index: number;
};

/**
 * PX4's defaults, but for COM_OBL_RC_ACT, COM_RCL_EXCEPT (land when the setpoints stop, no pilot needed) and the
 * calibration ids (calibrated), which are as a drone prepared for shows has them. Source: PX4 parameter reference.
 */
const integers: Readonly<Record<string, number>> = {
  BAT1_N_CELLS: 4,
  CAL_ACC0_ID: 1310988,
  CAL_GYRO0_ID: 1310988,
  CAL_MAG0_ID: 197388,
  COM_ARM_WO_GPS: 1,
  COM_OBL_RC_ACT: 4,
  COM_RCL_EXCEPT: 4,
  MAV_1_CONFIG: 102,
  MAV_SYS_ID: 1,
  NAV_DLL_ACT: 0,
  SER_TEL2_BAUD: 921600,
};

const reals: Readonly<Record<string, number>> = {
  BAT1_V_CHARGED: 4.05,
  BAT1_V_EMPTY: 3.6,
  COM_DISARM_LAND: 2,
  COM_DISARM_PRFLT: 10,
  COM_OF_LOSS_T: 1,
  COM_SPOOLUP_TIME: 1,
  MIS_TAKEOFF_ALT: 2.5,
  MPC_LAND_SPEED: 0.7,
  MPC_TILTMAX_AIR: 35,
  MPC_TKO_SPEED: 1.5,
  MPC_XY_P: 0.95,
  MPC_XY_VEL_MAX: 5,
  MPC_XY_VEL_P_ACC: 1.8,
  MPC_Z_P: 1,
  MPC_Z_VEL_MAX_DN: 1.5,
  MPC_Z_VEL_MAX_UP: 3,
  MPC_Z_VEL_P_ACC: 4,
};

/** One autopilot's table. Index = place in alphabetical order. */
export class Parameters {
  readonly #values = new Map<string, Parameter>();
  readonly #listeners: (() => void)[] = [];

  /** @throws RangeError when `overrides` names a parameter that the table does not have. */
  constructor(overrides: Readonly<Record<string, number>> = {}) {
    for (const id of Object.keys(overrides))
      if (!(id in integers) && !(id in reals)) throw new RangeError(`no parameter ${id} in the simulator`);
    const ids = [...Object.keys(integers), ...Object.keys(reals)].sort();
    for (const [index, id] of ids.entries()) {
      const type = id in integers ? paramTypes.int32 : paramTypes.real32;
      const value = overrides[id] ?? integers[id] ?? reals[id] ?? 0;
      this.#values.set(id, { id, type, index, bits: bitsOf(value, type) });
    }
  }

  get size(): number {
    return this.#values.size;
  }

  all(): readonly Parameter[] {
    return [...this.#values.values()];
  }

  find(id: string): Parameter | undefined {
    return this.#values.get(id);
  }

  /** The value in its own type. @throws RangeError for an unknown id. */
  number(id: string): number {
    const found = this.#values.get(id);
    if (!found) throw new RangeError(`no parameter ${id} in the simulator`);
    return valueOfBits(found.bits, found.type);
  }

  /** Stores four bytes as they came; false when there is no such parameter. */
  setBits(id: string, bits: number): boolean {
    const found = this.#values.get(id);
    if (!found) return false;
    this.#values.set(id, { ...found, bits });
    for (const listener of this.#listeners) listener();
    return true;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }
}

/** The four bytes of a value, as a little-endian u32. */
export function bitsOf(value: number, type: number): number {
  const bytes = Buffer.alloc(4);
  if (type === paramTypes.int32) bytes.writeInt32LE(value | 0);
  else bytes.writeFloatLE(value);
  return bytes.readUInt32LE();
}

/** The value of four bytes. */
function valueOfBits(bits: number, type: number): number {
  if (type === paramTypes.int32) return bits | 0;
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(bits);
  return bytes.readFloatLE();
}
