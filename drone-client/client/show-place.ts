/** Does the drone's frame lie where the show is meant to be? Pure: knows settings, no vehicle. */
import { GpsFrame } from '../../lib/geo/geodetic.js';
import type { PartCommon } from '../../lib/show/part/show-part.js';
import type { FrameSettings } from '../vehicle/framed-vehicle.js';

/** The origin of the drone's frame may be this far from the show's, m. */
const originToleranceM = 0.5;

/** And its x axis may point this far beside it, deg: 1 m at the edge of a show of 100 m radius. */
const headingToleranceDeg = 0.5;

/** Why a show that says where it lies can not be flown in this frame; undefined when it can. */
export function frameObstacle(
  { origin, headingDeg }: Pick<PartCommon, 'origin' | 'headingDeg'>,
  frame: FrameSettings,
): string | undefined {
  if (frame.kind !== 'gps') return undefined;
  if (origin) {
    const { x, y } = new GpsFrame({ ...frame, amslM: 0 }).toLocal({ ...origin, amslM: 0 });
    const offM = Math.hypot(x, y);
    if (offM > originToleranceM)
      return `the show lies at ${origin.latDeg}, ${origin.lonDeg}, [GPS FRAME] ${offM.toFixed(1)} m from there: set lat and lon to it`;
  }
  if (headingDeg === undefined) return undefined;
  const offDeg = Math.abs(((headingDeg - frame.headingDeg + 540) % 360) - 180);
  if (offDeg <= headingToleranceDeg) return undefined;
  return `the show's x axis points to ${headingDeg}°, that of [GPS FRAME] to ${frame.headingDeg}°: set yaw to it`;
}
