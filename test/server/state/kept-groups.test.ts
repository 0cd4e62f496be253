/** Named groups over the end of a server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import { type RunningServer, startServer } from '../../../server/main.js';
import { planRestore } from '../../../server/state/restore-plan.js';
import { decodeState, encodeState, type ServerState } from '../../../server/state/server-state.js';

const nothing: ServerState = {
  ...{
    at: undefined,
    drones: [],
    show: undefined,
    slots: undefined,
    authorization: undefined,
    run: undefined,
  },
};
const groups = [
  ['wing', ['drone-2', 'drone-1']],
  ['tail', ['drone-9']],
] as const;
const now = { utcMs: 0, at: undefined };

it('groups are read as they were written, and a state from before there were any is read too', () => {
  expect(decodeState(encodeState({ ...nothing, groups }))).toEqual({ ...nothing, groups });
  expect(decodeState('{"version":1,"drones":[]}')).toEqual(nothing);
});

it.each(['7', '[["wing","drone-1"]]', '[["wing",[1]]]', '[[1,["a"]]]'])(
  'groups that are wrong (%s) are refused with what is wrong',
  (text) => {
    expect(() => decodeState(`{"version":1,"drones":[],"groups":${text}}`)).toThrow(/"groups.*" is not/);
  },
);

it('groups are taken up whatever becomes of the show of before', () => {
  const show = { path: '/x', digest: 'ff', durationS: 1 };
  expect(planRestore({ ...nothing, groups }, undefined, now).groups).toEqual(groups);
  expect(planRestore({ ...nothing, groups, show }, undefined, now).groups).toEqual(groups);
  expect(planRestore({ ...nothing, groups, show }, { digest: 'ff' }, now).groups).toEqual(groups);
});

it('a server that is started anew has the groups of before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  const clock = new SystemClock();
  let server: RunningServer | undefined;
  onTestFinished(async () => {
    await server?.close();
    rmSync(folder, { recursive: true });
  });
  const open = async () => {
    server = await startServer({
      ...{ clock, version: '1.0.0', stateFolder: folder, isHeadless: true, port: 0, bind: '127.0.0.1' },
      ...{ controlPort: 0, isDiscoverable: false },
    });
    return server.facade;
  };
  const first = await open();
  let changes = 0;
  first.onChange(() => changes++);
  for (const [name, ids] of groups) first.groups.add(name, ids);
  expect(changes).toBe(2);
  expect([...first.snapshot().groups]).toEqual(groups);
  await server?.close();
  expect([...(await open()).snapshot().groups]).toEqual(groups);
});
