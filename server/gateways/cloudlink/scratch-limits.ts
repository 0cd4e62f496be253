/** What the hub should allow Scratch's cloud variables. Values alone. */
import type { HubLimits } from '../../hub/policies.js';

// 1,024 characters of a variable's name, 999 of a project's, each of at most four bytes.
const maxNameBytes = 4096;

/** For the hub's gateway `scratch`. Source: the limits of TurboWarp's cloud server. */
export const scratchLimits: Partial<HubLimits> = {
  maxVariables: 128,
  maxMembersPerRoom: 128,
  maxRooms: 16_384,
  maxNameBytes,
  keepEmptyMs: 3_600_000,
};

/** By the rules of Python's CloudLink: as many clients as come, and variables end when the last one leaves. */
export const looseScratchLimits: Partial<HubLimits> = { maxNameBytes };
