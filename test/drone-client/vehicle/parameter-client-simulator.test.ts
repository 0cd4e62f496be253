import { common, type MavLinkData } from 'mavlink-mappings';
import { describe, expect, it } from 'vitest';
import { ardupilotParameters } from '../../../drone-client/simulator/ardupilot/ardupilot-parameters.js';
import { ParameterServer } from '../../../drone-client/simulator/parameter-server.js';
import { Parameters, type ParameterTable } from '../../../drone-client/simulator/parameters.js';
import { px4Parameters } from '../../../drone-client/simulator/px4/px4-parameters.js';
import { compareLastResort, readLastResort } from '../../../drone-client/vehicle/last-resort.js';
import { ParamSetBits, ParamValueBits } from '../../../drone-client/vehicle/mavlink/messages.js';
import { ParameterClient } from '../../../drone-client/vehicle/mavlink/parameter-client.js';

/** The client against the simulated autopilots' own server; time runs until the work is done. */
function bench(table: ParameterTable, encoding: 'bytes' | 'cast') {
  const parameters = new Parameters(table);
  const answers: ParamValueBits[] = [];
  const server = new ParameterServer({
    parameters,
    encoding,
    send: (message) => {
      if (message instanceof ParamValueBits) answers.push(message);
    },
  });
  const client = new ParameterClient({
    transmit: (message: MavLinkData) => {
      if (message instanceof common.ParamRequestList) server.list();
      else if (message instanceof common.ParamRequestRead) server.read(message);
      else if (message instanceof ParamSetBits) server.set(message);
    },
    systemId: () => 7,
    encoding,
  });
  let nowMs = 0;
  const finish = async <T>(promise: Promise<T>): Promise<T> => {
    let isSettled = false;
    const mark = (): void => {
      isSettled = true;
    };
    promise.then(mark, mark);
    for (const untilMs = nowMs + 20_000; !isSettled && nowMs < untilMs; nowMs += 10) {
      for (const message of answers.splice(0)) client.received(message, nowMs);
      client.tick(nowMs);
      for (let turns = 0; turns < 4; turns += 1) await Promise.resolve();
    }
    return promise;
  };
  return { client, parameters, finish, now: () => nowMs };
}

describe.each([
  ['PX4', px4Parameters, 'bytes', 'COM_OBL_RC_ACT', 'COM_OF_LOSS_T'],
  ['ArduPilot', ardupilotParameters, 'cast', 'FS_GCS_ENABLE', 'GUID_TIMEOUT'],
] as const)('the parameters of the simulated %s', (name, table, encoding, integerId, realId) => {
  it('are listed as they are', async () => {
    const { client, parameters, finish } = bench(table, encoding);
    const all = await finish(client.list(0));
    expect(all.size).toBe(parameters.size);
    for (const { id, value } of all.values()) expect([id, value]).toEqual([id, parameters.number(id)]);
  });

  it('are set, integers and reals', async () => {
    const { client, parameters, finish, now } = bench(table, encoding);
    const wanted = parameters.number(integerId) === 1 ? 2 : 1;
    expect(await finish(client.set(integerId, wanted, now()))).toMatchObject({
      value: wanted,
      type: 'integer',
    });
    expect(await finish(client.set(realId, 0.7, now()))).toMatchObject({
      value: Math.fround(0.7),
      type: 'real',
    });
    expect([parameters.number(integerId), parameters.number(realId)]).toEqual([wanted, Math.fround(0.7)]);
  });

  it('let a show fly: nothing in the last resort blocks it', async () => {
    const { client, finish, now } = bench(table, encoding);
    const values = await finish(readLastResort({ readParameter: (id) => client.read(id, now()) }, name));
    const problems = compareLastResort(values, name, { frame: 'map', usesMavlinkLed: false });
    expect(problems.filter(({ severity }) => severity === 'blocking')).toEqual([]);
  });
});
