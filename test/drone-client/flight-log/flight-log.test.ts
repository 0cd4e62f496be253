import { Opcode } from '@mcap/core';
import { expect, it } from 'vitest';
import { FlightLogFolder } from '../../../drone-client/flight-log/adapters/flight-log-folder.js';
import {
  faultsOf,
  fileIn,
  folderRig,
  namesIn,
  ofTopic,
  Rig,
  readIndexed,
  readStream,
  temporaryFolder,
} from './support.js';

it('records a flight from the arming until some seconds after the motors stood, at 20 Hz, in order', async () => {
  const { rig, folder } = await folderRig();
  await rig.clock.advance(5000);
  expect(await namesIn(folder)).toEqual([]);
  await rig.fly(10_000);
  await rig.log.close();
  const [name, ...others] = await namesIn(folder);
  expect(name).toBe('0001-20231114T221325Z.mcap');
  expect(others).toEqual([]);
  const { messages, reader } = await readIndexed(await fileIn(folder, name));
  const states = ofTopic(messages, '/drone/state').map(({ value }) => value);
  const times = states.map(({ monotonicMs }) => Number(monotonicMs));
  expect(times[0]).toBe(5050);
  expect(times.every((time, place) => place === 0 || time - Number(times[place - 1]) === 50)).toBe(true);
  expect(times.at(-1)).toBeGreaterThanOrEqual(17_000);
  expect(states.filter(({ armed }) => armed === true)).toHaveLength(200);
  expect(reader.statistics?.messageCount).toBe(BigInt(messages.length));
  expect(readStream(await fileIn(folder, name))).toMatchObject({ isDone: true });
});

it('begins before the arming when a show is about to start, and ends as after a flight when that is called off', async () => {
  const { rig, folder } = await folderRig();
  rig.state.isAboutToFly = true;
  await rig.clock.advance(3000);
  expect(rig.log.isRecording).toBe(true);
  rig.state.isAboutToFly = false;
  await rig.clock.advance(2000);
  expect(rig.log.isRecording).toBe(true);
  await rig.clock.advance(200);
  expect(rig.log.isRecording).toBe(false);
  await rig.log.close();
  const [name] = await namesIn(folder);
  const { messages } = await readIndexed(await fileIn(folder, name));
  expect(messages.map(({ value }) => value.message)).toContain('recording begins: about to fly');
});

it('gives the same messages by index and by stream, each as its schema says, none with a NaN', async () => {
  const { rig, folder } = await folderRig();
  rig.state.extra = {
    battery: { voltageV: Number.NaN, fraction: Number.POSITIVE_INFINITY },
    position: {
      positionM: { x: Number.NaN, y: 1, z: 2 },
      velocityMPerS: { x: Number.NaN, y: Number.NaN, z: 0 },
      ageMs: Number.NaN,
    },
    failsafe: ['position lost'],
  };
  rig.state.armed = true;
  await rig.clock.advance(1000);
  rig.state.extra = {};
  rig.log.note('land', 'warn', { distanceM: 1.5, nothing: Number.NaN });
  await rig.fly(1000);
  await rig.log.close();
  const [name] = await namesIn(folder);
  const bytes = await fileIn(folder, name);
  const { messages, reader } = await readIndexed(bytes);
  expect(messages.flatMap(({ value, schema, topic }) => faultsOf(value, schema.json, topic))).toEqual([]);
  expect(messages.filter(({ text }) => /NaN|Infinity|null/.test(text))).toEqual([]);
  const byTime = [...readStream(bytes).messages].sort((a, b) => Number(a.logTimeNs - b.logTimeNs));
  expect(messages.map(({ text }) => text)).toEqual(byTime.map(({ text }) => text));
  const lights = await readIndexed(bytes, ['/drone/led']);
  expect(lights.messages).toEqual(ofTopic(messages, '/drone/led'));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (const { messageIndexOffsets } of reader.chunkIndexes)
    for (const [channel, offset] of messageIndexOffsets) {
      expect(view.getUint8(Number(offset))).toBe(Opcode.MESSAGE_INDEX);
      expect(view.getUint16(Number(offset) + 9, true)).toBe(channel);
    }
  expect(new Set(messages.map(({ topic }) => topic))).toEqual(
    new Set([
      '/drone/state',
      '/drone/pose',
      '/drone/setpoint',
      '/drone/led',
      '/drone/clock',
      '/drone/failsafe',
      '/log',
    ]),
  );
  const [first] = ofTopic(messages, '/drone/state');
  expect(first?.value).toMatchObject({ position: { y: 1, z: 2 }, battery: {}, failsafe: ['position lost'] });
  expect(first?.value).not.toHaveProperty('positionAgeMs');
});

