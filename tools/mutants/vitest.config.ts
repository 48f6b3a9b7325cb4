import { defineConfig } from 'vitest/config'
import { everywhere } from '../../test/vitest.config.ts'

/** One project, whose options the bench may change: each mutant needs modules that nobody has loaded. */
export default defineConfig({ test: everywhere })
