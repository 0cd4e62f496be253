import { describe, expect, it } from 'vitest';
import { HubDesk } from '../../../server/gateways/hub-desk.js';
import { Hub } from '../../../server/hub/hub.js';

describe('switching commands of visitors', () => {
  const hub = new Hub(() => undefined);
  const gateways = () => [{ name: 'cloudlink', port: 3000 }];
  const desk = new HubDesk({ hub, end: () => undefined, gateways });

  it('is done at gateways that are open, and says so', () => {
    expect(desk.switchCommand('stop', false, 'cloudlink')).toBe('"stop" is off at cloudlink');
    expect(desk.switchCommand('stop', false, 'scratch')).toBe('"stop" is off at scratch');
  });

  it('is refused at one that there is not, and names those that there are', () => {
    expect(() => desk.switchCommand('stop', false, 'cloudlnik')).toThrow(
      'no gateway "cloudlnik" is open; there are cloudlink, scratch',
    );
  });

  it('says when the hub has no such command: it may be misspelt', () => {
    expect(desk.switchCommand('ceu', false, undefined)).toContain('no command of the hub');
    expect(desk.switchCommand('stop', false, undefined)).toBe('"stop" is off everywhere');
  });
});
