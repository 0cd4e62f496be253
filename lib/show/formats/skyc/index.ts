/** The `.skyc` format of the Skybrush suite: what reads it and what writes it. Holds nothing of its own. */
export { exportSkyc } from './export.js';
export { skyc } from './skyc.js';
