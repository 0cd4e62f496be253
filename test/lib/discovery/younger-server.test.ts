import { describe, expect, it } from 'vitest';
import { reasonToYield } from '../../../lib/discovery/index.js';

const own = { host: '192.168.1.10', port: 25000, id: 'ours', startTimeS: 1000 };
const other = { host: '192.168.1.11', port: 25001, id: 'theirs', startTimeS: 1000 };

describe('a server that hears another one', () => {
  it('stops when the other one is older, and names both', () => {
    const reason = reasonToYield(own, { ...other, startTimeS: 970 });
    expect(reason).toBe(
      'two servers on one network: theirs at 192.168.1.11:25001 started 30.0 s earlier, so this one, ours at 192.168.1.10:25000, stops; stop the other one first if this is the one you want',
    );
  });

  it('stops when both started at the same moment', () => {
    expect(reasonToYield(own, other)).toContain('at the same moment');
  });

  it('goes on when the other one is younger', () => {
    expect(reasonToYield(own, { ...other, startTimeS: 1000.1 })).toBeUndefined();
  });

  it('does not stop for its own announcement, by whatever interface it comes back', () => {
    expect(reasonToYield(own, { ...own, host: '10.0.0.1' })).toBeUndefined();
  });
});
