import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  compareLastResort,
  lastResortItems,
  readLastResort,
} from '../../../drone-client/vehicle/last-resort.js';
import type { AutopilotName, LastResortContext } from '../../../drone-client/vehicle/last-resort-item.js';
import { DisconnectedError, RefusedError } from '../../../lib/errors.js';
import { parseParameterFile } from '../../../lib/parameters/parameter-file.js';
import { tableMaintenance } from './table-maintenance.js';

const indoors: LastResortContext = { frame: 'map', usesMavlinkLed: false };
const outdoors: LastResortContext = { frame: 'gps', usesMavlinkLed: false };

const px4 = {
  COM_OBL_RC_ACT: 4,
  COM_OF_LOSS_T: 1,
  COM_FAIL_ACT_T: 5,
  COM_RCL_EXCEPT: 4,
  NAV_DLL_ACT: 0,
  COM_LOW_BAT_ACT: 2,
  BAT_CRIT_THR: 0.15,
  BAT_EMERGEN_THR: 0.07,
  GF_ACTION: 5,
  GF_MAX_VER_DIST: 8,
  COM_DISARM_LAND: 2,
  CBRK_FLIGHTTERM: 0,
};

const ardupilot = {
  FS_GCS_ENABLE: 5,
  FS_GCS_TIMEOUT: 5,
  SYSID_MYGCS: 255,
  GUID_TIMEOUT: 1,
  GUID_OPTIONS: 8,
  FS_EKF_ACTION: 1,
  BATT_FS_LOW_ACT: 1,
  BATT_FS_CRT_ACT: 1,
  BATT_LOW_VOLT: 14,
  FENCE_ENABLE: 1,
  FENCE_ALT_MAX: 110,
  FENCE_ACTION: 2,
  DISARM_DELAY: 10,
};

type Values = Readonly<Record<string, number | undefined>>;

function problems(autopilot: AutopilotName, values: Values, context = indoors): string[] {
  const base = autopilot === 'PX4' ? px4 : ardupilot;
  const all = new Map<string, number | undefined>(Object.entries({ ...base, ...values }));
  return compareLastResort(all, autopilot, context).map(({ id, severity }) => `${severity} ${id}`);
}

describe("PX4's last resort", () => {
  it('is as it should be with the values for a show', () => {
    expect(problems('PX4', {})).toEqual([]);
    expect(problems('PX4', {}, outdoors)).toEqual([]);
  });

  it.each([0, 1, 2, 5, 6, 7])('blocks COM_OBL_RC_ACT %d: it would not come down by itself', (value) => {
    expect(problems('PX4', { COM_OBL_RC_ACT: value }, outdoors)).toEqual(['blocking COM_OBL_RC_ACT']);
  });

  it('accepts a return instead of a landing only where there is a global position', () => {
    expect(problems('PX4', { COM_OBL_RC_ACT: 3 }, outdoors)).toEqual([]);
    expect(problems('PX4', { COM_OBL_RC_ACT: 3 })).toEqual(['blocking COM_OBL_RC_ACT']);
  });

  it('looks at COM_OBL_ACT where the version has it, and does not miss it where not', () => {
    expect(problems('PX4', { COM_OBL_ACT: 1 })).toEqual(['blocking COM_OBL_ACT']);
    expect(problems('PX4', { COM_OBL_ACT: 0 })).toEqual([]);
    expect(problems('PX4', { COM_OBL_ACT: undefined })).toEqual([]);
  });

  it.each([
    [{ COM_OF_LOSS_T: 5 }, 'blocking COM_OF_LOSS_T'],
    [{ COM_OF_LOSS_T: 0 }, 'blocking COM_OF_LOSS_T'],
    [{ COM_FAIL_ACT_T: 20 }, 'warning COM_FAIL_ACT_T'],
    [{ COM_RCL_EXCEPT: 3 }, 'blocking COM_RCL_EXCEPT'],
    [{ NAV_DLL_ACT: 6 }, 'blocking NAV_DLL_ACT'],
    [{ NAV_DLL_ACT: 2 }, 'warning NAV_DLL_ACT'],
    [{ COM_LOW_BAT_ACT: 0 }, 'warning COM_LOW_BAT_ACT'],
    [{ BAT_CRIT_THR: 0.07 }, 'warning BAT_CRIT_THR'],
    [{ BAT_EMERGEN_THR: 0 }, 'warning BAT_EMERGEN_THR'],
    [{ GF_ACTION: 4 }, 'blocking GF_ACTION'],
    [{ GF_ACTION: 1 }, 'warning GF_ACTION'],
    [{ GF_MAX_VER_DIST: 0 }, 'warning GF_MAX_VER_DIST'],
    [{ COM_DISARM_LAND: 0 }, 'blocking COM_DISARM_LAND'],
    [{ COM_DISARM_LAND: -1 }, 'blocking COM_DISARM_LAND'],
    [{ CBRK_FLIGHTTERM: 121212 }, 'warning CBRK_FLIGHTTERM'],
  ])('with %o says: %s', (values, expected) => {
    expect(problems('PX4', values)).toEqual([expected]);
  });

  it('accepts that no sticks are read at all instead of COM_RCL_EXCEPT', () => {
    expect(problems('PX4', { COM_RCL_EXCEPT: 0, COM_RC_IN_MODE: 4 })).toEqual([]);
    expect(problems('PX4', { COM_RCL_EXCEPT: 0, COM_RC_IN_MODE: 3 })).toEqual(['blocking COM_RCL_EXCEPT']);
  });

  it('accepts that a lost data link is excepted in offboard', () => {
    expect(problems('PX4', { NAV_DLL_ACT: 6, COM_DLL_EXCEPT: 4 })).toEqual([]);
  });
});

