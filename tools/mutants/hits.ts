import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    kedgeHits: string
  }
}

// Runs in every test file: where the source has marks in it, writes down which functions the file ran, and how long that took.

const began = performance.now()

afterAll(() => {
  const { kedgeRan } = globalThis as { kedgeRan?: ReadonlySet<string> }
  if (!kedgeRan) return
  const path = expect.getState().testPath ?? ''
  const found = { path, ms: Math.round(performance.now() - began), ran: [...kedgeRan] }
  writeFileSync(join(inject('kedgeHits'), `${path.replaceAll(/\W/g, '-')}.json`), JSON.stringify(found))
})
