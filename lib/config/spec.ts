/** The specification of a configuration: which options there are, in which sections. Knows no values and no files. */
import type { OptionSpec } from './option-types.js';
import type { WireObject } from './wire-value.js';

/** A section: options and sections with fixed names, and what others may be (`any…` absent = unknown). */
export type SectionSpec = {
  readonly kind: 'section';
  readonly options: ReadonlyMap<string, OptionSpec>;
  readonly sections: ReadonlyMap<string, SectionSpec>;
  readonly anyOption: OptionSpec | undefined;
  readonly anySection: SectionSpec | undefined;
};

/** How a section is written down: names with options, or with sections (nested shapes) in them. */
export type SectionShape = { readonly [name: string]: OptionSpec | SectionSpec | SectionShape };

/** A whole specification; root options stand in `root`. */
export type SpecShape = {
  readonly root?: SectionShape;
  readonly [section: string]: SectionShape | SectionSpec | undefined;
};

export function defineSpec({ root, ...sections }: SpecShape): SectionSpec {
  const shape: { [name: string]: OptionSpec | SectionSpec | SectionShape } = { ...root };
  for (const [name, section] of Object.entries(sections)) if (section) shape[name] = section;
  return toSection(shape, {});
}

/** A section whose further options or sections may have any name, such as a user's presets. */
export function freeSection(free: {
  readonly fixed?: SectionShape;
  readonly anyOption?: OptionSpec;
  readonly anySection?: SectionSpec;
}): SectionSpec {
  return toSection(free.fixed ?? {}, free);
}

/** The specification of an option that is always there, with its default; not of one whose name a user chose. */
export function findFixedOption(spec: SectionSpec, path: readonly string[]): OptionSpec | undefined {
  return findSection(spec, path.slice(0, -1))?.options.get(path.at(-1) ?? '');
}

/** The specification of one option; undefined when it is unknown. */
export function findOption(spec: SectionSpec, path: readonly string[]): OptionSpec | undefined {
  const name = path.at(-1);
  const section = findSection(spec, path.slice(0, -1));
  return name === undefined ? undefined : (section?.options.get(name) ?? section?.anyOption);
}

export function findSection(spec: SectionSpec, path: readonly string[]): SectionSpec | undefined {
  return path.reduce<SectionSpec | undefined>(
    (section, name) => section?.sections.get(name) ?? section?.anySection,
    spec,
  );
}

/** The text form of a specification, nested as the configuration; what may have any name is `__many__`. */
export function specToWire(spec: SectionSpec): WireObject {
  return Object.fromEntries([
    ...[...spec.options].map(([name, option]) => [name, option.text]),
    ...(spec.anyOption ? [['__many__', spec.anyOption.text]] : []),
    ...[...spec.sections].map(([name, section]) => [name, specToWire(section)]),
    ...(spec.anySection ? [['__many__', specToWire(spec.anySection)]] : []),
  ]);
}

function toSection(
  shape: SectionShape,
  free: { anyOption?: OptionSpec; anySection?: SectionSpec },
): SectionSpec {
  const options = new Map<string, OptionSpec>();
  const sections = new Map<string, SectionSpec>();
  for (const [name, part] of Object.entries(shape)) {
    if (isOption(part)) options.set(name, part);
    else sections.set(name, isSection(part) ? part : toSection(part, {}));
  }
  return { kind: 'section', options, sections, anyOption: free.anyOption, anySection: free.anySection };
}

function isOption(part: OptionSpec | SectionSpec | SectionShape): part is OptionSpec {
  return part.kind === 'option';
}

function isSection(part: SectionSpec | SectionShape): part is SectionSpec {
  return part.kind === 'section';
}
