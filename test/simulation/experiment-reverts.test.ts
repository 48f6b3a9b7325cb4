import { describe, expect, it } from 'vitest'
import { notRendered } from '../../src/domain/application/rendered.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { argo, experimentFile, fail, FILE, KEY, merge, MINUTE, refusal, runExperiment } from './experiment-stage.ts'
import { manifest } from './manifest.ts'
import { server } from './server-renderer.ts'

const REPO = 'https://git.example/shop/gitops.git'
const TEMPLATE = 'apps/web/template.yaml'
const template = (name = 'web'): string => argo('AnalysisTemplate', name, { metrics: [] })

describe('a standalone Experiment that failed by what was measured', () => {
  it('gets a PR that takes it out of Git, says what that does and does not, and is restored once its merge is applied', async () => {
    await using stage = await runExperiment()
    await fail(stage)
    expect(stage.pulls()).toMatchObject([{ state: 'open', title: 'Revert "try another search"' }])
    expect(stage.origin.git(['diff', '--name-status', 'main', stage.branches()[0] ?? ''])).toBe(`D\t${FILE}`)
    const body = stage.pulls()[0]?.body ?? ''
    for (const words of ['`Experiment shop/web-ab`', 'Nothing in the cluster is rolled back', 'only where pruning is on', 'success-rate'])
      expect(body).toContain(words)
    expect(body).not.toMatch(/version before|running version|N\+1/)
    expect(stage.cards()).toMatchObject([
      {
        card: {
          tone: 'waiting',
          title: `shop/${KEY}: the Experiment failed`,
          todo: 'Merge #1',
          outcome: expect.stringContaining('it takes the failed Experiment out of Git, or back to what it was there before'),
        },
      },
    ])
    const merged = await merge(stage)
    expect(stage.failed()).toMatchObject([{ outcome: 'open' }])
    expect(stage.cards()[0]?.card.outcome).toContain('was merged. Its sync is waited for.')
    stage.app.sync(merged)
    await stage.show()
    await stage.advance(MINUTE)
    // Argo CD does not prune here: the object lies there still.
    expect(stage.failed()).toMatchObject([{ outcome: 'restored' }])
    expect(stage.cards()).toMatchObject([{ card: { tone: 'good', title: `shop/${KEY}: Git asks for the failed Experiment no more` } }])
    expect([stage.pulls().length, stage.ledger.quarantines({ standing: true }), stage.ledger.pendingEffects()]).toEqual([1, [], []])
  })

  it('is restored when Argo CD prunes it after the merge', async () => {
    await using stage = await runExperiment()
    await fail(stage)
    await merge(stage)
    await stage.tell(stage.experiment.remove())
    await stage.restart()
    await stage.advance(MINUTE)
    expect(stage.failed()).toMatchObject([{ outcome: 'restored' }])
  })

  it('is restored by a later sync that renders without it, and by no other', async () => {
    await using stage = await runExperiment()
    await fail(stage)
    await merge(stage)
    stage.app.sync(stage.commit({ [FILE]: experimentFile() }, 'once more'))
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.failed()).toMatchObject([{ outcome: 'open' }])
    stage.app.sync(stage.commit({ [FILE]: null, 'apps/web/rollout.yaml': manifest('v2') }, 'web v2'))
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.failed()).toMatchObject([{ outcome: 'restored' }])
  })

  it('is told once where no sync applies the merge in time', async () => {
    await using stage = await runExperiment()
    await fail(stage)
    await merge(stage)
    await stage.advance(60 * MINUTE)
    expect(stage.failed()).toMatchObject([{ outcome: 'open' }])
    expect(stage.cards()[0]?.card.outcome).toContain('no sync is known to have applied that')
  })

  it('goes back to what it was in Git before, where a sync had made it anew', async () => {
    await using stage = await runExperiment(
      { [FILE]: experimentFile('40m') },
      {},
      {
        before: async (world) => {
          world.app.sync(world.commit({ [FILE]: experimentFile('20m') }, 'try it'))
          await world.show()
          await world.advance(MINUTE)
        },
      },
    )
    await fail(stage)
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.origin.git(['show', `${stage.branches()[0] ?? ''}:${FILE}`])).toBe(experimentFile('20m').trim())
  })

  it('takes the AnalysisTemplates back that came with it', async () => {
    await using stage = await runExperiment({ [FILE]: experimentFile('20m', 'web'), [TEMPLATE]: template() })
    await fail(stage)
    expect(stage.origin.git(['diff', '--name-only', 'main', stage.branches()[0] ?? '']).split('\n')).toEqual([FILE, TEMPLATE])
  })

  it('gets its PR, though its commit was synced again since', async () => {
    await using stage = await runExperiment()
    stage.app.sync(stage.asked)
    await stage.show()
    await stage.advance(MINUTE)
    await fail(stage)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  })

  it('leaves later commits that change something else where they are', async () => {
    await using stage = await runExperiment()
    stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2')
    await fail(stage)
    expect(stage.origin.git(['diff', '--name-status', 'main', stage.branches()[0] ?? ''])).toBe(`D\t${FILE}`)
    expect(stage.pulls()[0]?.body).toContain('the Experiment is rendered as it was when it failed')
  })

  it('keeps its PR while a later commit that stays cannot be weighed, as nothing is rendered', async () => {
    let isAway = false
    const wrap = (environment: Environment): Environment => ({
      ...environment,
      renderer: {
        ...environment.renderer,
        digest: async (question) => (isAway ? notRendered('failed', 'HTTP 500') : environment.renderer.digest(question)),
      },
    })
    await using stage = await runExperiment(undefined, { wrap })
    await fail(stage)
    stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2')
    isAway = true
    await stage.pushed()
    await stage.advance(5 * MINUTE)
    isAway = false
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  })

  it('has its PR closed when people take it out of Git themselves', async () => {
    await using stage = await runExperiment()
    await fail(stage)
    stage.commit({ [FILE]: null }, 'no more search')
    await stage.pushed()
    await stage.advance(MINUTE)
    const text = expect.stringContaining('asks for the failed Experiment no more')
    expect(stage.pulls()).toMatchObject([{ state: 'closed', comments: [{ text }] }])
    await stage.tell(stage.experiment.remove())
    await stage.restart()
    await stage.advance(MINUTE)
    expect(stage.failed()).toMatchObject([{ outcome: 'gone' }])
  })

  it('has its PR closed when it is gone from the cluster', async () => {
    await using stage = await runExperiment()
    await fail(stage)
    await stage.tell(stage.experiment.remove())
    await stage.restart()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toMatchObject([
      { state: 'closed', comments: [{ text: expect.stringContaining('The Experiment that failed is gone') }] },
    ])
    expect([stage.failed().map(({ outcome }) => outcome), stage.branches()]).toEqual([['gone'], []])
  })

  it('has its PR closed when it was made anew, whatever the new one comes to', async () => {
    await using stage = await runExperiment()
    await fail(stage)
    stage.experiment.remove()
    stage.addExperiment()
    await stage.show()
    await stage.advance(MINUTE)
    const text = expect.stringContaining('The Experiment that failed is gone')
    expect(stage.pulls()).toMatchObject([{ state: 'closed', comments: [{ text }] }])
    expect([stage.failed().map(({ outcome }) => outcome), stage.branches()]).toEqual([['superseded'], []])
  })

  it('is not restored by a merge of something else, which people pushed to the branch of its PR', async () => {
    await using stage = await runExperiment()
    await fail(stage)
    stage.commit({ [FILE]: experimentFile() }, 'keep it', { branch: stage.branches()[0] ?? '' })
    await stage.pushed()
    const merged = await merge(stage)
    stage.app.sync(merged)
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.failed()).toMatchObject([{ outcome: 'open' }])
  })

  it('has one PR and no other once somebody has closed it, though it is made anew and fails again', async () => {
    await using stage = await runExperiment()
    await fail(stage)
    stage.forges.closeByHuman(REPO, 1)
    await stage.pushed()
    await stage.advance(MINUTE)
    expect(refusal(stage)).toContain('P9: a PR for this very revert has ended: declined')
    await stage.tell(stage.experiment.remove())
    stage.app.sync(stage.asked)
    const again = stage.addExperiment()
    again.fail()
    await stage.show()
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
  })

  it('gets its PR after the push where only a server can render it', async () => {
    await using stage = await runExperiment(undefined, { wrap: server() })
    await fail(stage)
    expect(stage.pulls()).toMatchObject([{ state: 'open', body: expect.stringContaining('nothing that is rendered differs but') }])
  })
})
