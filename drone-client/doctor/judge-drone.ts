/** Is the drone itself fit: its key, its computer? Pure: what was found is an argument. */
import { type Finding, ok, problem, warning } from '../../lib/doctor/finding.js';
import type { DroneKey } from '../../lib/security/drone-key.js';
import { hostProblems } from '../failsafe/checks-host.js';
import type { HostHealth } from '../failsafe/host-health.js';

export type KeyFacts =
  | { readonly kind: 'key'; readonly key: DroneKey; readonly isOpen: boolean }
  /** Leave to go without. */
  | { readonly kind: 'open' }
  /** None, or none that could be used. */
  | { readonly kind: 'error'; readonly text: string };

const keyCheck = 'key';

export function judgeKey(facts: KeyFacts): Finding {
  const enroll =
    'on the server: starling fleet enroll DRONE_ID -o FILE (--force if it had a key), and put that file here';
  if (facts.kind === 'open')
    return warning(
      keyCheck,
      'open: this drone obeys any server, so anybody on this network',
      `${enroll}; then start without --open and [SECURITY] open`,
    );
  if (facts.kind === 'key') {
    const { id, fleet } = facts.key;
    if (!facts.isOpen) return ok(keyCheck, `of ${id}, fleet ${fleet}`);
    return warning(
      keyCheck,
      `of ${id}, fleet ${fleet}; servers without a key are obeyed too`,
      'start without --open and [SECURITY] open',
    );
  }
  const [text = facts.text, ...advice] = facts.text.split(/: (?=run |chmod |write )/);
  if (advice.length > 0) return problem(keyCheck, text, advice.join(': '));
  if (/EACCES/.test(text))
    return problem(
      keyCheck,
      text,
      'run this as the user that starling runs as: sudo -u USER starling doctor drone',
    );
  return problem(keyCheck, text, enroll);
}

/** As the drone judges itself before a start; its disk is judged by its folder. */
export function judgeHost(host: HostHealth | undefined): Finding[] {
  const problems = hostProblems({ host, loopLagMs: undefined }).filter(({ id }) => id !== 'disk');
  const found = problems.map(({ id, severity, text }): Finding => {
    const [what = text, ...todo] = text.split(': ');
    const judge = severity === 'blocking' ? problem : warning;
    return judge(id.replace('_', ' '), what, todo.join(': '));
  });
  const has = (id: string) => found.some(({ check }) => check === id);
  const { cpuTemperatureC, underVoltage, linkQuality } = host ?? {};
  if (cpuTemperatureC !== undefined && !has('temperature'))
    found.push(ok('temperature', `${cpuTemperatureC.toFixed(0)} °C`));
  if (underVoltage && !has('under voltage')) found.push(ok('power', 'no under-voltage since the start'));
  return [...found, ...judgeWireless(linkQuality)];
}

/** Less of its Wi-Fi's quality drops out when somebody stands in between. */
const weakLink = 0.3;

function judgeWireless(quality: number | undefined): Finding[] {
  if (quality === undefined || Number.isNaN(quality)) return [];
  const text = `quality of the link ${(quality * 100).toFixed(0)} %`;
  return [
    quality < weakLink
      ? warning('Wi-Fi', text, 'bring the access point nearer, or higher; turn the antenna away from metal')
      : ok('Wi-Fi', text),
  ];
}
