/** An autopilot's side of the parameter protocol for tests: a table, an encoding, a line that loses by a seed. */
import { common, type MavLinkData } from 'mavlink-mappings';
import { Random } from '../../../drone-client/simulator/random.js';
import { ParamSetBits, ParamValueBits } from '../../../drone-client/vehicle/mavlink/messages.js';
import { ParameterClient } from '../../../drone-client/vehicle/mavlink/parameter-client.js';
import {
  decodeParameter,
  encodeParameter,
  type ParameterEncoding,
} from '../../../drone-client/vehicle/mavlink/parameter-value.js';

export type Row = { readonly id: string; readonly type: number; value: number };

export type FakeOptions = {
  readonly encoding?: ParameterEncoding;
  readonly loss?: number;
  readonly seed?: number;
  /** What becomes of a value that is written. */
  readonly store?: (row: Row, value: number) => number;
  /** Answers to single questions have no index, as ArduPilot's. */
  readonly hidesIndex?: boolean;
  /** More questions than these within one step of time are thrown away, as ArduPilot does. */
  readonly queue?: number;
};

export const { INT8, INT32, REAL32 } = common.MavParamType;

/** Runs in steps of 10 ms; an answer takes 20 ms. */
export class FakeAutopilot {
  readonly client: ParameterClient;
  readonly sent: MavLinkData[] = [];
  nowMs = 0;
  isMute = false;
  table: Row[];
  readonly #options: FakeOptions;
  readonly #random: Random;
  readonly #queue: { atMs: number; message: ParamValueBits }[] = [];
  #asked = 0;

  constructor(table: readonly Row[], options: FakeOptions = {}) {
    this.table = table.map((row) => ({ ...row }));
    this.#options = options;
    this.#random = new Random(options.seed ?? 1);
    this.client = new ParameterClient({
      transmit: (message) => this.#receive(message),
      systemId: () => 7,
      encoding: options.encoding ?? 'bytes',
    });
  }

  value(id: string): number | undefined {
    return this.table.find((row) => row.id === id)?.value;
  }

  /** Lets time pass; promises settle between the steps. */
  async run(forMs: number): Promise<void> {
    for (const untilMs = this.nowMs + forMs; this.nowMs < untilMs; ) await this.#step();
  }

  /** Lets time pass until the promise is settled, at most 100 s. */
  async finish<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const mark = (): void => {
      isSettled = true;
    };
    promise.then(mark, mark);
    for (let steps = 0; !isSettled && steps < 10_000; steps += 1) await this.#step();
    if (!isSettled) throw new Error('it hangs');
    return promise;
  }

  /** Says a value unasked. */
  say(row: Row, fields: Partial<ParamValueBits> = {}): void {
    this.#queue.push({
      atMs: this.nowMs + 20,
      message: Object.assign(new ParamValueBits(), {
        paramId: row.id,
        paramType: row.type,
        paramBits: encodeParameter(row.value, row.type, this.#options.encoding ?? 'bytes'),
        paramIndex: this.table.indexOf(row),
        paramCount: this.table.length,
        ...fields,
      }),
    });
  }

  async #step(): Promise<void> {
    this.nowMs += 10;
    this.#asked = 0;
    while (this.#queue[0] && this.#queue[0].atMs <= this.nowMs) {
      const { message } = this.#queue.shift() ?? {};
      if (message && !this.#isLost()) this.client.received(message, this.nowMs);
    }
    this.client.tick(this.nowMs);
    for (let turns = 0; turns < 4; turns += 1) await Promise.resolve();
  }

  #isLost(): boolean {
    return this.#random.next() < (this.#options.loss ?? 0);
  }

  #receive(message: MavLinkData): void {
    this.sent.push(message);
    if (this.isMute || this.#isLost()) return;
    if (message instanceof common.ParamRequestList) this.#list();
    else if (message instanceof ParamSetBits) this.#set(message);
    else if (message instanceof common.ParamRequestRead) this.#read(message);
  }

  #list(): void {
    this.say({ id: '_HASH_CHECK', type: 5, value: 12345 }, { paramIndex: 0xffff });
    for (const row of this.table) this.say(row);
  }

  #read({ paramIndex, paramId }: common.ParamRequestRead): void {
    this.#asked += 1;
    if (this.#asked > (this.#options.queue ?? Number.POSITIVE_INFINITY)) return;
    const row = paramIndex < 0 ? this.table.find(({ id }) => id === paramId) : this.table[paramIndex];
    const hidden = paramIndex < 0 && this.#options.hidesIndex ? { paramIndex: 0xffff } : {};
    if (row) this.say(row, hidden);
  }

  #set({ paramId, paramType, paramBits }: ParamSetBits): void {
    const row = this.table.find(({ id }) => id === paramId);
    if (!row) return;
    const value = decodeParameter(paramBits, paramType, this.#options.encoding ?? 'bytes');
    row.value = this.#options.store ? this.#options.store(row, value) : value;
    this.say(row, this.#options.hidesIndex ? { paramIndex: 0xffff } : {});
  }
}

/** As many as a real autopilot has, integers and reals, sorted by id. */
export function manyRows(count: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `P_${String(index).padStart(5, '0')}`,
    type: index % 3 === 0 ? REAL32 : INT32,
    value: index % 3 === 0 ? Math.fround(index / 10) : index - 700,
  }));
}
