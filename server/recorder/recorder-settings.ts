/** How the black box records: paces, sizes and limits, and what they are unless somebody says otherwise. Data only. */
import type { RetentionLimits } from './retention.js';

export type RecorderSettings = RetentionLimits & {
  readonly flushMs: number;
  readonly telemetryFlushMs: number;
  /** From one frame of telemetry to the next. */
  readonly frameMs: number;
  /** From one snapshot to the next: what a reader reads at most before any moment, and half as much again. */
  readonly snapshotMs: number;
  readonly maxPartBytes: number;
  /** Of each stream, that may wait for a slow disk. */
  readonly maxQueuedBytes: number;
  readonly retryMs: number;
  /** A disk that takes longer for a batch does not record, as far as anybody can know. */
  readonly hangMs: number;
  /** The record stops when the disk has less left. */
  readonly minFreeBytes: number;
};

export const defaultRecorderSettings: RecorderSettings = {
  flushMs: 100,
  telemetryFlushMs: 1000,
  frameMs: 200,
  snapshotMs: 10_000,
  maxPartBytes: 64_000_000,
  maxQueuedBytes: 8_000_000,
  retryMs: 10_000,
  hangMs: 5000,
  maxAgeMs: 90 * 24 * 3_600_000,
  maxTotalBytes: 5_000_000_000,
  minFreeBytes: 100_000_000,
};
