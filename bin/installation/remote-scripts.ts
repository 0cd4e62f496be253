/** What is run on the Pi in each step, as texts for `sh`, and what their answers mean. Pure; no secret is in any of them. */
import { type DroneSettings, quoted, setupArguments } from './drone-settings.js';
import { dronePackage, type PackageFile } from './package-name.js';

/** Root's own folder of packages that came over; what was cut off is seen by its hash. */
const cacheFolder = '/var/cache/starling-install';

/** The client marks there that its motors are armed. */
const armedMark = '/run/starling-drone/armed';

/** Exit codes of ours, where the programs that are called have none. Source: sysexits(3) numbers of like meaning. */
export const exitCodes = { notWhole: 65, wrongPackage: 66, armed: 75 } as const;

const unlessArmed = `[ ! -e ${armedMark} ] || exit ${exitCodes.armed}`;

/** For a run before this one, that was cut off here while it goes on there, s. */
const patientS = 300;

const alone = `exec 9>/run/starling-install.lock && flock -w ${patientS} 9 || exit 1`;

/** Tells, a line each, what `parseFacts` reads; needs no rights. */
export const lookScript = `
. /etc/os-release 2>/dev/null
echo "system=\${PRETTY_NAME-unknown}"
echo "architecture=$(dpkg --print-architecture 2>/dev/null)"
echo "user=$(id -un)"
if [ "$(id -u)" = 0 ]; then echo root=is
elif sudo -n true 2>/dev/null; then echo root=free
elif command -v sudo >/dev/null; then echo root=password
else echo root=none; fi
echo "freeKib=$(df -Pk /var/cache /usr 2>/dev/null | awk 'NR > 1 && (least == "" || $4 + 0 < least) { least = $4 + 0 } END { print least }')"
if [ -e ${armedMark} ]; then echo armed=yes; fi
if [ -d /run/systemd/system ]; then echo systemd=yes; fi
echo "installed=$(dpkg-query -W -f '\${db:Status-Status} \${Version}' ${dronePackage} 2>/dev/null)"
`;

export type PiFacts = {
  readonly system: string;
  /** Debian's name of it; undefined without dpkg. */
  readonly architecture?: string;
  readonly user: string;
  /** How one becomes root there. */
  readonly root: 'is' | 'free' | 'password' | 'none';
  /** Of the fuller of the places where the package goes. */
  readonly freeKib?: number;
  readonly isArmed: boolean;
  readonly hasSystemd: boolean;
  /** Of the package that is installed as a whole. */
  readonly installedVersion?: string;
};

export function parseFacts(text: string): PiFacts {
  const facts = new Map(
    text
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1).trim()]),
  );
  const architecture = facts.get('architecture') ?? '';
  const root = facts.get('root');
  const freeKib = Number(facts.get('freeKib') || Number.NaN);
  const [state, version] = (facts.get('installed') ?? '').split(' ');
  return {
    system: facts.get('system') ?? 'unknown',
    user: facts.get('user') ?? 'unknown',
    root: root === 'is' || root === 'free' || root === 'password' ? root : 'none',
    ...(architecture !== '' && { architecture }),
    ...(Number.isFinite(freeKib) && { freeKib }),
    ...{ isArmed: facts.get('armed') === 'yes', hasSystemd: facts.get('systemd') === 'yes' },
    ...(state === 'installed' && version !== undefined && { installedVersion: version }),
  };
}

/** Ends with 0 when the whole package is there. */
export function haveScript({ path, sha256 }: RemotePackage): string {
  return `[ "$(sha256sum ${path} 2>/dev/null | cut -c 1-64)" = ${sha256} ]`;
}

export type RemotePackage = {
  /** On the Pi. */
  readonly path: string;
  readonly sha256: string;
};

export function remotePackage({ name, version, architecture }: PackageFile, sha256: string): RemotePackage {
  return { path: `${cacheFolder}/${name}_${version}_${architecture}.deb`, sha256 };
}

