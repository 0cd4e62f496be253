import { describe, expect, it } from 'vitest';
import { CalibrationReader } from '../../../drone-client/vehicle/mavlink/calibration.js';

describe('a compass that has no calibration', () => {
  const told = () => {
    const reader = new CalibrationReader({ gyro: 'G', mag: 'M', accel: 'A', compass: 'HAS_M' });
    reader.push('G', 1);
    reader.push('A', 1);
    expect(reader.push('M', 0)).toEqual({ gyro: true, mag: false, accel: true });
    expect(reader.missing).toEqual(['HAS_M']);
    return reader;
  };

  it('lacks none where the autopilot uses no compass, as indoors', () => {
    const reader = told();
    expect(reader.push('HAS_M', 0)).toEqual({ gyro: true, mag: true, accel: true });
    expect(reader.missing).toEqual([]);
  });

  it('lacks one where it does', () => {
    expect(told().push('HAS_M', 1)).toEqual({ gyro: true, mag: false, accel: true });
  });
});
