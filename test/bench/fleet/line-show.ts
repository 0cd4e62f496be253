/** A show in which every drone flies east at one speed, so that its place tells its show time. Writes it as CSV files. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How fast it flies, m/s: metres are seconds of the show. */
export const eastMPerS = 1;

const frameS = 0.1;
const standingS = 1;
const riseS = 2;
const heightM = 2;
const apartM = 3;

/** Where the drone with this number, from 1, begins. */
export function markOf(number: number): { readonly x: number; readonly y: number; readonly z: number } {
  return { x: 0, y: (number - 1) * apartM, z: 0 };
}

/** Names drones `drone-1` and so on. */
export async function writeLineShow(
  folder: string,
  { drones, lengthS }: { readonly drones: number; readonly lengthS: number },
): Promise<void> {
  await mkdir(folder);
  const frames = Math.round((standingS + riseS + lengthS) / frameS);
  for (let number = 1; number <= drones; number += 1) {
    const lines = Array.from({ length: frames }, (_, frame) => lineAt(frame, markOf(number).y));
    await writeFile(join(folder, `drone-${number}.csv`), `line\n${lines.join('\n')}\n`);
  }
}

function lineAt(frame: number, y: number): string {
  const tS = frame * frameS;
  const z = Math.max(0, Math.min(1, (tS - standingS) / riseS)) * heightM;
  const x = Math.max(0, tS - standingS - riseS) * eastMPerS;
  return [frame, x.toFixed(5), y.toFixed(5), z.toFixed(5), '0', '0', '0', '0'].join(',');
}
