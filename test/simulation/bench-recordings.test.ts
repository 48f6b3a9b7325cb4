import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { replay } from '../../src/replay.ts'
import { essence, proofIn } from '../e2e/recordings.ts'

/** Written by `npm run test:e2e`: what a real cluster told, and what Kedge did about it then; the second with what Argo CD rendered. */
const FOLDERS = ['recordings', 'rendered', 'strategies'].map((folder) => fileURLToPath(new URL(`../e2e/${folder}`, import.meta.url)))

const scenarios = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [[entry.name, `${folder}/${entry.name}`] as const] : [],
  ),
)

describe.each(scenarios)('the recording %s of a run with Kedge beside', (_, dir) => {
  it('is judged in a replay as it was live', async () => {
    expect(essence(await replay({ dir }), proofIn(dir))).toEqual(JSON.parse(readFileSync(`${dir}/expected.json`, 'utf8')))
  })
})
