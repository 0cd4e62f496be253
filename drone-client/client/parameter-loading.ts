/** Loads the parameter file that a server sent, and remembers what became of each line. Knows the vehicle's port; no connection. */
import { RefusedError } from '../../lib/errors.js';
import { parseParameterFile } from '../../lib/parameters/parameter-file.js';
import { loadParameters, restartNote } from '../vehicle/parameters/load-parameters.js';
import type { Drone } from './drone.js';
import type { FileService } from './file-service.js';

/** Where a server puts the parameters that are to be loaded. Source: clever-show. */
const parameterPath = 'temp.params';

export class ParameterLoading {
  readonly #drone: Drone;
  readonly #files: FileService;
  #report: readonly string[] = [];

  constructor(drone: Drone, files: FileService) {
    this.#drone = drone;
    this.#files = files;
  }

  /** What was set and what was not when a file was loaded last, a line each; what was right already is left out. */
  get report(): readonly string[] {
    return this.#report;
  }

  /** @throws RefusedError that names every line that can not be read (nothing is set then) or could not be set. */
  async load(): Promise<void> {
    this.#report = [];
    const { vehicle, guard, log } = this.#drone;
    const text = new TextDecoder().decode(await this.#files.read(parameterPath));
    const { lines, problems } = parseParameterFile(text, parameterPath);
    if (problems.length > 0) throw refused(`nothing was set: ${problems.join('; ')}`);
    const loaded = await loadParameters(vehicle.maintenance, lines);
    guard.parametersChanged();
    this.#report = loaded.filter(({ outcome }) => outcome !== 'unchanged').map((line) => line.text);
    const failed = loaded.flatMap((line) => ('reason' in line ? [line.reason] : []));
    for (const reason of failed) log('warn', `load_params: ${reason}`);
    const asInFile = `${loaded.length - failed.length} of ${loaded.length} as in the file`;
    log('info', `load_params: ${asInFile}. ${restartNote}`);
    if (failed.length > 0)
      throw refused(`${failed.length} of ${loaded.length} not set: ${failed.join('; ')}`);
  }
}

function refused(text: string): RefusedError {
  return new RefusedError('refused', `load_params: ${text}`);
}