it('gives viewers a pose and texts in the schemas that they know, and numbers of the flight', async () => {
  const { rig, folder } = await folderRig();
  rig.state.armed = true;
  await rig.clock.advance(100);
  rig.log.note('start at 12:00', 'info', { startS: 5 });
  await rig.fly(1000);
  await rig.log.close();
  const [name] = await namesIn(folder);
  const { messages, metadata } = await readIndexed(await fileIn(folder, name));
  const [pose] = ofTopic(messages, '/drone/pose');
  const turn = Math.round(Math.SQRT1_2 * 1e5) / 1e5;
  expect(pose?.schema.name).toBe('foxglove.PoseInFrame');
  expect(pose?.value).toMatchObject({
    timestamp: { sec: 1_700_000_000, nsec: 50_000_000 },
    pose: { position: { x: 0.99875, z: 0.05 }, orientation: { x: 0, y: 0, z: turn, w: turn } },
  });
  const [setpoint] = ofTopic(messages, '/drone/setpoint');
  expect(setpoint?.value).toMatchObject({ position: { x: 1, y: 2, z: 3 }, distanceM: 3.53625 });
  expect(setpoint?.value).not.toHaveProperty('yawRad');
  const texts = ofTopic(messages, '/log');
  expect(texts.map(({ value }) => value.message)).toEqual([
    'recording begins: armed',
    'start at 12:00',
    'recording ends',
  ]);
  expect(texts[1]).toMatchObject({
    schema: { name: 'foxglove.Log' },
    value: { level: 2, name: 'drone-7', data: { startS: 5 } },
  });
  expect(Object.fromEntries(metadata)).toMatchObject({
    ...{ droneId: 'drone-7', softwareVersion: '1.2.3', showId: 'abc', reason: 'armed', part: '1' },
  });
});

it('says lights, clock and failsafe when they change, and once a second', async () => {
  const { rig, folder } = await folderRig({ afterDisarmMs: 0 });
  rig.state.armed = true;
  await rig.clock.advance(5000);
  rig.state.extra = { led: { red: 0, green: 9, blue: 0 } };
  await rig.fly(50);
  await rig.log.close();
  const [name] = await namesIn(folder);
  const { messages } = await readIndexed(await fileIn(folder, name));
  const lights = ofTopic(messages, '/drone/led').map(({ value }) => value);
  expect(lights.map(({ monotonicMs }) => monotonicMs)).toEqual([50, 1050, 2050, 3050, 4050, 5050]);
  expect(lights.at(-1)).toMatchObject({ red: 0, green: 9 });
  expect(ofTopic(messages, '/drone/clock')[0]?.value).toMatchObject({ offsetMs: 3.25, uncertaintyMs: 1.5 });
});

it('keeps what was told in the minute before the arming, and nothing older', async () => {
  const { rig, folder } = await folderRig();
  rig.log.note('an old command');
  await rig.clock.advance(61_000);
  rig.log.note('takeoff');
  await rig.clock.advance(1000);
  await rig.fly(100);
  await rig.log.close();
  const [name] = await namesIn(folder);
  const texts = ofTopic((await readIndexed(await fileIn(folder, name))).messages, '/log');
  expect(texts.map(({ value }) => value.message)).toEqual([
    'takeoff',
    'recording begins: armed',
    'recording ends',
  ]);
  expect(texts[0]?.value).toMatchObject({ monotonicMs: 61_000 });
});

