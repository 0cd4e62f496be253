/** A show of a few drones and seconds for tests of rehearsals: no disk, no waiting. */
import { prepareShow } from '../../../lib/show/prepare-show.js';
import type { Show, SlotShow } from '../../../lib/show/show.js';
import { judgeShow, type StoredShow } from '../../../server/show-control/show-store.js';

/** Each rises to 2.5 m and comes down again, in a row, 4 m apart. */
export function shortShow(drones = 2): StoredShow {
  const slots = Array.from({ length: drones }, (_, index): [string, SlotShow] => [
    `drone-${index + 1}`,
    slotAt(index * 4),
  ]);
  const show: Show = { title: 'short', slots: new Map(slots), cues: [], segments: {}, limits: {} };
  const prepared = prepareShow({ show, notes: [], format: 'skyc' });
  return { ...judgeShow(prepared), animation: () => Promise.resolve(undefined) };
}

function slotAt(x: number): SlotShow {
  const [low, high] = [
    { x, y: 0, z: 0 },
    { x, y: 0, z: 2.5 },
  ];
  return {
    trajectory: {
      startS: 0,
      startM: low,
      segments: [
        { kind: 'bezier', endS: 2.5, controlM: [low, low, high, high, high] },
        { kind: 'bezier', endS: 5, controlM: [high, high, low, low, low] },
      ],
    },
    lights: { kind: 'step', timesS: Float64Array.of(0), colors: Uint8Array.of(9, 8, 7) },
    yaw: { timesS: new Float64Array(0), yawsRad: new Float64Array(0) },
    pyro: [],
    homeM: low,
  };
}