describe("ArduPilot's last resort", () => {
  it('is as it should be with the values for a show', () => {
    expect(problems('ArduPilot', {})).toEqual([]);
  });

  it.each([
    [{ FS_GCS_ENABLE: 0 }, 'blocking FS_GCS_ENABLE'],
    [{ FS_GCS_ENABLE: 1 }, 'blocking FS_GCS_ENABLE'],
    [{ FS_GCS_ENABLE: 7 }, 'blocking FS_GCS_ENABLE'],
    [{ FS_GCS_TIMEOUT: 10 }, 'blocking FS_GCS_TIMEOUT'],
    [{ SYSID_MYGCS: 1 }, 'blocking SYSID_MYGCS'],
    [{ GUID_TIMEOUT: 5 }, 'blocking GUID_TIMEOUT'],
    [{ GUID_OPTIONS: 0 }, 'warning GUID_OPTIONS'],
    [{ FS_EKF_ACTION: 2 }, 'blocking FS_EKF_ACTION'],
    [{ BATT_FS_LOW_ACT: 0 }, 'warning BATT_FS_LOW_ACT'],
    [{ BATT_FS_CRT_ACT: 5 }, 'blocking BATT_FS_CRT_ACT'],
    [{ BATT_LOW_VOLT: 0 }, 'warning BATT_LOW_VOLT'],
    [{ FENCE_ENABLE: 0 }, 'warning FENCE_ENABLE'],
    [{ FENCE_ALT_MAX: 0 }, 'warning FENCE_ALT_MAX'],
    [{ FENCE_ACTION: 0 }, 'warning FENCE_ACTION'],
    [{ DISARM_DELAY: 0 }, 'warning DISARM_DELAY'],
  ])('with %o says: %s', (values, expected) => {
    expect(problems('ArduPilot', values)).toEqual([expected]);
  });

  it('accepts a return only where there is a global position', () => {
    expect(problems('ArduPilot', { FS_GCS_ENABLE: 1 }, outdoors)).toEqual([]);
  });

  it("takes the newer name of the ground station's number", () => {
    expect(problems('ArduPilot', { SYSID_MYGCS: undefined, MAV_GCS_SYSID: 255 })).toEqual([]);
    expect(problems('ArduPilot', { SYSID_MYGCS: undefined, MAV_GCS_SYSID: 3 })).toEqual([
      'blocking MAV_GCS_SYSID',
    ]);
  });

  it("asks for the light's parameter only where the light hangs on the autopilot", () => {
    const lit = { ...outdoors, usesMavlinkLed: true };
    expect(problems('ArduPilot', { NTF_LED_OVERRIDE: 0 }, lit)).toEqual(['warning NTF_LED_OVERRIDE']);
    expect(problems('ArduPilot', { NTF_LED_OVERRIDE: 1 }, lit)).toEqual([]);
  });
});

