/** Reads what servers of Scratch's cloud variables send: lines, one or many a frame. For clients; knows no connection. */
import { isJsonObject, type JsonObject, readJson } from '../cloudlink/json.js';

/** The objects of all lines, in order. What is blank or no object is skipped, as Scratch's own client does. */
export function readScratchLines(frame: string): readonly JsonObject[] {
  return frame.split('\n').flatMap((line) => {
    const reading = readJson(line);
    return reading.fault === undefined && isJsonObject(reading.value) ? [reading.value] : [];
  });
}
