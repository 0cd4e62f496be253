/** `starling replay`: a recorded session in the panel, or as text. Wires the recording to the terminal. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { loadConfig } from '../../lib/config/index.js';
import { errorCode, errorText, UsageError } from '../../lib/errors.js';
import { defaultStateFolder } from '../../lib/protocols/tpp/adapters/token-file.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { serverConfigSpec } from '../../server/config-spec.js';
import { readCheckSettings } from '../../server/fleet/check-settings.js';
import { startPanel } from '../../server/panel/adapters/blessed-panel.js';
import { formatDuration } from '../../server/panel/format.js';
import { checkSession, type SessionCheck } from '../../server/recorder/adapters/check-session.js';
import { type FoundSession, findSession } from '../../server/recorder/adapters/find-session.js';
import { SessionFolderFiles } from '../../server/recorder/adapters/recorder-folder.js';
import { chainViewOf, healthOf } from '../../server/recorder/replay/chain-view.js';
import { Recording } from '../../server/recorder/replay/recording.js';
import { ReplayPlayer } from '../../server/recorder/replay/replay-player.js';
import { jsonOfSession, textOfSession } from '../../server/recorder/replay/replay-text.js';
import { type SessionStory, storyOf } from '../../server/recorder/replay/session-log.js';
import { untilShutdown } from './shutdown.js';

export type ReplayCommandOptions = {
  readonly speed?: number;
  /** Since the recording began, ms. */
  readonly at?: number;
  readonly text?: boolean;
  readonly json?: boolean;
};

/** The record is not what was written. */
const tampered = 3;

/** A recording that was written to so short a time ago is being written, ms. */
const writingMs = 15_000;

type Opened = {
  readonly found: FoundSession;
  readonly recording: Recording;
  readonly story: SessionStory;
  readonly atMs: number;
};

/** `path` undefined: what the server of this machine recorded last. Gives the exit code. @throws UsageError */
export async function runReplay(path: string | undefined, options: ReplayCommandOptions): Promise<number> {
  const { speed, text, json, at: atMs = 0 } = options;
  const hasTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const isText = text === true || json === true || !hasTerminal;
  if (isText && speed !== undefined)
    throw new UsageError('--speed goes with the panel; text is printed all at once');
  const found = await findSession(path ?? defaultStateFolder(process.env));
  const recording = await openRecording(found);
  if (atMs > recording.durationMs)
    throw new UsageError(`--at: the recording is only ${formatDuration(recording.durationMs / 1000)} long`);
  const story = storyOf(recording.records, recording.startMs);
  const opened = { found, recording, story, atMs };
  return isText ? printSession(opened, json === true) : playSession(opened, speed ?? 1);
}

/** @throws UsageError, for people, for what can not be read as a recording. */
async function openRecording({ folder, newestOf }: FoundSession): Promise<Recording> {
  try {
    return await Recording.open(new SessionFolderFiles(folder));
  } catch (error) {
    const older = newestOf !== undefined && newestOf > 1 ? '; there are older ones beside it' : '';
    throw new UsageError(`${folder}: no recording that can be played: ${errorText(error)}${older}`);
  }
}

async function printSession({ found, recording, story, atMs }: Opened, isJson: boolean): Promise<number> {
  const health = healthOf(recording, await recording.verify());
  const told = {
    ...{ recording, lines: story.lines, health, session: found.name, newestOf: found.newestOf, fromMs: atMs },
    isBeingWritten: health.state === 'open' && Date.now() - found.changedUtcMs < writingMs,
  };
  await print(isJson ? jsonOfSession(told) : textOfSession(told));
  return health.state === 'tampered' ? tampered : 0;
}

/** As slowly as the other side reads; a reader that has seen enough ends it. */
async function print(lines: Iterable<string>): Promise<void> {
  const ended = function* () {
    for (const line of lines) yield `${line}\n`;
  };
  try {
    await pipeline(Readable.from(ended()), process.stdout, { end: false });
  } catch (error) {
    if (errorCode(error) !== 'EPIPE') throw error;
  }
}

async function playSession({ found, recording, story, atMs }: Opened, speed: number): Promise<number> {
  const clock = new SystemClock();
  const player = await ReplayPlayer.open({
    ...{ clock, recording, story, session: found.name, newestOf: found.newestOf },
    checks: readCheckSettings(loadConfig('', 'defaults', serverConfigSpec)),
    begin: { tMs: atMs, isPlaying: true, speed },
  });
  const check = checkSession(found.folder);
  void tellHealth(check, player);
  await new Promise<void>((resolve) => {
    const panel = startPanel({
      ...{ facade: player, clock },
      onReplay: (step) => player.take(step),
      onQuit: end,
    });
    function end(): void {
      panel.close();
      player.close();
      check.end();
      resolve();
    }
    // A terminal that is gone: nobody is left to look.
    process.stdin.once('end', end);
    process.stdout.once('error', end);
    void untilShutdown({ say: () => undefined, flying: () => [], consequence: '' }).then(end);
  });
  return 0;
}

async function tellHealth({ health }: SessionCheck, player: ReplayPlayer): Promise<void> {
  try {
    player.setChain(chainViewOf(await health));
  } catch (error) {
    player.setChain({ state: 'broken', text: `chain not checked: ${errorText(error)}` });
  }
}
