import { expect, it } from 'vitest'
import type { ClusterView } from '../../src/ports/cluster-view.ts'
import { manifest } from './manifest.ts'
import { createStage } from './stage.ts'

const MINUTE = 60_000

/** Argo CD is in a cluster of its own, which is listed last; its Application has an annotation that names another channel. */
async function createLateHub() {
  const state = { isUnlisted: false }
  const late = (view: ClusterView): ClusterView => ({
    ...view,
    freshness: () =>
      state.isUnlisted && view.cluster === 'hub'
        ? { fresh: false, asOf: 0, blind: [{ kind: 'Application', reason: 'not listed yet', since: 0 }] }
        : view.freshness(),
    applications: () => (state.isUnlisted ? [] : view.applications()),
    applicationsOf: (...named) => (state.isUnlisted ? [] : view.applicationsOf(...named)),
  })
  const stage = await createStage({
    clusters: ['prod', 'hub'],
    argocd: 'hub',
    wrap: (environment) => ({
      ...environment,
      views: environment.views.map(late),
      applications: late(environment.applications),
      policyFor: (rollout, application, now) => ({
        ...environment.policyFor(rollout, application, now),
        ...(application && { channel: '#team' }),
      }),
    }),
  })
  const web = stage.addRollout()
  const app = stage.addApplication({ cluster: 'prod' })
  app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }, 'web v1'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  return Object.assign(stage, {
    state,
    async fail(): Promise<void> {
      web.abort()
      await stage.tell(...web.objects())
      await stage.advance(10_000)
    },
    retry: () => web.retry(),
    channels: (): readonly string[] => stage.cards().map(({ ref }) => ref.channel),
  })
}

it('a card stays where an annotation on the Application has it, while a restarted Kedge has not listed any yet', async () => {
  await using stage = await createLateHub()
  await stage.fail()
  expect(stage.channels()).toEqual(['#team'])
  stage.state.isUnlisted = true
  await stage.restart()
  stage.retry()
  await stage.show()
  await stage.advance(5 * MINUTE)
  expect(stage.channels()).toEqual(['#team'])
  expect(stage.cards()[0]?.card.title).toContain('is being tried again')
  expect(stage.failed()[0]?.policy?.channel).toBe('#team')
})

it('a release that fails before the Applications are listed is told once they are, in the channel that theirs names', async () => {
  await using stage = await createLateHub()
  stage.state.isUnlisted = true
  await stage.restart()
  for (const { policy: _, ...release } of stage.releases())
    await stage.ledger.append([{ kind: 'release', key: release.key, event: 'release-policy', document: release }])
  await stage.fail()
  expect(stage.channels()).toEqual([])
  stage.state.isUnlisted = false
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.channels()).toEqual(['#team'])
})

it('people do not wait for an Argo CD that does not come: after half a minute they are told by the rest of the policy', async () => {
  await using stage = await createLateHub()
  stage.state.isUnlisted = true
  await stage.restart()
  for (const { policy: _, ...release } of stage.releases())
    await stage.ledger.append([{ kind: 'release', key: release.key, event: 'release-policy', document: release }])
  await stage.fail()
  await stage.advance(40_000)
  expect(stage.channels()).toEqual(['#deploys'])
})
