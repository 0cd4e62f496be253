/** Which files a peer may write and read, as a place inside one of two folders. Pure: knows no disk, no links on it. */
import { Buffer } from 'node:buffer';
import { posix } from 'node:path';
import { RefusedError } from '../../lib/errors.js';
import { updatePaths } from '../../lib/update/drone-software.js';

/** `data`: the client's own folder; `payload`: the configured folder of the robot package. */
export type FilePlace = { readonly root: 'data' | 'payload'; readonly path: string };

export type JailRoots = { readonly data: string; readonly payload: string };

/** The animation that the drone flies, as clever-show servers send it. */
export const animationPath = 'animation.csv';

/** The drone's part of a Starling show; one takes the place of the other. */
export const showPartPath = 'show.part';

/** Files of the client that may be written. */
const dataFiles: ReadonlySet<string> = new Set([
  ...[animationPath, showPartPath, 'temp.params'],
  ...[updatePaths.package, updatePaths.signature],
]);

/** Old servers send a marker map to `../` of this, beside the robot package. Here it stays inside the folder. */
const markerMap = 'aruco_pose/map/animation_map.txt';
const payloadFiles: ReadonlySet<string> = new Set(['camera_info/calibration.yaml', markerMap]);

/** The key of the drone: nobody is told it, not even a server. */
const keyFile = /\.key\.json$/i;

const launchFile = /^launch\/[^/.][^/]*$/;

/** Source: Linux, NAME_MAX and a quarter of PATH_MAX, bytes: the roots stand before it. */
const maxNameBytes = 255;
const maxPathBytes = 1024;

/**
 * Where a pushed file goes. Destinations are the fixed names, bare or under the payload folder's path.
 * @throws RefusedError for every other path.
 */
export function placeForWriting(filepath: string, roots: JailRoots): FilePlace {
  expectPlain(filepath);
  if (dataFiles.has(filepath)) return { root: 'data', path: filepath };
  const path = withoutRoot(filepath, roots.payload) ?? filepath;
  if (path === `../${markerMap}`) return { root: 'payload', path: markerMap };
  if (payloadFiles.has(path)) return { root: 'payload', path };
  if (launchFile.test(path) && !hasDots(path)) return { root: 'payload', path };
  throw new RefusedError('refused', `files are not taken at "${filepath}"`);
}

/** Where a file that a peer asks for lies: anything inside the two folders. @throws RefusedError for other paths. */
export function placeForReading(filepath: string, roots: JailRoots): FilePlace {
  expectPlain(filepath);
  const inData = withoutRoot(filepath, roots.data);
  const inPayload = withoutRoot(filepath, roots.payload);
  const path = inData ?? inPayload ?? filepath;
  if (posix.isAbsolute(path) || hasDots(path) || path === '' || keyFile.test(path)) {
    throw new RefusedError('refused', `"${filepath}" lies outside the folders that may be read, or is a key`);
  }
  if (inData === undefined && inPayload !== undefined) return { root: 'payload', path };
  const isPayload = inData === undefined && (payloadFiles.has(path) || launchFile.test(path));
  return { root: isPayload ? 'payload' : 'data', path };
}

function expectPlain(filepath: string): void {
  if (filepath === '' || /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\\]/u.test(filepath)) {
    throw new RefusedError('refused', 'the path is empty or contains characters that no path here has');
  }
  const isLong = (text: string, maxBytes: number) => Buffer.byteLength(text) > maxBytes;
  if (isLong(filepath, maxPathBytes) || filepath.split('/').some((name) => isLong(name, maxNameBytes))) {
    throw new RefusedError('refused', 'the path, or a name in it, is longer than any here');
  }
}

function withoutRoot(filepath: string, root: string): string | undefined {
  return filepath.startsWith(`${root}/`) ? filepath.slice(root.length + 1) : undefined;
}

function hasDots(path: string): boolean {
  return path.split('/').some((part) => part === '' || part === '.' || part === '..');
}
