/** Runs the light bytecode of `.skyc` shows. Knows bytes and colours; no file and no lamp. */
import { ShowError } from '../errors.js';
import type { LightTrack } from './lights.js';

/** @throws ShowError always, for now. */
export function expandLightBytecode(_bytes: Uint8Array, _untilS: number): LightTrack {
  throw new ShowError('light bytecode can not be read yet');
}
