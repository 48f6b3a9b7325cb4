import { describe, expect, it } from 'vitest'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Deployment } from '../../../src/ports/forge.ts'
import { showDeployment } from '../../../src/reconcile/announce/show-deployment.ts'
import { traceRelease } from '../../../src/reconcile/trace/trace-release.ts'
import { releaseEntry } from '../../contract/ledger-documents.ts'
import { aFailure } from '../act/a-failure.ts'
import { REPO } from '../act/a-host.ts'

const SOURCE = { number: 4, url: 'https://git.example/4', author: 'ada', approvers: ['bob'] }
const BEFORE = { ...SOURCE, number: 3 }

describe('a release that Git has word of', () => {
  /** What is known of it once it was traced, and whether the forge was asked. */
  async function traced(known: (bad: Release['revision']) => Partial<Release>) {
    const failure = await aFailure()
    const { environment, ledger, forges, bad, instead, release } = failure
    forges.introduce(REPO, bad, SOURCE)
    const asked: string[] = []
    const forge = forges.forRepository(REPO)
    instead.forge = {
      introducedBy(commit) {
        asked.push(commit)
        return forge.introducedBy(commit)
      },
    }
    await ledger.append([releaseEntry({ ...release, author: null, ...known(bad) })])
    const { entries, ...delivered } = await traceRelease(environment, 'r')
    await ledger.append(entries?.() ?? [])
    const { revision, author, sourcePr } = ledger.read('release', 'r') ?? {}
    expect(delivered).toEqual({ state: 'done', event: 'release-traced' })
    expect([revision, author]).toEqual([bad, 'Ada'])
    return { sourcePr, isAsked: asked.includes(bad) }
  }

  it.each<[string, (bad: Release['revision']) => Partial<Release>, boolean, typeof SOURCE]>([
    ['is led back to its commit, author and people', () => ({ revision: null }), true, SOURCE],
    ['is asked about where its commit is known, and not who brought it', () => ({}), true, SOURCE],
    ['is not asked about again', () => ({ sourcePr: BEFORE }), false, BEFORE],
    [
      'is asked about anew where it was another commit’s people',
      () => ({ sourcePr: BEFORE, revision: '9'.repeat(40) as Release['revision'] }),
      true,
      SOURCE,
    ],
  ])('%s', async (_, known, ...[isAsked, sourcePr]) => {
    expect(await traced(known)).toEqual({ sourcePr, isAsked })
  })

  it('has its deployment made for that commit, of its branch', async () => {
    const { environment, policy, instead, ledger, release, bad } = await aFailure()
    policy.current = { announce: ['deployment'], deploymentEnvironment: 'live' }
    const made: Deployment[] = []
    instead.forge = {
      async deploy(deployment) {
        made.push(deployment)
        return { number: 7 }
      },
    }
    const { entries } = await showDeployment(environment, 'r', () => undefined)
    expect(made).toMatchObject([{ environment: 'live', commit: bad, branch: 'main', state: 'failed' }])
    await ledger.append(entries?.() ?? [])
    expect(ledger.read('release', release.key)?.deployment).toEqual({ repoURL: REPO, commit: bad, environment: 'live', number: 7 })
  })
})
