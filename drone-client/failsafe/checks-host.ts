/** Is this computer fit to fly: disk, temperature, power, and does it keep time? Pure; reads nothing itself. */

import type { HostHealth } from './host-health.js';
import type { CheckInput, Problem } from './problem.js';

const bytesPerMb = 1_000_000;

/** A flight's log must fit, and a configuration that can not be written is lost. */
export const minFreeMb = 50;
export const lowFreeMb = 500;

/** Source: Raspberry Pi documentation: its processors are slowed down from 80 °C, more from 85 °C. */
const maxTemperatureC = 82;
const warmTemperatureC = 75;

/** PX4 leaves the offboard mode after about 1 s without setpoints. */
const maxLagMs = 1000;
const slowLagMs = 250;

/** Older readings tell nothing: the disk or the kernel does not answer. */
const maxAgeMs = 30_000;

export function hostProblems({ host, loopLagMs }: Pick<CheckInput, 'host' | 'loopLagMs'>): Problem[] {
  return [...healthProblems(host), ...lagProblems(loopLagMs)];
}

function healthProblems(host: HostHealth | undefined): Problem[] {
  if (!host)
    return [problem('host', 'warning', "this computer's disk and temperature are not read yet: wait")];
  const age = `${(host.ageMs / 1000).toFixed(0)} s`;
  if (host.ageMs > maxAgeMs)
    return [
      problem(
        'host',
        'warning',
        `this computer's disk was last read ${age} ago (limit 30 s): check its card`,
      ),
    ];
  return [...diskProblems(host), ...temperatureProblems(host), ...powerProblems(host)];
}

function diskProblems({ diskFreeBytes }: HostHealth): Problem[] {
  if (diskFreeBytes === undefined)
    return [problem('disk', 'warning', 'the free space of the data folder is unknown: check that it exists')];
  const freeMb = diskFreeBytes / bytesPerMb;
  if (freeMb >= lowFreeMb) return [];
  const [severity, limitMb] =
    freeMb < minFreeMb ? (['blocking', minFreeMb] as const) : (['warning', lowFreeMb] as const);
  return [
    problem(
      'disk',
      severity,
      `${freeMb.toFixed(0)} MB of disk are free (at least ${limitMb}): delete old logs`,
    ),
  ];
}

/** A computer that does not tell has none that could be watched. */
function temperatureProblems({ cpuTemperatureC }: HostHealth): Problem[] {
  if (cpuTemperatureC === undefined || cpuTemperatureC < warmTemperatureC) return [];
  const isTooHot = cpuTemperatureC >= maxTemperatureC;
  const limit = isTooHot ? maxTemperatureC : warmTemperatureC;
  const text = `the processor has ${cpuTemperatureC.toFixed(0)} °C (limit ${limit}): give it shade and air`;
  return [problem('temperature', isTooHot ? 'blocking' : 'warning', text)];
}

function powerProblems({ underVoltage }: HostHealth): Problem[] {
  if (underVoltage?.isNow)
    return [
      problem('under_voltage', 'blocking', "this computer's voltage is too low now: check its 5 V supply"),
    ];
  if (!underVoltage?.hasBeen) return [];
  const text = "this computer's voltage was too low since its start: check its 5 V supply before the flight";
  return [problem('under_voltage', 'warning', text)];
}

function lagProblems(lagMs: number | undefined): Problem[] {
  if (lagMs === undefined || lagMs < slowLagMs) return [];
  const isTooSlow = lagMs >= maxLagMs;
  const limit = isTooSlow ? maxLagMs : slowLagMs;
  const text = `this program came ${lagMs.toFixed(0)} ms late (limit ${limit}): end what else runs on this computer`;
  return [problem('lag', isTooSlow ? 'blocking' : 'warning', text)];
}

function problem(id: string, severity: Problem['severity'], text: string): Problem {
  return { id, severity, text };
}
