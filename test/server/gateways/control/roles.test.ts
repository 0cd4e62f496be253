import { describe, expect, it } from 'vitest';
import { isOperation, operationNames } from '../../../../lib/operations/catalogue.js';
import type { TppJson } from '../../../../lib/protocols/tpp/index.js';
import type { Role } from '../../../../lib/security/access/role.js';
import { runControlAction } from '../../../../server/gateways/control/control-actions.js';
import { leastRole } from '../../../../server/gateways/control/least-role.js';
import { FakeFacade } from './support/fake-facade.js';

const plain = { given: {} };

function ask(role: Role, action: string, body: TppJson) {
  const facade = new FakeFacade('a', 'b');
  const caller = { name: `a-${role}`, role, identity: '' };
  return { facade, done: runControlAction({ facade, version: '0', caller }, action, body) };
}

describe('an action', () => {
  it.each<[Role, string]>([
    ['viewer', 'list status telemetry groups selfcheck visitors'],
    [
      'operator',
      'upload authorize unauthorize assign replace start pause resume stop land emergency_land return_home disarm ' +
        'takeoff takeoff_z flip led_test led_fill move_start reset_start set_z_to_ground reset_z_offset remove group_save group_remove visual_land visual_land_answer visual_land_end',
    ],
    [
      'admin',
      'load kill calibrate_gyro calibrate_level reboot_fcu reboot_all service_restart execute rename',
    ],
  ])('needs the role %s: %s', (role, names) => {
    const actions = names.split(' ').filter(isOperation);
    expect(actions).toHaveLength(names.split(' ').length);
    expect(new Set(actions.map((action) => leastRole(action, plain)))).toEqual(new Set([role]));
  });

  it('that does more than tell is nothing for a viewer', () => {
    for (const action of operationNames) {
      const isQuery = [
        ...['list', 'status', 'telemetry', 'groups', 'selfcheck', 'visitors'],
        ...['alerts', 'checklist', 'policy'],
      ].includes(action);
      expect([action, leastRole(action, plain) === 'viewer']).toEqual([action, isQuery]);
    }
  });

  it.each<[Role, string, TppJson, string]>([
    ['viewer', 'land', {}, '"land" needs the role operator; a-viewer is viewer'],
    ['viewer', 'stop', {}, '"stop" needs the role operator; a-viewer is viewer'],
    ['operator', 'kill', { all: true }, '"kill" needs the role admin; a-operator is operator'],
    ['operator', 'load', { path: '/x' }, '"load" needs the role admin; a-operator is operator'],
    [
      'operator',
      'authorize',
      { all: true, override: 'wind' },
      '"authorize" with override needs the role admin; a-operator is operator',
    ],
  ])(
    'of a %s who may not %s %j is refused with the role that it needs, and reaches nobody',
    async (role, action, body, text) => {
      const { facade, done } = ask(role, action, body);
      await expect(done).rejects.toMatchObject({ code: 'not_allowed', message: text });
      expect([facade.calls, facade.lines]).toEqual([[], []]);
    },
  );

  it.each<[Role, string, TppJson, string | undefined]>([
    ['operator', 'land', {}, 'info: land 2 drones by a-operator'],
    ['operator', 'start', { ids: ['b'] }, 'info: start b delay=10 by a-operator'],
    ['operator', 'authorize', { all: true }, 'info: authorize 2 drones scope=live minutes=10 by a-operator'],
    ['admin', 'kill', { ids: ['a'] }, 'info: kill a by a-admin'],
    ['admin', 'load', { path: '/night' }, 'info: load path=/night by a-admin'],
    ['viewer', 'list', {}, undefined],
  ])('of a %s who may %s %j is in the event log with the name', async (role, action, body, line) => {
    const { facade, done } = ask(role, action, body);
    await done;
    expect(facade.lines).toEqual(line === undefined ? [] : [line]);
  });
});
