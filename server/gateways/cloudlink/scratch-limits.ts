/** What the hub should allow Scratch's cloud variables. Values alone. */
import type { HubLimits } from '../../hub/policies.js';

/** For the hub's gateway `scratch`. Source: the limits of TurboWarp's cloud server. */
export const scratchLimits: Partial<HubLimits> = {
  maxVariables: 128,
  maxMembersPerRoom: 128,
  maxRooms: 16_384,
  // 1,024 characters of a variable's name, 999 of a project's, each of at most four bytes.
  maxNameBytes: 4096,
  keepEmptyMs: 3_600_000,
};
