import { describe, expect, it } from 'vitest';
import { resolveEnrolledId, resolveId } from '../../../drone-client/client/identity.js';

const sources = { hostname: () => 'Clover_7.local', ipAddress: () => '192.168.1.5', random: () => 0.0423 };

describe('the id of a drone', () => {
  it.each([
    ['Drone-7', 'drone-7', 'drone-7'],
    ['/hostname', 'clover-7-local', '/hostname'],
    ['/ip', '192-168-1-5', '/ip'],
    ['/default', 'copter0423', 'copter0423'],
  ])('from %s is %s, and %s is kept', (setting, id, kept) => {
    expect(resolveId(setting, sources)).toEqual({ id, setting: kept });
  });

  it.each(['', '-x', 'a b', 'drohne_ü', 'x'.repeat(64), '/other', '../x'])('%j is none', (setting) => {
    expect(() => resolveId(setting, sources)).toThrow('is no id');
  });
});

describe('the id of an enrolled drone', () => {
  it.each([
    ['/hostname', '/hostname'],
    ['/default', '/default'],
    ['Drone-7', 'drone-7'],
  ])('is that of its key where the setting is %s', (setting, kept) => {
    expect(resolveEnrolledId(setting, sources, 'drone-7')).toEqual({ id: 'drone-7', setting: kept });
  });

  it('is no other', () => {
    expect(() => resolveEnrolledId('drone-8', sources, 'drone-7')).toThrow(
      'this drone holds the key of drone-7 and can not be called drone-8: give it the key that "starling fleet enroll drone-8" makes',
    );
    expect(resolveEnrolledId('drone-8', sources, undefined).id).toBe('drone-8');
  });
});
