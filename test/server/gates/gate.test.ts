import { describe, expect, it } from 'vitest';
import { defaultIni, defineSpec, loadConfig } from '../../../lib/config/index.js';
import {
  explainGates,
  gateProblems,
  gateSection,
  parseGates,
  readGates,
} from '../../../server/gates/gate.js';

const text = '[GATES]\nfinale = 90.5, 95, 1.5\nopening = 20, 80, 2\nmax_age = 2\n';

describe('the gates of a show', () => {
  it('are read in the order of their times', () => {
    expect(parseGates(text, 'gates.ini')).toEqual({
      gates: [
        { name: 'opening', tS: 20, minShare: 0.8, withinM: 2 },
        { name: 'finale', tS: 90.5, minShare: 0.95, withinM: 1.5 },
      ],
      silent: 'away',
      maxAgeS: 2,
    });
    expect(parseGates('', 'gates.ini').gates).toEqual([]);
  });

  it.each([
    ['opening = 20, 101, 2', /opening .*from 1 to 100/],
    ['opening = 20, 0, 2', /opening/],
    ['opening = 20, 90, 0', /at least 0\.1/],
    ['opening = 20, 90', /the list a number/],
    ['opening = soon, 90, 1', /opening/],
    ['silent = maybe', /one of away, left_out/],
    ['max_age = 0', /max_age .*from 0\.5 to 60/],
  ])('are refused by what is wrong: %s', (line, expected) => {
    expect(() => parseGates(`[GATES]\n${line}\n`, 'gates.ini')).toThrow(expected);
  });

  it('are a section of a larger configuration, without a gate by default', () => {
    const spec = defineSpec({ OTHER: {}, GATES: gateSection });
    expect(readGates(loadConfig(defaultIni(spec), 'server.ini', spec))).toEqual(parseGates('', 'g'));
    expect(readGates(loadConfig(text, 'server.ini', spec))).toEqual(parseGates(text, 'g'));
  });

  it('are explained before the start', () => {
    expect(explainGates(parseGates(text, 'gates.ini'))).toEqual([
      'opening, at 20.0 s: goes on if 80 % of the drones are within 2 m of their places, else holds and asks',
      'finale, at 90.5 s: goes on if 95 % of the drones are within 1.5 m of their places, else holds and asks',
      'a drone whose position is older than 2 s counts as away',
    ]);
    expect(explainGates(parseGates('[GATES]\na = 1, 50, 1\nsilent = left_out\n', 'g'))[1]).toBe(
      'a drone whose position is older than 3 s is left out, as long as half of them are heard',
    );
    expect(explainGates(parseGates('', 'g'))).toEqual(['no gates: the show goes on wherever the drones are']);
  });

  it('are named where the show never comes to them', () => {
    const settings = parseGates(text, 'gates.ini');
    expect(gateProblems(settings, { startS: -5, endS: 100 })).toEqual([]);
    expect(gateProblems(settings, { startS: 20, endS: 60 })).toEqual([
      'gate opening at 20.0 s is not within the show (20.0 to 60.0 s): move it',
      'gate finale at 90.5 s is not within the show (20.0 to 60.0 s): move it',
    ]);
  });
});
