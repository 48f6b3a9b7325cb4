import { describe, expect, test } from 'vitest'
import { asCommitSha, type CommitSha } from '../../../src/domain/application/commit.ts'
import { specOf } from '../../../src/domain/application/inputs.ts'
import { normaliseRepoURL } from '../../../src/domain/application/repo-url.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import { rememberedInputs } from '../../../src/reconcile/inputs/remembered-inputs.ts'
import type { ApplicationOptions } from '../../simulation/application.ts'
import { REPO, stagedApplication } from '../an-application.ts'

const ONE = asCommitSha('1'.repeat(40)) as CommitSha
const OTHER = asCommitSha('2'.repeat(40)) as CommitSha

function question(options: ApplicationOptions = {}) {
  return { name: normaliseRepoURL(REPO), application: specOf(stagedApplication(options)) }
}

/** Counts how often it is asked what lies where, and fails as often as it is told to. */
function emptyRepository(fails = 0) {
  const asked: string[] = []
  let left = fails
  const repository = {
    async listFiles(revision: string, folder: string) {
      asked.push(`${revision[0]} ${folder}`)
      if ((left -= 1) >= 0) throw new Error('away')
      return []
    },
    async kindsAt(revision: string, paths: readonly string[]) {
      asked.push(`${revision[0]} ${paths.join(' ')}`)
      if ((left -= 1) >= 0) throw new Error('away')
      return {}
    },
  } as unknown as GitRepository
  return { asked, repository }
}

describe('what an Application reads at a commit', () => {
  test('is read once, however often it is asked', async () => {
    const { asked, repository } = emptyRepository()
    const first = await rememberedInputs({ repository, ...question() }, ONE)
    const before = asked.length
    expect(before).toBeGreaterThan(0)
    expect(await rememberedInputs({ repository, ...question() }, ONE)).toEqual(first)
    expect(asked.length).toBe(before)
  })

  test('is read once where it is asked for twice at once', async () => {
    const { asked, repository } = emptyRepository()
    const first = rememberedInputs({ repository, ...question() }, ONE)
    expect(rememberedInputs({ repository, ...question() }, ONE)).toBe(first)
    await first
    const each = asked.length
    await rememberedInputs({ repository, ...question() }, ONE)
    expect(asked.length).toBe(each)
  })

  test('is read again for another commit, another repository and another spec', async () => {
    const { asked, repository } = emptyRepository()
    await rememberedInputs({ repository, ...question() }, ONE)
    const each = asked.length
    await rememberedInputs({ repository, ...question() }, OTHER)
    expect(asked.length).toBe(2 * each)
    await rememberedInputs({ repository, ...question({ name: 'other' }) }, ONE)
    expect(asked.length).toBe(3 * each)
    const second = emptyRepository()
    await rememberedInputs({ repository: second.repository, ...question() }, ONE)
    expect(second.asked.length).toBe(each)
  })

  test('is asked again where Git failed', async () => {
    const { repository } = emptyRepository(1)
    await expect(rememberedInputs({ repository, ...question() }, ONE)).rejects.toThrow('away')
    expect((await rememberedInputs({ repository, ...question() }, ONE)).unknown).toEqual([])
  })

  test('is kept up to a number of paths, of all repositories together, the least asked first to go', async () => {
    const [first, second] = [emptyRepository(), emptyRepository()]
    const { name, application } = question()
    const reading = async (files: number, revision: CommitSha) => {
      const sources = application.sources.map((source) => ({
        ...source,
        valueFiles: Array.from({ length: files }, (_, at) => `/v${at}.yaml`),
      }))
      return rememberedInputs({ repository: second.repository, name, application: { ...application, sources } }, revision)
    }
    await rememberedInputs({ repository: first.repository, ...question() }, ONE)
    const each = first.asked.length
    const readings = async (files: number, from: number, to: number): Promise<void> => {
      for (let at = from; at < to; at += 1) await reading(files, asCommitSha(at.toString(16).padStart(40, '0')) as CommitSha)
    }
    await readings(1, 0, 600)
    await rememberedInputs({ repository: first.repository, ...question() }, ONE)
    expect(first.asked.length).toBe(each)
    const before = second.asked.length
    await readings(490, 0, 60)
    const asked = second.asked.length - before
    await readings(490, 59, 60)
    expect(second.asked.length - before).toBe(asked)
    await readings(490, 0, 1)
    expect(second.asked.length - before).toBe(asked + asked / 60)
    await rememberedInputs({ repository: first.repository, ...question() }, ONE)
    expect(first.asked.length).toBe(2 * each)
  })
})
