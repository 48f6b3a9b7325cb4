import { describe, expect, it } from 'vitest'
import { createMemoryForges } from '../../../src/adapters/forges/memory/forge.ts'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { createHeadsReader } from '../../../src/reconcile/quarantine/heads.ts'
import { rememberLog } from '../../remember-log.ts'

const REPO = 'https://forge.example/acme/shop'
const HEAD = '1'.repeat(40) as CommitSha

/** A repository whose branch is asked about, and a forge with its PRs. */
function createPlace() {
  const clock = createVirtualClock(0)
  const { logger, lines } = rememberLog()
  const forges = createMemoryForges({ now: () => clock.now() })
  const asked: string[] = []
  let isDown = false
  const repository = {
    repoURL: REPO,
    fetch: async (branch: string) => {
      asked.push(branch)
      if (isDown) throw new Error('down')
      return HEAD
    },
  } as unknown as GitRepository
  const environment = { clock, logger, forges, repositories: { open: async () => repository } } as unknown as Environment
  return {
    heads: createHeadsReader(environment),
    asked,
    clock,
    told: () => lines.map(({ message }) => message),
    down: (is: boolean) => void (isDown = is),
    propose: (branch: string) => forges.openByHuman(REPO, { branch, base: 'main', title: branch, body: '', author: 'ada' }),
    close: (number: number) => forges.closeByHuman(REPO, number),
  }
}

describe('heads of a branch and of the open PRs to it', () => {
  it('are read once for all who ask at the same time, and anew for whoever knows that something has moved', async () => {
    const { heads, asked, clock } = createPlace()
    await Promise.all([heads.read(REPO, 'main', 0), heads.read(REPO, 'main', 0)])
    expect(asked).toHaveLength(1)
    const hints = [heads.moved(), heads.moved(), heads.moved()]
    await Promise.all(hints.map((since) => heads.read(REPO, 'main', since)))
    expect(asked).toHaveLength(2)
    await heads.read(REPO, 'other', 0)
    await clock.advanceTo(3_000, async () => undefined)
    await heads.read(REPO, 'main', 0)
    expect(asked).toEqual(['main', 'main', 'other', 'main'])
  })

  it('are shared for two seconds, however late it is', async () => {
    const { heads, asked, clock } = createPlace()
    for (const [at, count] of [
      [10_000, 1],
      [12_000, 1],
      [12_001, 2],
    ] as const) {
      await clock.advanceTo(at, async () => undefined)
      await heads.read(REPO, 'main', 0)
      expect(asked).toHaveLength(count)
    }
  })

  it('are asked for again where they could not be read', async () => {
    const { heads, asked, down } = createPlace()
    down(true)
    await expect(heads.read(REPO, 'main', 0)).rejects.toThrow('down')
    down(false)
    expect(await heads.read(REPO, 'main', 0)).toMatchObject({ head: HEAD })
    expect(asked).toHaveLength(2)
  })

  it('are of the newest 20 PRs of people, and that there are more is said once, until there are fewer', async () => {
    const { heads, told, propose, close } = createPlace()
    await propose('kedge/revert/123456789012-12345678')
    for (let at = 0; at < 21; at += 1) await propose(`topic-${at}`)
    const found = await heads.read(REPO, 'main', heads.moved())
    expect([found.pulls.length, found.pulls[0]?.branch, found.ours.length]).toEqual([20, 'topic-20', 1])
    await heads.read(REPO, 'main', heads.moved())
    expect(told()).toHaveLength(1)
    close(22)
    await heads.read(REPO, 'main', heads.moved())
    await propose('topic-22')
    await heads.read(REPO, 'main', heads.moved())
    expect(told()).toHaveLength(2)
  })
})
