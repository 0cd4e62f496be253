/** All folders and files of root's helper, below one root so that tests can move them. Pure: touches none of them. */
import { posix } from 'node:path';
import { updatePaths } from '../../lib/update/drone-software.js';
import { jobPaths } from '../jobs/job.js';

/** The package that the helper belongs to, and the only one that it installs. */
export const ownPackage = 'starling-drone';

/** Units of systemd. */
export const units = {
  client: 'starling-drone.service',
  chrony: 'chrony.service',
  timesyncd: 'systemd-timesyncd.service',
} as const;

export type HelperPaths = ReturnType<typeof helperPaths>;

/** `root`: `/` on a drone. */
export function helperPaths(root: string) {
  const at = (...parts: readonly string[]) => posix.join(root, ...parts);
  const state = jobPaths.helperState;
  const work = posix.join(state, 'work');
  return {
    root,
    requests: at(jobPaths.requests),
    clientRun: at(jobPaths.clientRun),
    results: at(jobPaths.results),
    trustedKeys: at(jobPaths.trustedKeys),
    report: at(jobPaths.updateReport),
    state: at(state),
    /** How far an update has come; the unit that mends at boot looks whether it is there. */
    journal: at(state, 'journal.json'),
    /** For root alone, empty between updates. */
    work: at(work),
    newPackage: at(work, 'package.deb'),
    previousPackage: at(work, 'previous.deb'),
    /** The files of `previousPackage` while it is made. */
    previousTree: at(work, 'tree'),
    configCopy: at(work, 'config.tar'),
    /** The helper as it was before the update, which mends what a half-replaced one could not. */
    rescue: at(work, 'rescue'),
    clientData: at(jobPaths.clientData),
    /** In `clientData`. */
    update: updatePaths,
    config: at('/etc/starling'),
    dpkg: at('/var/lib/dpkg'),
    program: at('/usr/lib', ownPackage),
    timeMark: at('/run/systemd/timesync/synchronized'),
  } as const;
}