it('bends no time when the system clock is set in flight, and tells both times', async () => {
  const { rig, folder } = await folderRig();
  rig.state.armed = true;
  await rig.clock.advance(1000);
  rig.clock.stepUtc(-3_600_000);
  await rig.fly(1000);
  await rig.log.close();
  const [name] = await namesIn(folder);
  const { messages } = await readIndexed(await fileIn(folder, name));
  const states = ofTopic(messages, '/drone/state');
  const stepsMs = states
    .slice(1)
    .map(({ logTimeNs }, place) => Number(logTimeNs - (states[place]?.logTimeNs ?? 0n)) / 1e6);
  expect(new Set(stepsMs)).toEqual(new Set([50]));
  const last = states.at(-1);
  expect(Number((last?.logTimeNs ?? 0n) - (last?.publishTimeNs ?? 0n)) / 1e6).toBe(3_600_000);
});

it('records a flight after the other, under the next number though the clock went back', async () => {
  const folder = await temporaryFolder();
  const files = new FlightLogFolder(folder, { isDurable: false });
  const first = new Rig(files);
  await first.fly(200);
  await first.fly(200);
  await first.log.close();
  const rebooted = new Rig(files);
  rebooted.clock.stepUtc(-400 * 24 * 3_600_000);
  await rebooted.fly(200);
  await rebooted.log.close();
  const names = await namesIn(folder);
  expect(names.map((name) => name.slice(0, 9))).toEqual(['0001-2023', '0002-2023', '0003-2022']);
  for (const name of names) expect(readStream(await fileIn(folder, name)).isDone).toBe(true);
});

it('records without an arming when it is told to, until it is told to end', async () => {
  const { rig, folder } = await folderRig();
  rig.log.begin('bench test');
  await rig.clock.advance(3000);
  rig.log.end();
  await rig.clock.advance(3000);
  expect(rig.log.isRecording).toBe(false);
  await rig.log.close();
  const [name] = await namesIn(folder);
  const { messages, metadata } = await readIndexed(await fileIn(folder, name));
  expect(metadata.get('reason')).toBe('bench test');
  expect(ofTopic(messages, '/drone/state')[0]?.value).toMatchObject({ monotonicMs: 0, armed: false });
});

it('writes nothing where the configuration says no', async () => {
  const { rig, folder } = await folderRig({ isEnabled: false });
  rig.log.begin('test');
  rig.log.note('something');
  await rig.fly(1000);
  await rig.log.close();
  expect(await namesIn(folder)).toEqual([]);
});

it('yields every whole chunk of a file that is cut anywhere', async () => {
  const { rig, folder } = await folderRig();
  await rig.fly(4000);
  await rig.log.close();
  const [name] = await namesIn(folder);
  const bytes = await fileIn(folder, name);
  const whole = readStream(bytes);
  expect(whole.chunks).toBeGreaterThanOrEqual(6);
  let last = 0;
  for (let cut = 0; cut <= bytes.length; cut += 613) {
    const { messages, chunks } = readStream(bytes.subarray(0, cut));
    expect(messages.map(({ text }) => text)).toEqual(
      whole.messages.slice(0, messages.length).map(({ text }) => text),
    );
    expect(chunks).toBeGreaterThanOrEqual(last);
    last = chunks;
  }
  expect(last).toBe(whole.chunks);
});

it('has on the disk what is older than a second while it still flies', async () => {
  const { rig, folder } = await folderRig();
  rig.state.armed = true;
  await rig.clock.advance(5000);
  await expect
    .poll(async () => {
      const [name] = await namesIn(folder);
      return name && ofTopic(readStream(await fileIn(folder, name)).messages, '/drone/state').length;
    })
    .toBeGreaterThanOrEqual(80);
  await rig.log.close();
});

it('never throws into whoever flies, and says so once', async () => {
  const { rig, folder } = await folderRig();
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  rig.state.armed = true;
  await rig.clock.advance(100);
  rig.log.note('circle', 'error', circle);
  Object.defineProperty(rig.state, 'extra', {
    get: () => {
      throw new Error('no sample');
    },
  });
  await rig.clock.advance(1000);
  expect(rig.warnings).toEqual(['the flight log has a gap: no sample']);
  await rig.log.close();
  const [name] = await namesIn(folder);
  const texts = ofTopic(readStream(await fileIn(folder, name)).messages, '/log');
  expect(texts[1]?.value).toMatchObject({ message: 'circle', level: 4, data: { leftOut: 'no JSON' } });
});
