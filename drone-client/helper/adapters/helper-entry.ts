/**
 * Root's helper of a drone: `run` does the jobs that were asked for, `recover` mends an update that was cut short.
 * Composition and command line only. All modules are loaded before anything is done: dpkg replaces their files.
 */
import { lstatSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { errorText } from '../../../lib/errors.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import { Dpkg } from '../dpkg.js';
import { type HelperParts, runJobs } from '../helper.js';
import { helperPaths } from '../helper-paths.js';
import { mend } from '../roll-back.js';
import { Services } from '../services.js';
import { ClientMarkFiles } from './client-mark-files.js';
import { JobDeskFiles } from './job-desk.js';
import { RunPrograms } from './run-programs.js';
import { UpdateFiles } from './update-files.js';

const usage = 'starling-drone-helper run|recover [--root DIR]';

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Read by the package's scripts: the client is not theirs to start; at boot they would wait for it for ever. */
const environment = { STARLING_NO_START: '1' };

/** `root`: with another than `/`, systemd's and chrony's programs are those of that folder. */
function compose(root: string): HelperParts {
  const paths = helperPaths(root);
  const path = root === '/' ? systemPath : `${root}/usr/bin:${systemPath}`;
  const programs = new RunPrograms({ path, temporary: paths.work, environment });
  const clock = new SystemClock();
  const log = (text: string) => console.log(text.replace(/[\r\n]+/g, ' | '));
  const entry = fileURLToPath(import.meta.url);
  return {
    ...{ clock, programs, paths, log },
    services: new Services(programs),
    dpkg: new Dpkg({ programs, clock, paths }),
    marks: new ClientMarkFiles(paths.clientRun),
    store: new UpdateFiles({ paths, programs, entry, log }),
    desk: new JobDeskFiles(paths, programs),
    timesyncMark: () => lstatSync(paths.timeMark, { throwIfNoEntry: false })?.mtimeMs,
  };
}

async function main(): Promise<number> {
  const options = { root: { type: 'string', default: '/' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [what] = positionals;
  if (positionals.length !== 1 || (what !== 'run' && what !== 'recover')) {
    console.error(`usage: ${usage}`);
    return 2;
  }
  process.umask(0o022);
  process.chdir('/');
  if (what === 'run') {
    await runJobs(compose(values.root));
    return 0;
  }
  const report = await mend(compose(values.root));
  return report?.outcome === 'failed' ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`starling-drone-helper: ${errorText(error)}`);
  process.exitCode = 1;
}
