/** The public part of the library of Scratch's cloud variables: reading and writing by either server's rules, no I/O. */
export { readScratchLines } from './lines.js';
export {
  type ScratchUpdate,
  scratchCloseCodes,
  scratchSecurityWarning,
  writeScratchAscii,
  writeScratchLine,
} from './messages.js';
export { isScratchMessage, type LooseMessage, readLoose } from './read-loose.js';
export { readStrict, type StrictMessage } from './read-strict.js';
export { isStrictUser, isStrictValue, roomOfProject } from './values.js';
