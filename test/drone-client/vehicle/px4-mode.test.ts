import { describe, expect, it } from 'vitest';
import { px4Mode, px4ModeName, toCustomMode } from '../../../drone-client/vehicle/mavlink/px4-mode.js';

describe("PX4's modes", () => {
  it.each([
    [0x00060000, 'OFFBOARD'],
    [0x06040000, 'AUTO.LAND'],
    [0x03040000, 'AUTO.LOITER'],
    [0x00030000, 'POSCTL'],
    [0x02040000, 'AUTO.TAKEOFF'],
  ])('custom mode %i is %s, both ways', (customMode, name) => {
    expect(px4ModeName(customMode)).toBe(name);
    expect(toCustomMode(px4Mode(name) ?? { main: 0, sub: 0 })).toBe(customMode);
  });

  it('an unknown one is named by its number, and stays positive', () => {
    expect(px4ModeName(0xff040000)).toBe('CMODE(4278452224)');
    expect(toCustomMode({ main: 4, sub: 0xff })).toBe(0xff040000);
    expect(px4Mode('GUIDED')).toBeUndefined();
  });
});
