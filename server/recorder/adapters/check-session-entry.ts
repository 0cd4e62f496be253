/** Looks at every hash of a session, as a thread of its own: a large one takes a while. Knows its folder and nobody. */
import { parentPort, workerData } from 'node:worker_threads';
import { healthOf } from '../replay/chain-view.js';
import { Recording } from '../replay/recording.js';
import { SessionFolderFiles } from './recorder-folder.js';

const recording = await Recording.open(new SessionFolderFiles(String(workerData)));
parentPort?.postMessage(healthOf(recording, await recording.verify()));
