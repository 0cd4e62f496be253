import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const root = dirname(fileURLToPath(import.meta.url));

/**
 * Tests run against what was built, loaded by Node itself: hundreds of modules take their time to be transformed, in
 * every worker. `test/support/build.ts` builds before the first test.
 */
const built: Plugin = {
  name: 'built',
  enforce: 'pre',
  resolveId(source, importer) {
    if (!source.startsWith('.') || !importer?.startsWith(join(root, 'test'))) return undefined;
    const path = relative(root, resolve(dirname(importer), source));
    return /^(bin|drone-client|lib|packaging|server|shows)\//.test(path)
      ? join(root, 'dist', path)
      : undefined;
  },
};

// `unit` needs Node alone (real sockets on loopback included); `system` needs Debian packages and says which.
export default defineConfig({
  plugins: [built],
  test: {
    // Most tests wait for sockets and clocks: more workers than cores keep both busy.
    maxWorkers: 3,
    // No module keeps state of its own (architecture.test.ts): a worker loads each module once, not once a file.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          globalSetup: 'test/support/build.ts',
          setupFiles: 'test/support/seed.ts',
          server: { deps: { external: [/\/dist\//] } },
          include: ['test/**/*.test.ts'],
          exclude: ['test/system/**', 'node_modules/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          globalSetup: ['test/support/build.ts', 'test/support/run-folder.ts'],
          setupFiles: 'test/support/seed.ts',
          server: { deps: { external: [/\/dist\//] } },
          include: ['test/system/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
