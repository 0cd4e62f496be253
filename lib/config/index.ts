/** The public part of the configuration library. Files on the disk are read and written by its `adapters/`. */
export { Config, type ConfigPath, loadConfig } from './config.js';
export { defaultIni } from './default-ini.js';
export { describePath } from './describe.js';
export { formatIni, IniDocument, type IniEntry, type Path, parseIni } from './ini-document.js';
export { formatName, formatValue, type IniValue, scanValue } from './ini-value.js';
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
export { parseWireSpec } from './parse-spec.js';
export {
  defineSpec,
  findFixedOption,
  findOption,
  findSection,
  freeSection,
  type SectionShape,
  type SectionSpec,
  type SpecShape,
  specToWire,
} from './spec.js';
export { readForm } from './spec-form.js';
export { type ConfigValue, isWireObject, sameValue, type WireObject, type WireValue } from './wire-value.js';
