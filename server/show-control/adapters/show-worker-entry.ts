/** The thread in which one show is opened, judged and kept; answers the server's questions about it. Knows no drone. */
import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { errorCode, errorText, ShowError } from '../../../lib/errors.js';
import { openShow } from '../../../lib/show/adapters/open-show.js';
import { readLimits } from '../../../lib/show/adapters/read-limits.js';
import type { Show } from '../../../lib/show/show.js';
import { applyShowSettings, type ShowSettings } from '../../show-settings.js';
import { animationOf, type JudgedShow, judgeShow } from '../show-store.js';

/** What a show is opened with. Data alone: it crosses between threads. */
export type ShowWork = {
  readonly path: string;
  readonly settings: ShowSettings;
  /** A file of limits; empty for none. */
  readonly limitsPath: string;
  /** True: whatever else runs on this machine comes first. */
  readonly isInBackground: boolean;
};

/** `id` comes back with the answer. The animation is that of a slot of the show that was opened before. */
export type ShowRequest =
  | { readonly id: number; readonly kind: 'open'; readonly work: ShowWork }
  | { readonly id: number; readonly kind: 'animation'; readonly slot: string };

export type ShowAnswer = { readonly id: number } & (
  | { readonly kind: 'opened'; readonly judged: JudgedShow }
  | { readonly kind: 'animation'; readonly file: Uint8Array | undefined }
  /** `stack`: for what nobody foresaw. */
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly message: string;
      readonly stack: string | undefined;
    }
);

type Opened = { readonly show: Show; readonly digests: ReadonlyMap<string, string> };

let opened: Opened | undefined;

parentPort?.on('message', (request: ShowRequest) => void answer(request));

async function answer(request: ShowRequest): Promise<void> {
  const { id } = request;
  try {
    if (request.kind === 'open') await open(id, request.work);
    else sendAnimation(id, request.slot);
  } catch (error) {
    const stack = error instanceof Error ? error.stack : undefined;
    post({ id, kind: 'failed', code: errorCode(error), message: errorText(error), stack }, []);
  }
}

async function open(id: number, work: ShowWork): Promise<void> {
  const { path, settings, limitsPath, isInBackground } = work;
  // On Linux this is of the calling thread alone: where cores are few, whoever flies drones is not to wait for one.
  if (isInBackground && process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_LOW);
  const limits = limitsPath === '' ? {} : await readLimits(limitsPath);
  const prepared = await openShow(path, {
    transform: (show, format) => applyShowSettings(settings, show, format),
  });
  const judged = judgeShow(prepared, limits);
  opened = prepared;
  // What is handed over is gone here, and the show has views of its parts: copies go.
  const parts = new Map([...judged.parts].map(([slot, bytes]) => [slot, bytes.slice()]));
  const { music, ...rest } = judged.show;
  const sound = music && { ...music, bytes: music.bytes.slice() };
  const buffers = [...parts.values(), ...(sound ? [sound.bytes] : [])].map(({ buffer }) => buffer);
  post(
    { id, kind: 'opened', judged: { ...judged, parts, show: { ...rest, ...(sound && { music: sound }) } } },
    buffers,
  );
}

function sendAnimation(id: number, slot: string): void {
  if (!opened) throw new ShowError('no show was opened');
  const file = animationOf(opened.show, opened.digests, slot);
  post({ id, kind: 'animation', file }, file ? [file.buffer] : []);
}

function post(message: ShowAnswer, handedOver: readonly ArrayBufferLike[]): void {
  const buffers = handedOver.filter((buffer) => buffer instanceof ArrayBuffer);
  parentPort?.postMessage(message, buffers);
}
