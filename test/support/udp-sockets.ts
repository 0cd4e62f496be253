/** The UDP sockets of this process, so that a test can break one that belongs to somebody else. */
import { Socket } from 'node:dgram';

/** Those that are bound to `port`. Node has no public way to them. */
export function udpSocketsOn(port: number): Socket[] {
  const active: unknown = Reflect.get(process, '_getActiveHandles');
  if (typeof active !== 'function') throw new Error('this version of Node hides its sockets');
  const handles = Reflect.apply(active, process, []) as unknown[];
  return handles.filter(
    (handle): handle is Socket => handle instanceof Socket && handle.address().port === port,
  );
}
