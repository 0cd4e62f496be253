import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFaultFile } from '../../../drone-client/simulator/fault-file.js';
import { FaultSchedule } from '../../../drone-client/simulator/fault-schedule.js';
import { faultUsages } from '../../../drone-client/simulator/fault-words.js';
import { UsageError } from '../../../lib/errors.js';

const errorOf = (text: string): string => {
  try {
    parseFaultFile(text, 'bad.faults');
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return '';
};

describe('a fault file', () => {
  it('says every fault there is', () => {
    const text = `\uFEFF# the dress rehearsal
0 drone-1 motor-loss
1.5 drone-2 gps-loss
2 drone-2 gps-loss 5   # back again

3 * link-cut 2.5
3 * link-cut
4\tdrone-3\tbattery-sag   0.1\r
5 drone-3 lying-battery 0.9
6 drone-4 stuck-mode
7 drone-4 reboot
.5 drone-5 pilot POSCTL
9 * gust 6 3
10 * wind 12 270 2 20
11 drone-1 wind 3`;
    expect(parseFaultFile(text, 'a.faults')).toEqual([
      { line: 2, atS: 0, drone: 'drone-1', fault: { kind: 'motor-loss' } },
      { line: 3, atS: 1.5, drone: 'drone-2', fault: { kind: 'gps-loss' } },
      { line: 4, atS: 2, drone: 'drone-2', fault: { kind: 'gps-loss', durationS: 5 } },
      { line: 6, atS: 3, drone: '*', fault: { kind: 'link-cut', durationS: 2.5 } },
      { line: 7, atS: 3, drone: '*', fault: { kind: 'link-cut' } },
      { line: 8, atS: 4, drone: 'drone-3', fault: { kind: 'battery-sag', fraction: 0.1 } },
      { line: 9, atS: 5, drone: 'drone-3', fault: { kind: 'lying-battery', fraction: 0.9 } },
      { line: 10, atS: 6, drone: 'drone-4', fault: { kind: 'stuck-mode' } },
      { line: 11, atS: 7, drone: 'drone-4', fault: { kind: 'reboot' } },
      { line: 12, atS: 0.5, drone: 'drone-5', fault: { kind: 'pilot', mode: 'POSCTL' } },
      { line: 13, atS: 9, drone: '*', fault: { kind: 'gust', mPerS: 6, durationS: 3 } },
      {
        ...{ line: 14, atS: 10, drone: '*' },
        fault: { kind: 'wind', mPerS: 12, fromDeg: 270, gustMPerS: 2, overS: 20 },
      },
      { line: 15, atS: 11, drone: 'drone-1', fault: { kind: 'wind', mPerS: 3 } },
    ]);
  });

  it('may be empty', () => {
    expect(parseFaultFile('', 'a')).toEqual([]);
    expect(parseFaultFile('  \n# nothing\n', 'a')).toEqual([]);
  });

  it('names file, line and what was expected, for all wrong lines at once', () => {
    const message = errorOf('1 drone-1 reboot\nsoon drone-1 reboot\n\n2 drone-1 explode\n');
    expect(message.split('\n')).toEqual([
      expect.stringMatching(/^bad\.faults:2: "soon" is no time; expected seconds/),
      expect.stringMatching(/^bad\.faults:4: "explode" is no fault; expected one of motor-loss, gps-loss/),
    ]);
  });

  it.each([
    ['-1 drone-1 reboot', 'is no time'],
    ['1e3 drone-1 reboot', 'is no time'],
    ['NaN drone-1 reboot', 'is no time'],
    ['1', 'expected `TIME DRONE FAULT'],
    ['1 drone-1', 'expected `TIME DRONE FAULT'],
    ['1 drone_1! reboot', 'is no drone'],
    ['1 drone-1 reboot now', 'expected `reboot`, got "now" after reboot'],
    ['1 drone-1 battery-sag', 'expected `battery-sag FRACTION`, got no value'],
    ['1 drone-1 battery-sag 10', 'expected a number 0…1'],
    ['1 drone-1 battery-sag much', 'expected a number 0…1'],
    ['1 drone-1 battery-heat', 'expected `battery-heat CELSIUS`, got no value'],
    ['1 drone-1 battery-heat 400', 'expected a number -40…150'],
    ['1 drone-1 gps-loss -5', 'expected a number 0…86400'],
    ['1 drone-1 gps-loss 5 6', 'expected `gps-loss [SECONDS]`'],
    ['1 drone-1 pilot', 'expected `pilot MODE`'],
    ['1 drone-1 gust 6', 'expected `gust M_PER_S SECONDS`'],
    ['1 drone-1 gust 600 3', 'is no M_PER_S of gust'],
    ['1 * wind', 'expected `wind M_PER_S [FROM_DEG] [GUST_M_PER_S] [SECONDS]`'],
    ['1 * wind 12 west', '"west" is no FROM_DEG of wind'],
    ['1 drone-1 toString', 'is no fault'],
    ['1 drone-1 __proto__', 'is no fault'],
  ])('refuses %j', (line, expected) => {
    expect(errorOf(line)).toContain(`bad.faults:1: `);
    expect(errorOf(line)).toContain(expected);
  });

  it('is read or refused with a usage error, whatever is in it', () => {
    const word = fc.constantFrom(
      '1',
      '-2',
      '*',
      'drone-1',
      'reboot',
      'gust',
      'pilot',
      '#',
      '\n',
      '9e9',
      '\0',
      'é',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join(' ')),
        ),
        (text) => {
          expect(() => errorOf(text)).not.toThrow();
        },
      ),
    );
  });

  it('can be written by the usages that the help shows', () => {
    expect(faultUsages).toHaveLength(11);
    expect(faultUsages).toContain('gust M_PER_S SECONDS');
  });
});

