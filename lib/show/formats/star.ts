/** Starling's own package, `.star`: a zip of a manifest, each drone's part, and the music. Knows no disk. */
import { ShowError } from '../../errors.js';
import { printable } from '../../printable.js';
import { canonicalJson } from '../part/canonical-json.js';
import { decodePart, digestOf, encodePart } from '../part/part-codec.js';
import { partsOf, type ShowPart, showOf } from '../part/show-part.js';
import type { Cue, Music, Show, ShowSegments, Span } from '../show.js';
import type { ExportedShow, ImportedShow, ShowFormat, ShowSource } from './format.js';
import { expectModest } from './modest-json.js';

const manifestName = 'manifest.json';
const formatName = 'starling-show';
const version = 1;

type Members = { readonly [name: string]: unknown };

export const star: ShowFormat = {
  id: 'star',
  matches: (source) => readManifest(source)?.format === formatName,
  read: readStar,
};

/**
 * The files of the package. Its parts are what `Show.slots` encode to, byte by byte: the digests stay.
 * Holds everything a show is; there is nothing to note.
 */
export function exportStar(show: Show): ExportedShow {
  const files = new Map<string, Uint8Array>();
  const parts: { file: string; sha256: string }[] = [];
  for (const part of partsOf(show).values()) {
    const file = `parts/${parts.length + 1}.part`;
    const bytes = encodePart(part);
    files.set(file, bytes);
    parts.push({ file, sha256: digestOf(bytes) });
  }
  const { music, cues, segments } = show;
  const manifest = {
    format: formatName,
    version,
    title: show.title,
    parts,
    cues,
    segments,
    music: addMusic(files, music),
  };
  files.set(manifestName, new TextEncoder().encode(`${canonicalJson(manifest)}\n`));
  return { files, notes: [] };
}

function addMusic(files: Map<string, Uint8Array>, music: Music | undefined): Members | undefined {
  if (!music) return undefined;
  const { fileName, mediaType, startS, bytes } = music;
  files.set('music', bytes);
  return { file: 'music', fileName, mediaType, startS, sha256: digestOf(bytes) };
}

function readManifest({ files }: ShowSource): Members | undefined {
  const bytes = files.get(manifestName);
  if (!bytes) return undefined;
  try {
    expectModest(bytes, manifestName);
    return membersOf(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof ShowError) return undefined;
    throw error;
  }
}

function readStar(source: ShowSource): ImportedShow {
  const manifest = readManifest(source) ?? {};
  const where = `${source.name}: ${manifestName}`;
  if (manifest.version !== version)
    throw new ShowError(`${where}: version ${shown(manifest.version)} is not known, expected ${version}`);
  if (!Array.isArray(manifest.parts)) throw new ShowError(`${where}: parts is no list`);
  const parts = manifest.parts.map((entry, i) => readPart(source, membersOf(entry), `${where}, parts[${i}]`));
  const music =
    manifest.music === undefined ? undefined : readMusic(source, membersOf(manifest.music), where);
  const rest = {
    cues: readCues(manifest.cues, where),
    segments: readSegments(manifest.segments, where),
    ...(music && { music }),
  };
  return { show: showOf(parts, rest), notes: [] };
}

function readPart(source: ShowSource, entry: Members, where: string): ShowPart {
  const bytes = readChecked(source, entry, where);
  return decodePart(bytes, `${source.name}: ${shown(entry.file)}`);
}

/** A file of the package whose digest is that of the manifest. */
function readChecked({ files }: ShowSource, { file, sha256 }: Members, where: string): Uint8Array {
  const bytes = typeof file === 'string' ? files.get(file) : undefined;
  if (!bytes) throw new ShowError(`${where}: there is no file ${shown(file)}; the package is not whole`);
  if (digestOf(bytes) !== sha256)
    throw new ShowError(`${where}: ${shown(file)} is not what the manifest says; the package is damaged`);
  return bytes;
}

function readMusic(source: ShowSource, entry: Members, where: string): Music {
  const bytes = readChecked(source, entry, `${where}, music`);
  const { fileName, mediaType, startS } = entry;
  if (typeof fileName !== 'string' || typeof mediaType !== 'string' || !isNumber(startS))
    throw new ShowError(`${where}, music: expected fileName, mediaType and startS`);
  return { fileName, mediaType, startS, bytes };
}

function readCues(cues: unknown, where: string): Cue[] {
  if (!Array.isArray(cues)) throw new ShowError(`${where}: cues is no list`);
  return cues.map((cue, i) => {
    const { tS, name } = membersOf(cue);
    if (!isNumber(tS) || typeof name !== 'string')
      throw new ShowError(`${where}, cues[${i}]: expected tS and name`);
    return { tS, name };
  });
}

function readSegments(segments: unknown, where: string): ShowSegments {
  const span = (name: string): Span | undefined => {
    const value = membersOf(segments)[name];
    if (value === undefined) return undefined;
    const { startS, endS } = membersOf(value);
    if (!isNumber(startS) || !isNumber(endS))
      throw new ShowError(`${where}, segments.${name}: expected startS and endS`);
    return { startS, endS };
  };
  const [takeoff, show, landing] = [span('takeoff'), span('show'), span('landing')];
  return { ...(takeoff && { takeoff }), ...(show && { show }), ...(landing && { landing }) };
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

/** A value of the manifest in words for people; an object may have members that keep it from being a text. */
function shown(value: unknown): string {
  return printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')).slice(0, 80);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
