/** What happens when the show is stopped at any moment: all hold, one holds or lands, all land, all fly home. Chooses the moments. */
import type { Findings } from './findings.js';
import { type CheckedDrone, endOf, startOf } from './fleet.js';
import { checkHolds } from './hold.js';
import { findLandingsOnOthers } from './land-all.js';
import type { ShowLimits } from './limits.js';
import { findLoneMeetings } from './lone.js';
import type { CheckGrid, ShowWarning } from './result.js';
import { checkReturns } from './return-check.js';

/** Finest steps, s. */
const finest: CheckGrid = { holdS: 0.5, loneS: 1, returnS: 5 };
/** Most moments times drones. */
const most = { hold: 600_000, lone: 40_000 };
/** Most of moments times drones cubed: what an assignment costs. */
const mostReturnWork = 4e8;
/** Whatever they cost, as many return plans are looked at. */
const leastReturns = 3;

/** Steps are wider for larger shows, so that the cost stays bounded; `grid` says how wide. */
export function checkEscapes(
  drones: readonly CheckedDrone[],
  limits: ShowLimits,
  findings: Findings,
): { readonly warnings: ShowWarning[]; readonly grid: CheckGrid } {
  if (drones.length < 2) return { warnings: [], grid: finest };
  const startS = drones.reduce((least, { path }) => Math.min(least, startOf(path)), Infinity);
  const endS = drones.reduce((latest, { path }) => Math.max(latest, endOf(path)), -Infinity);
  const grid = gridFor(drones.length, endS - startS);
  checkHolds(drones, { limits, moments: { startS, endS, stepS: grid.holdS } }, findings);
  checkReturns(drones, { limits, moments: { startS, endS, stepS: grid.returnS } }, findings);
  const warnings = [
    ...findLoneMeetings(drones, limits, { startS, endS, stepS: grid.loneS }),
    ...findLandingsOnOthers(drones, limits, { startS, endS, stepS: grid.holdS }),
  ].sort((a, b) => a.t - b.t);
  return { warnings, grid };
}

function gridFor(n: number, lastsS: number): CheckGrid {
  const returns = Math.max(leastReturns, mostReturnWork / n ** 3);
  return {
    holdS: Math.max(finest.holdS, (lastsS * n) / most.hold),
    loneS: Math.max(finest.loneS, (lastsS * n) / most.lone),
    returnS: Math.max(finest.returnS, lastsS / returns),
  };
}
