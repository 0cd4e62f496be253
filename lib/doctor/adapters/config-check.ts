/** Reads a configuration as the program would that it is for, and says what is wrong with it. Writes nothing. */
import { loadConfigFile } from '../../config/adapters/config-file.js';
import { type Config, loadConfig, type SectionSpec } from '../../config/index.js';
import { ConfigError } from '../../errors.js';
import { type Finding, ok, problem, warning } from '../finding.js';

const check = 'configuration';

/** With a file that is wrong the other checks go by the defaults, which is said. */
export async function checkConfig(
  path: string | undefined,
  spec: SectionSpec,
): Promise<{ readonly config: Config; readonly findings: readonly Finding[] }> {
  const defaults = () => loadConfig('', 'the default configuration', spec);
  if (path === undefined)
    return { config: defaults(), findings: [ok(check, 'the defaults: no file is named (--config)')] };
  try {
    const config = await loadConfigFile(path, spec);
    const known = ok(check, `${path} is valid`);
    const unknown = config.warnings.map((text) => warning(check, text, 'correct its name, or take it out'));
    return { config, findings: [known, ...unknown] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const todo = 'correct it and look again: what follows goes by the defaults';
    const findings = error.message.split('\n').map((line) => problem(check, line.trim(), todo));
    return { config: defaults(), findings };
  }
}
