import type { TestProject } from 'vitest/node'
import { startPostgres, whyNoPostgres } from './server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A URL of the server that all tests share, as one who may do anything; or why there is none. */
    postgres: { url: string } | { missing: string }
  }
}

/** Starts one PostgreSQL for all tests of this run. */
export async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  const missing = whyNoPostgres()
  if (missing !== undefined) {
    if (process.env['KEDGE_TEST_POSTGRES'] === 'required') throw new Error(`the tests of PostgreSQL must not be left out here: ${missing}`)
    process.stderr.write(`The tests of PostgreSQL are left out: ${missing}.\n`)
    provide('postgres', { missing })
    return undefined
  }
  const server = await startPostgres()
  provide('postgres', { url: server.url() })
  return async () => server[Symbol.asyncDispose]()
}
