/** What the tests of the flight log share: samples, a folder of their own, a disk with faults, and MCAP read back. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { McapIndexedReader, McapStreamReader, type McapTypes } from '@mcap/core';
import { afterEach } from 'vitest';
import { FlightLogFolder } from '../../../drone-client/flight-log/adapters/flight-log-folder.js';
import { FlightLog, type FlightLogOptions } from '../../../drone-client/flight-log/flight-log.js';
import type { FlightLogFiles, LogSink } from '../../../drone-client/flight-log/flight-log-files.js';
import type { FlightSample } from '../../../drone-client/flight-log/flight-sample.js';
import type { FlightLogSettings } from '../../../drone-client/flight-log/settings.js';
import { FakeClock } from '../../support/fake-clock.js';

const defaults: FlightLogSettings = {
  isEnabled: true,
  frequencyHz: 20,
  afterDisarmMs: 2000,
  maxFileBytes: 50_000_000,
  maxTotalBytes: 500_000_000,
  minFreeBytes: 0,
};

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flight-log-'));
  folders.push(folder);
  return folder;
}

/** A drone's recorder on a clock that the test moves; `state` is what the next sample says. */
export class Rig {
  readonly clock = new FakeClock();
  readonly warnings: string[] = [];
  readonly state: { armed: boolean; isAboutToFly: boolean; extra: Partial<FlightSample> } = {
    ...{ armed: false, isAboutToFly: false, extra: {} },
  };
  readonly log: FlightLog;
  settings: FlightLogSettings;

  constructor(files: FlightLogFiles, settings: Partial<FlightLogSettings> = {}) {
    this.settings = { ...defaults, ...settings };
    const options: FlightLogOptions = {
      clock: this.clock,
      files,
      settings: () => this.settings,
      sample: () => this.sample(),
      isAboutToFly: () => this.state.isAboutToFly,
      identity: () => ({ droneId: 'drone-7', softwareVersion: '1.2.3', showId: 'abc' }),
      onWarning: (text) => this.warnings.push(text),
    };
    this.log = new FlightLog(options);
    this.log.start();
  }

  sample(): FlightSample {
    const monotonicMs = this.clock.monotonicMs();
    const seconds = monotonicMs / 1000;
    return {
      monotonicMs,
      utcMs: this.clock.utcMs(),
      armed: this.state.armed,
      mode: 'OFFBOARD',
      role: 'offboard',
      position: {
        positionM: { x: Math.cos(seconds), y: Math.sin(seconds), z: seconds },
        velocityMPerS: { x: 0.123456789, y: 0, z: 1 },
        ageMs: 12,
      },
      attitude: { rollRad: 0, pitchRad: 0, yawRad: Math.PI / 2 },
      setpoint: {
        positionM: { x: 1, y: 2, z: 3 },
        velocityMPerS: { x: 0, y: 0, z: 0 },
        yawRad: Number.NaN,
      },
      battery: { voltageV: 12.1 },
      led: { red: 255, green: 0, blue: 0 },
      clock: { offsetMs: 3.25, uncertaintyMs: 1.5 },
      task: 'show',
      failsafe: [],
      serverConnected: true,
      ...this.state.extra,
    };
  }

  /** Lets time pass no faster than the disk keeps up with. */
  async pass(durationMs: number, files: FaultyFiles): Promise<void> {
    for (let passedMs = 0; passedMs < durationMs; passedMs += 1000) {
      await this.clock.advance(Math.min(1000, durationMs - passedMs));
      await files.idle();
    }
  }

  /** Arms, flies so long, disarms, and waits until the recording has ended. */
  async fly(durationMs: number): Promise<void> {
    this.state.armed = true;
    await this.clock.advance(durationMs);
    this.state.armed = false;
    await this.clock.advance(this.settings.afterDisarmMs + 100);
  }
}

/** A rig that writes real files. */
export async function folderRig(
  settings: Partial<FlightLogSettings> = {},
): Promise<{ rig: Rig; folder: string }> {
  const folder = await temporaryFolder();
  return { folder, rig: new Rig(new FlightLogFolder(folder, { isDurable: false }), settings) };
}

export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort();
}

/** The real folder behind a disk that can be slow, broken or full. */
export class FaultyFiles implements FlightLogFiles {
  readonly #files: FlightLogFolder;
  #pending = 0;
  /** What each append waits for. */
  gate: Promise<void> = Promise.resolve();
  /** Bytes that still fit; then half of what is appended is written, and the disk is full. */
  roomBytes = Number.POSITIVE_INFINITY;
  free: number | undefined;

  constructor(folder: string) {
    this.#files = new FlightLogFolder(folder, { isDurable: false });
  }

  /** Resolves when everything that was asked of the disk is done, and what followed from it. */
  async idle(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet = this.#pending === 0 ? quiet + 1 : 0)
      await new Promise((resolve) => setImmediate(resolve));
  }

  list() {
    return this.#track(this.#files.list());
  }

  remove(name: string) {
    return this.#track(this.#files.remove(name));
  }

