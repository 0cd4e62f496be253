import { describe, expect, it } from 'vitest';
import { parseFaultPlan, unknownOf } from '../../../bin/rehearsal/fault-plan.js';

describe('a plan of faults', () => {
  it('takes the lines of a fault file, and those of computers and networks', () => {
    const plan = parseFaultPlan(
      '# nothing\n12.5 drone-3 gps-loss 5\n@2 * net-loss 0.3 10 # three in ten\n4 server net-cut\n5 drone-1 hang 2',
      'plan',
    );
    expect(plan).toEqual([
      { line: 2, since: 'motors', atS: 12.5, who: 'drone-3', fault: { kind: 'gps-loss', durationS: 5 } },
      { line: 3, since: 'beginning', atS: 2, who: '*', fault: { kind: 'net-loss', amount: 0.3, forS: 10 } },
      { line: 4, since: 'motors', atS: 4, who: 'server', fault: { kind: 'net-cut', forS: undefined } },
      { line: 5, since: 'motors', atS: 5, who: 'drone-1', fault: { kind: 'hang', forS: 2 } },
    ]);
    const acts = parseFaultPlan('7 operator emergency_land\n8 operator pause', 'plan').map(
      ({ fault }) => fault,
    );
    expect(acts).toEqual([
      { kind: 'command', name: 'emergency_land' },
      { kind: 'command', name: 'pause' },
    ]);
    expect(unknownOf(plan, ['drone-1'])).toEqual(['drone-3']);
  });

  it.each([
    ['soon drone-1 reboot', /plan:1: "soon" is no time/],
    ['@-1 drone-1 reboot', /is no time/],
    ['3 drone-1', /expected `TIME WHO FAULT/],
    ['3 drone-1 net-loss', /expected `net-loss 0…1 \[SECONDS\]`/],
    ['3 drone-1 net-loss 1.5', /expected `net-loss/],
    ['3 drone-1 net-cut 5 6', /expected `net-cut \[SECONDS\]`/],
    ['3 drone-1 hang', /expected `hang SECONDS`/],
    ['3 drone-1 clock-step x', /expected `clock-step/],
    ['3 drone-1 gust 5', /expected `gust M_PER_S SECONDS`/],
    ['3 drone-1 flood 5', /"flood" is no fault/],
    ['3 server motor-loss', /motor-loss is no fault of the server/],
    ['3 operator takeoff', /"takeoff" is no command here; expected one of pause/],
    ['3 server crash', /crash is no fault of the server/],
  ])('refuses "%s" and says what was expected', (line, text) => {
    expect(() => parseFaultPlan(line, 'plan')).toThrow(text);
  });
});
