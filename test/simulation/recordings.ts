import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ReplayResult } from '../../src/replay-result.ts'

/** Folder of the recordings of the real thing. */
export const RECORDINGS = fileURLToPath(new URL('../recordings/', import.meta.url))

export const SCENARIOS = readdirSync(RECORDINGS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)

export interface Expected {
  failedReleases: readonly Record<string, unknown>[]
  revertPrs: readonly Record<string, unknown>[]
  end: Readonly<Record<string, string>>
}

export function expectedOf(scenario: string): Expected {
  return JSON.parse(readFileSync(`${RECORDINGS}/${scenario}/expected.json`, 'utf8')) as Expected
}

/** The part of a result that expected.json speaks of. */
export function comparable(result: ReplayResult): Expected {
  return {
    failedReleases: result.failedReleases.map(
      ({ rollout, podTemplateHash, revision, goodRevision, cause, outcome, attempts, recurrence }) => ({
        rollout,
        podTemplateHash,
        revision,
        goodRevision,
        cause,
        outcome,
        attempts,
        recurrence,
      }),
    ),
    revertPrs: result.revertPrs.map(({ culprits, cause, closed }) => ({ culprits, cause, closed })),
    end: result.end,
  }
}

/** No failure may ever have two PRs: not at once, and not one after the other. */
export function culpritsOf(result: ReplayResult): readonly string[] {
  return result.revertPrs.map((pr) => pr.culprits.join(' '))
}
