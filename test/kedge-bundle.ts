import { rename } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** `kedge` in one file. */
    kedge: string
  }
}

const ROOT = new URL('../', import.meta.url)
const MADE = new URL('node_modules/.cache/kedge-tests/', ROOT)

/** Modules of ours look for files beside themselves. */
const WHERE_IT_WAS = {
  name: 'where-it-was',
  transform: (code: string, id: string) =>
    id.startsWith(ROOT.pathname) && !id.includes('/node_modules/')
      ? code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
      : undefined,
}

/**
 * Makes one file of `kedge` and all that it imports, for tests that start it as a process some forty times: a start from two thousand files
 * costs three times as much. Other tests of `cli/` start `src/main.ts` itself.
 */
export async function setup(project: TestProject): Promise<void> {
  await using bundle = await rolldown({
    input: new URL('src/main.ts', ROOT).pathname,
    platform: 'node',
    logLevel: 'silent',
    plugins: [WHERE_IT_WAS],
  })
  // Two runs at once make the same: a process that starts meanwhile finds the one or the other, whole.
  const own = new URL(`kedge-${process.pid}.mjs`, MADE).pathname
  const kedge = new URL('kedge.mjs', MADE).pathname
  // Seven megabytes are read and hashed at each start; without comments and spaces they are five.
  const short = { comments: false, minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } } }
  await bundle.write({ file: own, format: 'esm', codeSplitting: false, ...short })
  await rename(own, kedge)
  project.provide('kedge', kedge)
}
