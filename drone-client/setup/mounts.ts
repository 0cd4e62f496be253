/** Whether what is written to a system lasts, by what is mounted. Pure: given the texts of /proc/mounts and /proc/cmdline. */

/** Undefined where it lasts; else a sentence on what to do. */
export function writeObstacle(
  mounts: string,
  cmdline: string,
): { readonly text: string; readonly canBeForced: boolean } | undefined {
  const at = (place: string) =>
    mounts
      .split('\n')
      .map((line) => line.split(' '))
      .findLast(([, point]) => point === place);
  const root = at('/');
  // As raspi-config makes it, in either of its ways. A container's root is an overlay too, and lasts.
  const isOverlay =
    root?.[2] === 'overlay' &&
    (root[0] === 'overlayroot' || /(?:^|\s)(?:boot=overlay|overlayroot=)/.test(cmdline));
  if (isOverlay)
    return {
      text: 'the root file system is an overlay in memory (raspi-config, "Overlay File System"): all changes would be gone at the next start; switch it off and restart first',
      canBeForced: true,
    };
  const readOnly = ['/', '/boot/firmware', '/boot'].find((place) =>
    at(place)?.[3]?.split(',').includes('ro'),
  );
  if (readOnly === undefined) return undefined;
  return {
    text: `${readOnly} is mounted read-only: sudo mount -o remount,rw ${readOnly}, then run this again`,
    canBeForced: false,
  };
}
