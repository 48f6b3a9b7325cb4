import type { TestProject } from 'vitest/node'
import { startPostgres, whyNoPostgres, type PostgresServer } from './server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A URL of the server that all tests share, as one who may do anything; or why there is none. */
    postgres: { url: string } | { missing: string }
  }
}

/** Starts one PostgreSQL for all tests of this run. */
export function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  return provideServer((value) => provide('postgres', value), startPostgres)
}

/**
 * Where there is none, or it does not start, its tests are left out and the others run.
 * @throws Error where they must not be left out
 */
export async function provideServer(
  provide: (value: { url: string } | { missing: string }) => void,
  start: () => Promise<PostgresServer>,
): Promise<(() => Promise<void>) | undefined> {
  const started = whyNoPostgres() ?? (await start().catch((fault: Error) => `it does not start here: ${fault.message.trim()}`))
  if (typeof started === 'string') {
    if (process.env['KEDGE_TEST_POSTGRES'] === 'required') throw new Error(`the tests of PostgreSQL must not be left out here: ${started}`)
    process.stderr.write(`The tests of PostgreSQL are left out, because ${started}\n`)
    provide({ missing: started })
    return undefined
  }
  provide({ url: started.url() })
  return async () => started[Symbol.asyncDispose]()
}
