/**
 * One MCAP file as the bytes to append: head, chunks, tail. Every chunk is whole by itself, so that a file cut anywhere
 * still yields all chunks before the cut. Pure: knows records, no file, no time and no meaning of a message.
 *
 * Built from the record builders of the library: its writer has no way to end a chunk when a second has passed.
 * Source: https://mcap.dev/spec
 */
import { McapChunkBuilder, McapRecordBuilder, type McapTypes, Opcode } from '@mcap/core';
import { crc32 } from '../../lib/crc32.js';

/** A topic of the file; its place in the list is its number. `schema` is JSON Schema. */
export type Topic = { readonly name: string; readonly schemaName: string; readonly schema: object };

export type PartMessage = {
  /** Place of its topic in the list. */
  readonly topic: number;
  /** ns since 1970 UTC, on a line that never steps. */
  readonly logTimeNs: bigint;
  /** ns since 1970 UTC as the system's clock had it. */
  readonly publishTimeNs: bigint;
  /** JSON text in UTF-8. */
  readonly data: Uint8Array;
};

/** What the summary has for a chunk, bytes: ten topics' worth. */
const chunkIndexBytes = 200;

export class McapPart {
  readonly #topics: readonly Topic[];
  readonly #records = new McapRecordBuilder();
  readonly #chunk = new McapChunkBuilder({});
  readonly #chunkIndexes: McapTypes.ChunkIndex[] = [];
  readonly #metadataIndexes: McapTypes.MetadataIndex[] = [];
  readonly #counts = new Map<number, bigint>();
  #startNs: bigint | undefined;
  #endNs = 0n;
  #position = 0n;
  #headBytes = 0;

  constructor(topics: readonly Topic[]) {
    this.#topics = topics;
  }

  /** What the file will have, bytes, were it ended now; a little more rather than less. */
  get endedBytes(): number {
    return Number(this.#position) + this.#headBytes + this.#chunkIndexes.length * chunkIndexBytes;
  }

  /** The first bytes of the file. */
  head(library: string, metadata: McapTypes.Metadata): Uint8Array {
    this.#records.writeMagic();
    this.#records.writeHeader({ profile: '', library });
    const offset = this.#here();
    const length = this.#records.writeMetadata(metadata);
    this.#metadataIndexes.push({ name: metadata.name, offset, length });
    this.#writeSchemas();
    this.#writeChannels();
    const bytes = this.#take();
    // The summary says all of this again, and not much more.
    this.#headBytes = bytes.length + 1000;
    return bytes;
  }

  /** One chunk of at least one message, with its indexes. */
  chunk(messages: readonly PartMessage[]): Uint8Array {
    for (const message of messages) this.#add(message);
    const records = this.#chunk.buffer;
    const bytes = BigInt(records.length);
    const chunkStartOffset = this.#here();
    const times = {
      messageStartTime: this.#chunk.messageStartTime,
      messageEndTime: this.#chunk.messageEndTime,
    };
    const chunkLength = this.#records.writeChunk({
      ...times,
      uncompressedSize: bytes,
      uncompressedCrc: crc32(records),
      compression: '',
      records,
    });
    const messageIndexOffsets = new Map<number, bigint>();
    const indexStart = this.#here();
    for (const index of this.#chunk.indices) {
      messageIndexOffsets.set(index.channelId, this.#here());
      this.#records.writeMessageIndex(index);
    }
    this.#chunkIndexes.push({
      ...{ ...times, chunkStartOffset, chunkLength, messageIndexOffsets, compression: '' },
      messageIndexLength: this.#here() - indexStart,
      compressedSize: bytes,
      uncompressedSize: bytes,
    });
    this.#chunk.reset();
    return this.#take();
  }

  /** The last bytes of the file: the summary by which readers find their way. */
  tail(): Uint8Array {
    // 0: no checksum over the whole file; each chunk has its own.
    this.#records.writeDataEnd({ dataSectionCrc: 0 });
    const summaryStart = this.#here();
    const groups = [
      this.#group(Opcode.SCHEMA, () => this.#writeSchemas()),
      this.#group(Opcode.CHANNEL, () => this.#writeChannels()),
      this.#group(Opcode.STATISTICS, () => this.#records.writeStatistics(this.#statistics())),
      this.#group(Opcode.METADATA_INDEX, () => {
        for (const index of this.#metadataIndexes) this.#records.writeMetadataIndex(index);
      }),
      this.#group(Opcode.CHUNK_INDEX, () => {
        for (const index of this.#chunkIndexes) this.#records.writeChunkIndex(index);
      }),
    ];
    const summaryOffsetStart = this.#here();
    for (const group of groups) if (group.groupLength > 0n) this.#records.writeSummaryOffset(group);
    this.#records.writeFooter({ summaryStart, summaryOffsetStart, summaryCrc: 0 });
    this.#records.writeMagic();
    return this.#take();
  }

  #add({ topic, logTimeNs, publishTimeNs, data }: PartMessage): void {
    const count = this.#counts.get(topic) ?? 0n;
    this.#counts.set(topic, count + 1n);
    if (this.#startNs === undefined || logTimeNs < this.#startNs) this.#startNs = logTimeNs;
    if (logTimeNs > this.#endNs) this.#endNs = logTimeNs;
    this.#chunk.addMessage({
      ...{ channelId: topic, logTime: logTimeNs, publishTime: publishTimeNs, data },
      sequence: Number(count),
    });
  }

  #statistics(): McapTypes.Statistics {
    return {
      messageCount: [...this.#counts.values()].reduce((sum, count) => sum + count, 0n),
      schemaCount: this.#topics.length,
      channelCount: this.#topics.length,
      attachmentCount: 0,
      metadataCount: this.#metadataIndexes.length,
      chunkCount: this.#chunkIndexes.length,
      messageStartTime: this.#startNs ?? 0n,
      messageEndTime: this.#endNs,
      channelMessageCounts: this.#counts,
    };
  }

  /** Schemas are numbered from 1: 0 means none. */
  #writeSchemas(): void {
    for (const [place, { schemaName, schema }] of this.#topics.entries()) {
      const data = new TextEncoder().encode(JSON.stringify(schema));
      this.#records.writeSchema({ id: place + 1, name: schemaName, encoding: 'jsonschema', data });
    }
  }

  #writeChannels(): void {
    for (const [id, { name: topic }] of this.#topics.entries())
      this.#records.writeChannel({
        ...{ id, topic, schemaId: id + 1, messageEncoding: 'json' },
        metadata: new Map(),
      });
  }

  #group(groupOpcode: number, write: () => void): McapTypes.SummaryOffset {
    const groupStart = this.#here();
    write();
    return { groupOpcode, groupStart, groupLength: this.#here() - groupStart };
  }

  #here(): bigint {
    return this.#position + BigInt(this.#records.length);
  }

  #take(): Uint8Array {
    const bytes = this.#records.buffer;
    this.#position += BigInt(bytes.length);
    this.#records.reset();
    return bytes;
  }
}
