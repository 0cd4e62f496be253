/** Reads limits from a JSON text. Knows the names of limits; no file system and no show. */
import { errorText, ShowError } from '../../errors.js';
import { defaultLimits, maxCorners, type Polygon, type ShowLimits } from './limits.js';

const polygons: readonly string[] = ['geofence', 'audience'];
const known: readonly string[] = [...Object.keys(defaultLimits), 'maxJerkMPerS3', ...polygons];
/** A drone that does not brake, come home or land has no time at which it is there. */
const positive: readonly string[] = ['brakingMPerS2', 'returnSpeedMPerS', 'landingSpeedMPerS'];

/**
 * An object with names of `ShowLimits`; what it leaves out is left out.
 * @throws ShowError with `fileName` and the key: no JSON object, an unknown name, a value that can not be one.
 */
export function parseLimits(text: string, fileName: string): Partial<ShowLimits> {
  const limits = parseObject(text, fileName);
  return Object.fromEntries(
    Object.entries(limits).map(([key, value]) => {
      if (polygons.includes(key)) return [key, parsePolygon(value, `${fileName}: ${key}`)];
      if (known.includes(key)) return [key, parseNumber(key, value, fileName)];
      throw new ShowError(`${fileName}: "${key}" is no limit; known limits: ${known.join(', ')}`);
    }),
  );
}

function parseObject(text: string, fileName: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ShowError(`${fileName} is not JSON: ${errorText(error)}`, { cause: error });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new ShowError(`${fileName} must be an object of limits, such as {"minDistanceM": 1.5}`);
}

function parseNumber(key: string, value: unknown, fileName: string): number {
  const least = positive.includes(key) ? 'above 0' : 'of at least 0';
  const isRight = typeof value === 'number' && Number.isFinite(value) && value >= 0;
  if (isRight && (value > 0 || !positive.includes(key))) return value;
  throw new ShowError(
    `${fileName}: ${key} must be a number ${least}, not ${JSON.stringify(value)}; known limits: ${known.join(', ')}`,
  );
}

function parsePolygon(value: unknown, where: string): Polygon {
  const wanted = `a list of 3 to ${maxCorners} corners {"x": m, "y": m}`;
  if (!Array.isArray(value) || value.length < 3 || value.length > maxCorners)
    throw new ShowError(`${where} must be ${wanted}`);
  return value.map((corner: unknown, index) => {
    const isObject = typeof corner === 'object' && corner !== null && 'x' in corner && 'y' in corner;
    if (isObject && Number.isFinite(corner.x) && Number.isFinite(corner.y))
      return { x: Number(corner.x), y: Number(corner.y) };
    throw new ShowError(
      `${where}: corner ${index + 1} must be {"x": m, "y": m}, not ${JSON.stringify(corner)}`,
    );
  });
}
