/** How the service of a drone calls its client, as the file of its settings says. Pure; knows no service manager. */

/** Where the package keeps what the service goes by. */
export const serviceFiles = {
  settings: '/etc/default/starling-drone',
  config: '/etc/starling/drone.ini',
  data: '/var/lib/starling',
} as const;

export type ServiceCall = {
  readonly vehicle?: string;
  readonly key?: string;
  readonly open?: boolean;
  /** HOST:PORT, as it is written. */
  readonly server?: string;
};

/** `text`: lines of NAME=VALUE, of which STARLING_VEHICLE and STARLING_ARGUMENTS count. Source: systemd.exec(5), EnvironmentFile. */
export function readServiceCall(text: string): ServiceCall {
  const values = new Map(
    [...text.matchAll(/^\s*(\w+)=(["']?)(.*)\2\s*$/gm)].map(([, name = '', , value = '']) => [name, value]),
  );
  const words = (values.get('STARLING_ARGUMENTS') ?? '').split(/[\s=]+/);
  const after = (option: string) => (words.includes(option) ? words[words.indexOf(option) + 1] : undefined);
  const [vehicle, key, server] = [values.get('STARLING_VEHICLE'), after('--key'), after('--server')];
  return {
    ...(vehicle !== undefined && { vehicle }),
    ...(key !== undefined && { key }),
    ...(server !== undefined && { server }),
    ...(words.includes('--open') && { open: true }),
  };
}
