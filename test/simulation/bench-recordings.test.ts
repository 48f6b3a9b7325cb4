import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { replay } from '../../src/replay.ts'
import { essence } from '../e2e/recordings.ts'

/** Written by `npm run test:e2e`: what a real cluster told, and what Kedge did about it then. */
const RECORDINGS = fileURLToPath(new URL('../e2e/recordings/', import.meta.url))

const scenarios = readdirSync(RECORDINGS, { withFileTypes: true }).filter((entry) => entry.isDirectory())

describe.each(scenarios.map(({ name }) => name))('the recording %s of a run with Kedge beside', (scenario) => {
  const dir = `${RECORDINGS}/${scenario}`

  it('is judged in a replay as it was live', async () => {
    expect(essence(await replay({ dir }))).toEqual(JSON.parse(readFileSync(`${dir}/expected.json`, 'utf8')))
  })
})
