/** What a process of this machine has used, from /proc. Source: proc(5). */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const ticksPerS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const userField = 13;
const systemField = 14;

/** CPU time of all its threads since it began, s. */
export function cpuS(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Its name, in brackets, may hold spaces.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const at = (field: number) => Number(fields[field - 2]);
  return (at(userField) + at(systemField)) / ticksPerS;
}

/** Resident memory now and at its highest, MiB. */
export function memoryMib(pid: number): { readonly now: number; readonly highest: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]);
  return { now: kib('VmRSS') / 1024, highest: kib('VmHWM') / 1024 };
}