describe('the last resort of any autopilot', () => {
  it('says what is, what should be, what for, and what to do', () => {
    const values = new Map(Object.entries({ ...px4, COM_OBL_RC_ACT: 0 }));
    const [problem] = compareLastResort(values, 'PX4', indoors);
    expect(problem?.text).toMatch(
      /^COM_OBL_RC_ACT is 0 and should be 4 \(land\).*companion dies.*starling params set COM_OBL_RC_ACT 4$/,
    );
  });

  it('says so when a parameter can not be read, as gravely as a wrong one', () => {
    expect(problems('PX4', { COM_OBL_RC_ACT: undefined })).toEqual(['blocking COM_OBL_RC_ACT']);
    const [problem] = compareLastResort(new Map(), 'PX4', indoors);
    expect(problem?.text).toContain('can not be read');
  });

  it('names what blocks before what warns', () => {
    expect(problems('PX4', { GF_MAX_VER_DIST: 0, COM_DISARM_LAND: 0 })).toEqual([
      'blocking COM_DISARM_LAND',
      'warning GF_MAX_VER_DIST',
    ]);
  });

  it('is read from the autopilot; what it does not have is known as missing', async () => {
    const values = await readLastResort(tableMaintenance(ardupilot), 'ArduPilot');
    expect(values.get('FS_GCS_ENABLE')).toBe(5);
    expect(values.has('MAV_GCS_SYSID')).toBe(true);
    const ofPx4 = await readLastResort(tableMaintenance({ ...px4, COM_RC_IN_MODE: 4 }), 'PX4');
    expect(ofPx4.get('COM_RC_IN_MODE')).toBe(4);
    expect(values.get('MAV_GCS_SYSID')).toBeUndefined();
    expect(compareLastResort(values, 'ArduPilot', indoors)).toEqual([]);
  });

  it('is not taken for known when the autopilot is lost meanwhile', async () => {
    const maintenance = tableMaintenance(px4);
    maintenance.readErrors.set('GF_ACTION', new DisconnectedError('gone'));
    await expect(readLastResort(maintenance, 'PX4')).rejects.toBeInstanceOf(DisconnectedError);
    maintenance.readErrors.set('GF_ACTION', new RefusedError('refused', 'not now'));
    await expect(readLastResort(maintenance, 'PX4')).rejects.toMatchObject({ code: 'refused' });
  });

  it.each(['PX4', 'ArduPilot'] as const)(
    'of %s would be content with what it tells people to set',
    (name) => {
      const suggestions = lastResortItems(name).filter(({ suggested }) => suggested !== undefined);
      const values = new Map(suggestions.map(({ id, suggested }) => [id, suggested]));
      for (const { isExpected, suggested = Number.NaN } of suggestions)
        for (const context of [indoors, outdoors]) expect(isExpected(suggested, context, values)).toBe(true);
    },
  );
});

describe('the example parameters', () => {
  it.each([
    ['px4-show-indoor.params', 'PX4', indoors],
    ['px4-show-gps.params', 'PX4', outdoors],
    ['ardupilot-show-gps.param', 'ArduPilot', outdoors],
  ] as const)('%s can be read and leave nothing to be said', (file, name, context) => {
    const path = new URL(`../../../examples/parameters/${file}`, import.meta.url);
    const text = readFileSync(path, 'utf8');
    const { format, lines, problems: wrong } = parseParameterFile(text, file);
    expect(wrong).toEqual([]);
    expect(format).toBe(name === 'PX4' ? 'qgroundcontrol' : 'ardupilot');
    const values = new Map(lines.map(({ id, value }) => [id, value]));
    expect(compareLastResort(values, name, context)).toEqual([]);
  });
});