  read(name: string, place: { offset: number; length: number }) {
    return this.#track(this.#files.read(name, place));
  }

  freeBytes() {
    return Promise.resolve(this.free);
  }

  async create(name: string): Promise<LogSink> {
    if (this.roomBytes <= 0) throw noSpace();
    const sink = await this.#track(this.#files.create(name));
    return {
      append: async (bytes) => {
        await this.gate;
        this.roomBytes -= bytes.length;
        if (this.roomBytes >= 0) return this.#track(sink.append(bytes));
        await this.#track(sink.append(bytes.subarray(0, bytes.length / 2)));
        throw noSpace();
      },
      close: () => this.#track(sink.close()),
    };
  }

  async #track<T>(work: Promise<T>): Promise<T> {
    this.#pending += 1;
    try {
      return await work;
    } finally {
      this.#pending -= 1;
    }
  }
}

function noSpace(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
}

export type Read = {
  readonly topic: string;
  readonly schema: { readonly name: string; readonly json: JsonSchema };
  readonly logTimeNs: bigint;
  readonly publishTimeNs: bigint;
  readonly text: string;
  readonly value: Record<string, unknown>;
};

export type JsonSchema = {
  readonly type?: string;
  readonly properties?: { readonly [name: string]: JsonSchema };
  readonly items?: JsonSchema;
};

type Known = {
  channels: ReadonlyMap<number, McapTypes.Channel>;
  schemas: ReadonlyMap<number, McapTypes.Schema>;
};

function toRead(message: McapTypes.Message, { channels, schemas }: Known): Read {
  const channel = channels.get(message.channelId);
  const schema = schemas.get(channel?.schemaId ?? -1);
  if (!channel || !schema) throw new Error('a message without its channel and schema');
  const text = new TextDecoder().decode(message.data);
  return {
    topic: channel.topic,
    schema: { name: schema.name, json: JSON.parse(new TextDecoder().decode(schema.data)) as JsonSchema },
    logTimeNs: message.logTime,
    publishTimeNs: message.publishTime,
    text,
    value: JSON.parse(text) as Record<string, unknown>,
  };
}

/** Every message by the index at the end of the file, and its metadata. */
export async function readIndexed(
  bytes: Uint8Array,
  topics?: readonly string[],
): Promise<{ messages: Read[]; metadata: Map<string, string>; reader: McapIndexedReader }> {
  const readable = {
    size: () => Promise.resolve(BigInt(bytes.length)),
    read: (offset: bigint, size: bigint) =>
      Promise.resolve(bytes.subarray(Number(offset), Number(offset + size))),
  };
  const reader = await McapIndexedReader.Initialize({ readable });
  const messages: Read[] = [];
  const known = { channels: reader.channelsById, schemas: reader.schemasById };
  for await (const message of reader.readMessages({ validateCrcs: true, ...(topics && { topics }) }))
    messages.push(toRead(message, known));
  const metadata = new Map<string, string>();
  for await (const record of reader.readMetadata())
    for (const [key, value] of record.metadata) metadata.set(key, value);
  return { messages, metadata, reader };
}

/** Every message that can be had from the beginning of a file, however it ends; checksums are looked at. */
export function readStream(bytes: Uint8Array): { messages: Read[]; isDone: boolean; chunks: number } {
  const reader = new McapStreamReader({ includeChunks: true });
  const channels = new Map<number, McapTypes.Channel>();
  const schemas = new Map<number, McapTypes.Schema>();
  const messages: Read[] = [];
  let chunks = 0;
  reader.append(bytes);
  for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
    if (record.type === 'Channel') channels.set(record.id, record);
    if (record.type === 'Schema') schemas.set(record.id, record);
    if (record.type === 'Chunk') chunks += 1;
    if (record.type === 'Message') messages.push(toRead(record, { channels, schemas }));
  }
  return { messages, chunks, isDone: reader.done() };
}

export async function fileIn(folder: string, name: string | undefined): Promise<Uint8Array> {
  if (name === undefined) throw new Error(`no flight log in ${folder}`);
  return readFile(join(folder, name));
}

export function ofTopic(messages: readonly Read[], topic: string): Read[] {
  return messages.filter((message) => message.topic === topic);
}

/** What in a value is not as its schema says, by path; properties that the schema does not know count. */
export function faultsOf(value: unknown, schema: JsonSchema, path = ''): string[] {
  if (schema.type === 'array' && Array.isArray(value))
    return value.flatMap((item, place) => faultsOf(item, schema.items ?? {}, `${path}[${place}]`));
  if (schema.type === 'object' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if (!schema.properties) return [];
    const { properties } = schema;
    return Object.entries(value).flatMap(([key, member]) => {
      const inner = properties[key];
      return inner ? faultsOf(member, inner, `${path}.${key}`) : [`${path}.${key} is not described`];
    });
  }
  if (schema.type === 'integer') return Number.isInteger(value) ? [] : [`${path} is no integer`];
  return schema.type === undefined || typeof value === schema.type ? [] : [`${path} is no ${schema.type}`];
}
