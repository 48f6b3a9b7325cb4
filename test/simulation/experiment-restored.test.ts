import { expect, it } from 'vitest'
import { notRendered } from '../../src/domain/application/rendered.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { experimentFile, fail, FILE, merge, MINUTE, refusal, runExperiment, type ExperimentStage } from './experiment-stage.ts'
import { server } from './server-renderer.ts'

const REPO = 'https://git.example/shop/gitops.git'

/** What happens after the merge, or in its place, that brings nothing back by what is known. */
const NOTHING: Readonly<Record<string, (stage: ExperimentStage) => void>> = {
  'a sync of the merge that is still running': (stage) => stage.app.begin(stage.origin.git(['rev-parse', 'main'])),
  'a sync of some resources at the merge': (stage) => stage.app.selfHeal(stage.origin.git(['rev-parse', 'main'])),
  'a sync of what was there before the Experiment': (stage) => stage.app.sync(stage.good),
}

it.each(Object.entries(NOTHING))('%s restores nothing', async (_, happens) => {
  await using stage = await runExperiment()
  await fail(stage)
  await merge(stage)
  happens(stage)
  await stage.show()
  await stage.advance(5 * MINUTE)
  expect(stage.failed()).toMatchObject([{ outcome: 'open' }])
})

it('a merge that a sync has applied before anybody told of it restores', async () => {
  await using stage = await runExperiment()
  await fail(stage)
  stage.app.sync(stage.merge(1))
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.failed()).toMatchObject([{ outcome: 'restored' }])
})

it('an Experiment that is deleted once something else was merged from the branch of its PR is gone, and not restored', async () => {
  await using stage = await runExperiment()
  await fail(stage)
  stage.commit({ [FILE]: experimentFile() }, 'keep it', { branch: stage.branches()[0] ?? '' })
  await stage.pushed()
  await merge(stage)
  await stage.tell(stage.experiment.remove())
  await stage.restart()
  await stage.advance(MINUTE)
  expect(stage.failed()).toMatchObject([{ outcome: 'gone' }])
})

it('a merge into another branch restores nothing', async () => {
  await using stage = await runExperiment()
  await fail(stage)
  stage.origin.git(['branch', 'other', 'main'])
  stage.forges.retargetByHuman(REPO, 1, 'other')
  await stage.pushed()
  stage.app.sync(await merge(stage))
  await stage.show()
  await stage.advance(5 * MINUTE)
  expect(stage.failed()).toMatchObject([{ outcome: 'open' }])
})

it('a revert that is pushed and that nobody renders for two minutes is taken back, and pushed again once somebody does', async () => {
  let isAway = false
  const wrap = (environment: Environment): Environment => {
    const served = server()(environment)
    return {
      ...served,
      renderer: {
        ...served.renderer,
        async digest(question) {
          if (isAway) return notRendered('unreachable', 'It is away.')
          const told = await served.renderer.digest(question)
          isAway = question.isUnpublished === true && !wasAway
          wasAway ||= isAway
          return told
        },
      },
    }
  }
  let wasAway = false
  await using stage = await runExperiment(undefined, { wrap })
  await fail(stage)
  await stage.advance(3 * MINUTE)
  expect([stage.pulls(), stage.branches()]).toEqual([[], []])
  expect(refusal(stage)).toContain('could not be asked what the commits render')
  isAway = false
  await stage.advance(20 * MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
})