/** Reads the package. */
export function takeScript(target: RemotePackage): string {
  return `${alone}
umask 077
mkdir -p ${cacheFolder} && chmod 0700 ${cacheFolder} && rm -f ${cacheFolder}/* || exit 1
cat >${target.path}.part || exit 1
${haveScript({ ...target, path: `${target.path}.part` })} || exit ${exitCodes.notWhole}
mv ${target.path}.part ${target.path}`;
}

/** At two seconds each. */
const lockTries = 60;

/** What the package says of itself counts, not what its file is called. What the run before has done is done. */
export function installScript(target: RemotePackage, { name, version, architecture }: PackageFile): string {
  const field = (of: string, is: string) =>
    `[ "$(dpkg-deb -f ${target.path} ${of})" = ${quoted(is)} ] || exit ${exitCodes.wrongPackage}`;
  return `${alone}
${unlessArmed}
if [ ! -e ${target.path} ]; then
  [ "$(dpkg-query -W -f '\${db:Status-Status} \${Version}' ${name})" = ${quoted(`installed ${version}`)} ] || exit ${exitCodes.notWhole}
  exit 0
fi
${field('Package', name)}
${field('Version', version)}
${field('Architecture', architecture)}
export DEBIAN_FRONTEND=noninteractive
said=$(mktemp) || exit 1
trap 'rm -f "$said"' EXIT
put() {
  { dpkg --configure -a; dpkg --force-confold -i ${target.path}; } </dev/null >"$said" 2>&1
}
# The system's own updates may be at it.
tries=1
put
code=$?
while [ "$code" -ne 0 ] && [ "$tries" -lt ${lockTries} ] && grep -qE 'lock (is|was) locked by|unable to (lock|access)' "$said"; do
  sleep 2
  ${unlessArmed}
  tries=$((tries + 1))
  put
  code=$?
done
cat "$said"
[ "$code" -eq 0 ] || exit "$code"
rm -rf ${cacheFolder}`;
}

/** What `setupScript` reads: the password in the first line, empty without one, then the key. */
export function setupInput(key: string, wifiPassword: string | undefined): string {
  return `${wifiPassword ?? ''}\n${key}`;
}

/** The key lies in memory, for root alone, and is gone when this ends, however it ends. */
export function setupScript(settings: DroneSettings): string {
  const words = setupArguments(settings, { key: '"$folder/key"', wifiPassword: '"$folder/wifi"' });
  return `${unlessArmed}
umask 022
folder=$(mktemp -d /run/starling-install.XXXXXX) || exit 1
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
IFS= read -r wifi || exit ${exitCodes.notWhole}
printf '%s\\n' "$wifi" >"$folder/wifi" && cat >"$folder/key" || exit 1
starling-drone-setup ${words.join(' ')} </dev/null`;
}

export const doctorScript =
  'cd / && exec runuser -u starling -- /usr/lib/starling-drone/starling doctor drone --json </dev/null';

/** The client counts as running when it has not been started again for so long, s. */
const steadyS = 5;
const patienceS = 40;

export const waitScript = `unit=starling-drone.service
systemctl start "$unit" || true
steady=0
before=
waited=0
while [ "$waited" -lt ${patienceS} ]; do
  now="$(systemctl show -p ActiveState --value "$unit") $(systemctl show -p NRestarts --value "$unit")"
  case $now in
  active*) if [ "$now" = "$before" ]; then steady=$((steady + 1)); else steady=0; fi ;;
  *) steady=0 ;;
  esac
  if [ "$steady" -ge ${steadyS} ]; then exit 0; fi
  before=$now
  waited=$((waited + 1))
  sleep 1
done
systemctl show -p ActiveState -p Result -p ExecMainStatus "$unit"
journalctl -q --no-pager -o cat -n 10 -u "$unit"
exit 1`;
