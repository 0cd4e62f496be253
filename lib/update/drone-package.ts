/** The package that drones run, by name. Data only. */

/** Name of the Debian package. */
export const dronePackage = 'starling-drone';

/** Where the signed statement of a package lies. */
export function statementPathOf(packagePath: string): string {
  return `${packagePath}.sig`;
}
