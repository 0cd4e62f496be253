/** Lines of the files bench, and what its measurements need to wait and to say. Measures nothing itself. */
import { setTimeout as sleep } from 'node:timers/promises';

export type Row = { readonly what: string; readonly measured: string; readonly goal: string };

export const mbit100BytesPerMs = 12_500;
export const mbit2BytesPerMs = 250;

export function print({ what, measured, goal }: Row): void {
  console.log(`${what.padEnd(72)}${measured.padStart(26)}   ${goal}`);
}

export function ms(values: readonly number[]): string {
  return values
    .map((value) => value.toFixed(0))
    .join(', ')
    .concat(' ms');
}

export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(10);
}
