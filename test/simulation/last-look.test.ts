import { expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import type { ClusterView } from '../../src/ports/cluster-view.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { manifest } from './manifest.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000

/** Something happens right after the decision, when the live read before the push is asked for. */
async function failAnd(happens: (stage: RunningStage) => void, thenMs = MINUTE): Promise<RunningStage> {
  let reads = 0
  const at: { stage?: RunningStage } = {}
  const wrap = (environment: Environment): Environment => {
    const watched = (view: ClusterView): ClusterView => ({
      ...view,
      reread: async (namespace, name) => {
        reads += 1
        // The decision has had its own live read.
        if (reads === 2 && at.stage) happens(at.stage)
        return view.reread(namespace, name)
      },
    })
    const views = environment.views.map(watched)
    return { ...environment, views, applications: views[0] ?? environment.applications }
  }
  const stage = await createRunningStage({ wrap })
  at.stage = stage
  await stage.release('v2')
  await stage.abort()
  expect(reads).toBeGreaterThan(1)
  await stage.advance(thenMs)
  return stage
}

it.each<[string, (stage: RunningStage) => void]>([
  ['is retried', (stage) => (stage.web.retry(), void stage.show())],
  ['is promoted after all', (stage) => (stage.web.healthy('v2'), void stage.show())],
  [
    'is overtaken by the next one, which the controller has not seen yet',
    (stage) => (stage.web.canary('v3'), stage.web.scale(), void stage.show()),
  ],
  ['is overtaken by the next one', (stage) => (stage.web.canary('v3'), void stage.show())],
  ['is deleted', (stage) => stage.remove(stage.web)],
])('a release that %s between the decision and the push gets no PR and no branch', async (_, happens) => {
  await using stage = await failAnd(happens)
  expect([stage.pulls(), stage.branches()]).toEqual([[], []])
})

it('a release that is retried between the decision and the push, and fails again, gets one PR', async () => {
  await using stage = await failAnd((at) => (at.web.retry(), void at.show()))
  await stage.abort()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  expect(stage.cards()).toHaveLength(1)
})

it('one that fails again at once has its PR as soon as what was withdrawn has rested, however much is heard of it meanwhile', async () => {
  await using stage = await failAnd((at) => (at.web.retry(), void at.show()), 1_000)
  await stage.abort()
  await stage.advance(9_000)
  await stage.show()
  await stage.advance(12_000)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
})

it('a commit that lands between the decision and the push is seen', async () => {
  let decided = false
  await using stage = await createRunningStage({
    wrap: (environment) => ({
      ...environment,
      forges: {
        forRepository: (url) => {
          const forge = environment.forges.forRepository(url)
          const findByBranch: typeof forge.findByBranch = async (branch) => {
            if (stage.reverts().length > 0 && !decided) {
              decided = true
              stage.commit({ 'apps/web/rollout.yaml': manifest('v3') }, 'web v3')
            }
            return forge.findByBranch(branch)
          }
          return { ...forge, findByBranch }
        },
      },
    }),
  })
  await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  expect(decided).toBe(true)
  expect([stage.pulls(), stage.branches()]).toEqual([[], []])
  expect(stage.cards()[0]?.card.outcome).toContain('later commit')
})

/** Kedge's own view of its repository, in which each of these calls is noted, and something happens when it pushes. */
async function watchGit(onPush: (stage: RunningStage) => void): Promise<{ stage: RunningStage; calls: string[] }> {
  const calls: string[] = []
  const at: { stage?: RunningStage } = {}
  const stage = await createRunningStage({
    wrap: (environment) => ({
      ...environment,
      repositories: {
        open: async (url) => {
          const repository = await environment.repositories.open(url)
          return {
            ...repository,
            fetch: (branch) => (calls.push('fetch'), repository.fetch(branch)),
            push: (...to) => {
              calls.push('push')
              if (at.stage) onPush(at.stage)
              return repository.push(...to)
            },
          }
        },
      },
      forges: {
        forRepository: (url) => {
          const forge = environment.forges.forRepository(url)
          return { ...forge, open: (request) => (calls.push('open'), forge.open(request)) }
        },
      },
    }),
  })
  at.stage = stage
  await stage.release('v2')
  calls.length = 0
  await stage.abort()
  await stage.advance(MINUTE)
  return { stage, calls }
}

it('Git is asked for the decision, and again between the push and the PR', async () => {
  const { stage, calls } = await watchGit(() => undefined)
  await using _ = stage
  const push = calls.indexOf('push')
  expect(calls.slice(push, push + 3)).toEqual(['push', 'fetch', 'open'])
  // Once while the verdict settled, and once for the decision.
  expect(calls.slice(0, push)).toEqual(['fetch', 'fetch'])
})

it('a commit that lands during the push is seen: no PR, and the branch is deleted', async () => {
  const { stage, calls } = await watchGit((at) => void at.commit({ 'apps/web/rollout.yaml': manifest('v3') }, 'web v3'))
  await using _ = stage
  expect(calls).toContain('push')
  expect([stage.pulls(), stage.branches()]).toEqual([[], []])
})

it('a cluster that cannot be asked once more costs no notice: people are told, and the PR follows soon after it can', async () => {
  let isDown = true
  await using stage = await createRunningStage({
    wrap: (environment) => {
      const reread: ClusterView['reread'] = async (namespace, name) => {
        if (isDown) throw new KedgeError('E_CLUSTER_UNREACHABLE', 'connection refused')
        return environment.views[0]?.reread(namespace, name)
      }
      const views = environment.views.map((view) => ({ ...view, reread }))
      return { ...environment, views, applications: views[0] ?? environment.applications }
    },
  })
  await stage.release('v2')
  await stage.abort()
  expect(stage.pulls()).toEqual([])
  expect(stage.cards()[0]?.card.outcome).toContain('could not be asked once more')
  isDown = false
  // It is asked again by what is thrown, and not in half a minute.
  await stage.advance(10_000)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  expect(stage.cards()).toHaveLength(1)
})

it('a promotion is written though the cluster of Argo CD cannot be asked', async () => {
  const at: { isAway: boolean } = { isAway: false }
  await using stage = await createRunningStage({
    wrap: (environment) => ({
      ...environment,
      applications: {
        ...environment.applications,
        freshness: (question) =>
          at.isAway
            ? { fresh: false, asOf: 0, blind: [{ kind: 'Application', reason: 'away', since: 0 }] }
            : environment.applications.freshness(question),
        rereadApplication: async (namespace, name) => {
          if (at.isAway) throw new KedgeError('E_CLUSTER_UNREACHABLE', 'connection refused')
          return environment.applications.rereadApplication(namespace, name)
        },
      },
    }),
  })
  await stage.release('v2')
  at.isAway = true
  stage.web.healthy('v2')
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.releases().map(({ outcome }) => outcome)).toContain('promoted')
})
