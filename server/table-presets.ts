/** Which columns the table shows, in which order and how wide, under a name: in and out of the configuration's text. */
import { type Config, loadConfig, type Path, parseIni } from '../lib/config/index.js';
import { serverConfigSpec } from './config-spec.js';

export type PresetColumn = {
  /** As in `[[PRESETS]]`: a telemetry key, or one of the panel's own. */
  readonly key: string;
  readonly isShown: boolean;
  /** In letters; undefined: as wide as it needs and the screen has room for. */
  readonly width: number | undefined;
};

export type Preset = { readonly name: string; readonly columns: readonly PresetColumn[] };

export type TablePresets = {
  /** Name of the preset in use; without one of that name the built-in columns are shown. */
  readonly current: string;
  readonly presets: readonly Preset[];
};

/** Where presets are kept. */
export interface PresetStore {
  /** As they were when the server began. */
  readonly initial: TablePresets;
  /** Resolves with where they lie now, for people. @throws ConfigError when they can not be written. */
  save(presets: TablePresets): Promise<string>;
}

/** A file's width counts pixels, as the window of clever-show does, of which a letter takes so many. */
const pixelsPerLetter = 8;

const sectionPath: Path = ['TABLE', 'PRESETS'];

export function readPresets(config: Config): TablePresets {
  const presets = config.sectionNames(sectionPath).map((name): Preset => {
    const path = [...sectionPath, name];
    const columns = config.optionNames(path).map((key): PresetColumn => {
      const value = config.get([...path, key]);
      const [isShown, pixels] = Array.isArray(value) ? value : [];
      return { key, isShown: isShown === true, width: lettersOf(pixels) };
    });
    return { name, columns };
  });
  return { current: config.getString('TABLE/PRESETS/current'), presets };
}

function lettersOf(pixels: unknown): number | undefined {
  if (typeof pixels !== 'number' || pixels <= 0) return undefined;
  return Math.max(2, Math.min(Math.round(pixels / pixelsPerLetter), 99));
}

/**
 * The text of a configuration with these presets in place of its own; all else stays as it was, and so does a preset that
 * is the same. @throws ConfigError for a name that no section can have.
 */
export function withPresets(text: string, fileName: string, { current, presets }: TablePresets): string {
  const before = readPresets(loadConfig(text, fileName, serverConfigSpec));
  const document = parseIni(text, fileName);
  const isKept = (preset: Preset) => presets.some((other) => isSamePreset(other, preset));
  for (const old of before.presets) if (!isKept(old)) document.delete([...sectionPath, old.name]);
  if (before.current !== current) document.set([...sectionPath, 'current'], current);
  for (const preset of presets) {
    if (before.presets.some((old) => isSamePreset(old, preset))) continue;
    for (const { key, isShown, width } of preset.columns)
      document.set(
        [...sectionPath, preset.name, key],
        [isShown ? 'True' : 'False', String((width ?? 0) * pixelsPerLetter)],
      );
  }
  const written = document.toString();
  loadConfig(written, fileName, serverConfigSpec);
  return written;
}

function isSamePreset(a: Preset, b: Preset): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
