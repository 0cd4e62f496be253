import { defineConfig } from 'vitest/config';

// `unit` needs Node alone (real sockets on loopback included); `system` needs Debian packages and says which.
export default defineConfig({
  test: {
    // Most tests wait for sockets and clocks: more workers than cores keep both busy.
    maxWorkers: 3,
    // No module keeps state of its own (architecture.test.ts): a worker loads each module once, not once a file.
    isolate: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/system/**', 'node_modules/**'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
