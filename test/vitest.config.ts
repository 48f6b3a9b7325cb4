import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: new URL('.', import.meta.url).pathname,
    include: ['**/*.test.ts'],
    // Nothing that a test makes Kedge write may hold a secret.
    setupFiles: ['./planted-secrets.ts'],
    exclude: ['e2e/control-plane/**', 'node_modules/**'],
    // Most tests wait for git, sockets and child processes.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 30_000,
    // Hermetic: no test sees the machine's git configuration, time zone or terminal.
    env: { TZ: 'UTC', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', NO_COLOR: '1' },
  },
})
