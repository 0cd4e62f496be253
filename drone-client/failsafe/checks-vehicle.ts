/** Is the autopilot ready: position, GPS, sensors, calibration, its own verdict, battery? Pure; knows no link. */
import type { EstimatorHealth } from '../vehicle/vehicle.js';
import type { CheckInput, Problem } from './problem.js';

/** What is older tells nothing of the present, ms; autopilots tell of estimator and GPS about once a second. */
const positionMaxAgeMs = 2000;
const reportMaxAgeMs = 5000;

/** Source: GPS_FIX_TYPE, 3 = 3D. */
const fix3d = 3;
const fixNames = ['no GPS', 'no fix', '2D', '3D', 'DGPS', 'RTK float', 'RTK fixed'];

/** A charge beyond full by more than rounding is a broken gauge. */
const maxFraction = 1.05;

export function vehicleProblems(input: CheckInput): Problem[] {
  return [
    ...positionProblems(input),
    ...estimatorProblems(input),
    ...(input.isGpsNeeded ? gpsProblems(input) : []),
    ...sensorProblems(input),
    ...prearmProblems(input),
    ...batteryProblems(input),
  ];
}

function positionProblems({ vehicle: { position }, nowMs }: CheckInput): Problem[] {
  if (!position)
    return [blocking('position', 'the position is unknown: wait for the estimate, check GPS or camera')];
  const ageMs = nowMs - position.atMs;
  if (ageMs <= positionMaxAgeMs) return [];
  const age = (ageMs / 1000).toFixed(1);
  return [blocking('position', `the position is ${age} s old (limit 2 s): check the link to the autopilot`)];
}

function estimatorProblems({ vehicle: { estimator }, nowMs, isGpsNeeded }: CheckInput): Problem[] {
  if (!estimator || nowMs - estimator.atMs > reportMaxAgeMs)
    return [
      warning(
        'estimator',
        'the autopilot does not tell whether it trusts its position: watch it at take-off',
      ),
    ];
  const missing = missingParts(estimator, isGpsNeeded);
  const problems: Problem[] = [];
  if (missing.length > 0) {
    const text = `the estimator does not vouch for ${missing.join(', ')}: wait, check GPS, camera and compass`;
    problems.push(blocking('estimator', text));
  }
  if (isGpsNeeded && estimator.hasGpsGlitch)
    problems.push(
      blocking('gps_glitch', 'the GPS disagrees with the other sensors: wait, move away from metal'),
    );
  return problems;
}

function missingParts(estimator: EstimatorHealth, isGpsNeeded: boolean): string[] {
  const parts: [boolean, string][] = [
    [estimator.hasAttitude, 'attitude'],
    [estimator.hasHorizontalVelocity && estimator.hasVerticalVelocity, 'velocity'],
    [estimator.hasHorizontalPosition, 'horizontal position'],
    [estimator.hasVerticalPosition, 'height'],
    [!isGpsNeeded || estimator.hasGlobalPosition, 'global position'],
  ];
  return parts.filter(([isThere]) => !isThere).map(([, name]) => name);
}

/** Only asked where the show stands on GPS: indoors a receiver without a fix is no fault. */
function gpsProblems({ vehicle: { gps }, nowMs, limits }: CheckInput): Problem[] {
  if (!gps || nowMs - gps.atMs > reportMaxAgeMs)
    return [blocking('gps', 'the GPS is not heard: check the receiver and its cable')];
  const problems: Problem[] = [];
  if (!(gps.fixType >= fix3d)) {
    const fix = fixNames[gps.fixType] ?? `fix type ${gps.fixType}`;
    problems.push(blocking('gps', `the GPS has ${fix} (3D is needed): wait, give it open sky`));
  }
  const { satellites } = gps;
  if (satellites !== undefined && satellites < limits.minSatellites) {
    const text = `the GPS sees ${satellites} satellites (at least ${limits.minSatellites}): wait, give it open sky`;
    problems.push(blocking('satellites', text));
  }
  return problems;
}

function sensorProblems({ vehicle: { unhealthySensors, calibration } }: CheckInput): Problem[] {
  const problems: Problem[] = [];
  if (unhealthySensors && unhealthySensors.length > 0) {
    const text = `sensors are not healthy: ${unhealthySensors.join(', ')}; restart the autopilot, then check them`;
    problems.push(blocking('sensors', text));
  }
  if (!calibration) return [...problems, warning('calibration', 'the calibration is not known yet: wait')];
  const missing = (['gyro', 'mag', 'accel'] as const).filter((name) => !calibration[name]);
  if (missing.length > 0)
    problems.push(
      blocking('calibration', `not calibrated: ${missing.join(', ')}; calibrate before the flight`),
    );
  return problems;
}

/**
 * In a mode that we leave before arming the verdict judges that mode, not the flight: PX4 misses setpoints in it. The offboard
 * mode is left by itself after each landing, and the watchdog says when it is not.
 */
function prearmProblems({ vehicle: { isPrearmOk, armed, role, mode } }: CheckInput): Problem[] {
  if (isPrearmOk !== false || armed || role === 'offboard') return [];
  if (role === 'land' || role === 'return')
    return [
      warning('prearm', `the autopilot could not arm in its present mode ${mode}: hold first to know more`),
    ];
  return [blocking('prearm', 'the autopilot would refuse to arm: read its messages for the reason')];
}

function batteryProblems({ vehicle: { battery }, limits }: CheckInput): Problem[] {
  const { fraction, cellVoltageV } = battery ?? {};
  const { minBatteryFraction, minCellV } = limits;
  const isChecked = minBatteryFraction !== undefined || minCellV !== undefined;
  if (isChecked && fraction === undefined && cellVoltageV === undefined)
    return [blocking('battery', 'the battery is unknown: check the power module and its calibration')];
  const problems: Problem[] = [];
  if (minBatteryFraction !== undefined && fraction !== undefined && !(fraction >= minBatteryFraction)) {
    const text = `the battery has ${percent(fraction)} (at least ${percent(minBatteryFraction)}): change it`;
    problems.push(blocking('battery', text));
  }
  if (fraction !== undefined && fraction > maxFraction)
    problems.push(
      blocking('battery', `the battery has ${percent(fraction)}: the gauge is broken, calibrate it`),
    );
  if (minCellV !== undefined && cellVoltageV !== undefined && !(cellVoltageV >= minCellV)) {
    const text = `a cell has ${cellVoltageV.toFixed(2)} V (at least ${minCellV} V): change the battery`;
    problems.push(blocking('cell', text));
  }
  return problems;
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(0)} %`;
}

function blocking(id: string, text: string): Problem {
  return { id, severity: 'blocking', text };
}

function warning(id: string, text: string): Problem {
  return { id, severity: 'warning', text };
}
