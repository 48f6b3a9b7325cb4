import { expect, it } from 'vitest'
import { createAlertStage, PR_BY_BURN } from './alerts-stage.ts'
import { byFiles, manifest } from './manifest.ts'
import { stamp } from './objects.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000
const ROLLOUT = 'apps/web/rollout.yaml'

/** `argocd app sync --local`: the operation names a revision all the same, its result and the history name none. */
function syncsLocally({ app, clock }: Pick<RunningStage, 'app' | 'clock'>, revision: string, change: { drifted: boolean }): () => void {
  const operation = { phase: 'Running', startedAt: stamp(clock.now()), operation: { sync: { revision, manifests: ['{}'] } } }
  const shown = { ...change, compared: [revision], syncStatus: change.drifted ? 'OutOfSync' : 'Synced' }
  app.change({ ...shown, operation })
  return () => {
    app.sync()
    app.change({ ...shown, operation: { ...operation, phase: 'Succeeded', finishedAt: stamp(clock.now()), syncResult: { revision: '' } } })
  }
}

it.each([3_000, 20_000, MINUTE])(
  'what `argocd app sync --local` brought is put down to no commit, whichever its operation names (failed after %i ms)',
  async (failsAfter) => {
    await using stage = await createRunningStage({ wrap: byFiles })
    const newest = stage.commit({ [ROLLOUT]: manifest('v2') }, 'web v2')
    stage.app.change({ autoSync: false })
    const end = syncsLocally(stage, newest, { drifted: true })
    await stage.show()
    await stage.advance(1_000)
    stage.web.canary('v2')
    await stage.show()
    await stage.advance(1_000)
    end()
    await stage.show()
    await stage.advance(failsAfter)
    await stage.abort()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toEqual([])
    expect(stage.failed()).toMatchObject([{ applied: null, revision: null, decision: { reason: expect.stringContaining('made by hand') } }])
  },
)

it.each(['runs', 'is over', 'was of some resources only, and is over'])(
  'a local sync may be what an alert is about, so that nothing is taken back, where it %s',
  async (how) => {
    await using stage = await createAlertStage({ policy: { prCauses: PR_BY_BURN, bakeMs: 10 * MINUTE } })
    const commit = await stage.release('v2')
    await stage.promote('v2')
    await stage.advance(2 * MINUTE)
    const end = syncsLocally(stage, commit, { drifted: false })
    await stage.show()
    await stage.advance(MINUTE)
    if (how === 'is over') end()
    else if (how !== 'runs') stage.app.selfHeal(commit)
    await stage.show()
    await stage.fire()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toEqual([])
    expect(stage.cards()[0]?.card.outcome).toContain('Argo CD does not tell of all that was applied')
  },
)