describe('a fault schedule', () => {
  const schedule = new FaultSchedule(
    parseFaultFile('5 drone-1 reboot\n2 drone-1 stuck-mode\n2 * motor-loss\n0 drone-2 gps-loss', 'a'),
  );
  const kinds = (faults: readonly { kind: string }[]): string[] => faults.map(({ kind }) => kind);

  it('counts from when the motors first started, and gives each fault once, in the order of their times', () => {
    const drone = schedule.forDrone('drone-1');
    expect(drone.due(false, 0)).toEqual([]);
    expect(drone.due(false, 60_000)).toEqual([]);
    expect(drone.due(true, 100_000)).toEqual([]);
    expect(drone.due(true, 101_990)).toEqual([]);
    expect(kinds(drone.due(true, 102_000))).toEqual(['stuck-mode', 'motor-loss']);
    expect(drone.due(true, 102_010)).toEqual([]);
    expect(kinds(drone.due(false, 110_000))).toEqual(['reboot']);
    expect(drone.due(true, 200_000)).toEqual([]);
  });

  it('goes on when the motors stopped, and does not begin anew when they start again', () => {
    const drone = schedule.forDrone('drone-1');
    drone.due(true, 0);
    drone.due(false, 1000);
    expect(kinds(drone.due(true, 2500))).toEqual(['stuck-mode', 'motor-loss']);
  });

  it('gives at once what is due at the start, and all that a long pause made due', () => {
    expect(kinds(schedule.forDrone('drone-2').due(true, 7))).toEqual(['gps-loss']);
    const late = schedule.forDrone('drone-1');
    late.due(true, 0);
    expect(kinds(late.due(true, 60_000))).toEqual(['stuck-mode', 'motor-loss', 'reboot']);
  });

  it('keeps the drones apart, and the counts of two asks for the same drone', () => {
    const [other, again] = [schedule.forDrone('drone-9'), schedule.forDrone('drone-9')];
    other.due(true, 0);
    expect(kinds(other.due(true, 9000))).toEqual(['motor-loss']);
    expect(again.due(true, 9000)).toEqual([]);
    expect(kinds(again.due(true, 11_000))).toEqual(['motor-loss']);
  });

  it('finds the names that no drone has', () => {
    expect(schedule.unknownDrones(['drone-1'])).toEqual(['drone-2']);
    expect(schedule.unknownDrones(['drone-1', 'drone-2'])).toEqual([]);
  });
});
