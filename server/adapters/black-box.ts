/** Opens the black box of a server: its folder, its settings, and who is told when it fails. Knows no record's meaning. */
import { join, resolve } from 'node:path';
import { readCheckSettings } from '../fleet/check-settings.js';
import { RecorderFolder } from '../recorder/adapters/recorder-folder.js';
import { observedOf } from '../recorder/observed.js';
import type { JournalEntry } from '../recorder/record.js';
import { Recorder } from '../recorder/recorder.js';
import { readRecorderSettings } from '../recorder/recorder-section.js';
import type { ServerSnapshot } from '../snapshot.js';
import type { Closers } from './closers.js';
import type { Ground } from './open-ground.js';

export type OpenBlackBox = {
  readonly record: (entry: JournalEntry) => void;
  readonly isRecording: () => boolean;
  /** What was told until then is written, too. A server that comes no further than its ports leaves no recording. */
  readonly begin: () => void;
};

/** `snapshot`: asked again and again, never before this has returned. Undefined: the configuration wants none. */
export function openBlackBox(
  { options, config, clock, id, early }: Ground,
  closers: Closers,
  snapshot: () => ServerSnapshot,
): OpenBlackBox | undefined {
  if (!config.getBoolean('RECORDER/use')) return undefined;
  const folder = config.getString('RECORDER/folder');
  const { log } = early;
  const told: JournalEntry[] = [];
  let recorder: Recorder | undefined;
  const make = () =>
    new Recorder({
      clock,
      files: new RecorderFolder(folder === '' ? join(options.stateFolder, 'recordings') : resolve(folder)),
      identity: { serverId: id, software: `starling ${options.version}` },
      settings: readRecorderSettings(config),
      observe: () => observedOf(snapshot(), readCheckSettings(config)),
      onAlarm: (reason) => log('error', `the BLACK BOX does not record: ${reason}; everything else goes on`),
      onRecovered: (lost) => log('warning', `the black box records again; lost: ${lostText(lost)}`),
      onWarning: (text) => log('warning', `black box: ${text}`),
    });
  closers.add(() => recorder?.close());
  return {
    record: (entry) => (recorder ? recorder.record(entry) : void told.push(entry)),
    isRecording: () => recorder?.isRecording ?? true,
    begin() {
      recorder = make();
      for (const entry of told.splice(0)) recorder.record(entry);
    },
  };
}

function lostText(lost: Readonly<Record<string, number>>): string {
  return (
    Object.entries(lost)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ') || 'nothing'
  );
}
