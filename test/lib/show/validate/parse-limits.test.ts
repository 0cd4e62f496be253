import { describe, expect, it } from 'vitest';
import { ShowError } from '../../../../lib/errors.js';
import { parseLimits } from '../../../../lib/show/validate/parse-limits.js';

describe('a file of limits', () => {
  it('says some of them by name', () => {
    const corners = [
      { x: 0, y: 0 },
      { x: 9, y: 0 },
      { x: 0, y: 9 },
    ];
    const limits = { minDistanceM: 2, maxJerkMPerS3: 0, geofence: corners };
    expect(parseLimits(JSON.stringify(limits), 'l.json')).toEqual(limits);
  });

  it.each([
    ['{"minDistance": 2}', /l\.json.*"minDistance".*minDistanceM/],
    ['{"minDistanceM": "2"}', /l\.json: minDistanceM .*"2".*maxAltitudeM/],
    ['{"minDistanceM": -1}', /minDistanceM .*at least 0.*-1/],
    ['{"brakingMPerS2": 0}', /brakingMPerS2 .*above 0/],
    ['{"audience": [{"x": 1, "y": 2}]}', /audience.*3 to 1000 corners/],
    [`{"geofence": [${'{"x":0,"y":0},'.repeat(1000)}{}]}`, /geofence.*3 to 1000 corners/],
    ['{"audience": [{"x": 1}, 2, 3]}', /audience.*corner 1/],
    ['[]', /l\.json/],
    ['{', /l\.json is not JSON/],
  ])('%s is refused with the reason', (text, reason) => {
    const parse = () => parseLimits(text, 'l.json');
    expect(parse).toThrow(ShowError);
    expect(parse).toThrow(reason);
  });
});
