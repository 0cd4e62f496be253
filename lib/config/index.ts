/** The public part of the configuration library. Files on the disk are read and written by its `adapters/`. */
export { Config, type ConfigPath, loadConfig } from './config.js';
export { defaultIni } from './default-ini.js';
export { formatIni, IniDocument, type IniEntry, type Path, parseIni } from './ini-document.js';
export type { IniValue } from './ini-value.js';
export {
  boolean,
  float,
  integer,
  numbers,
  type OptionSpec,
  option,
  string,
  texts,
  tuple,
  version,
  wordOrNumber,
} from './option-types.js';
export {
  defineSpec,
  findFixedOption,
  freeSection,
  type SectionShape,
  type SectionSpec,
  type SpecShape,
} from './spec.js';
export type { ConfigValue, WireObject, WireValue } from './wire-value.js';
