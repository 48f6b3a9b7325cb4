import { describe, expect, it } from 'vitest'
import { notRendered } from '../../src/domain/application/rendered.ts'
import { podTemplate } from './objects.ts'
import { server, type Says } from './server-renderer.ts'
import { createStage, type Stage } from './stage.ts'

const MINUTE = 60_000
const FILE = 'apps/web/rollout.yaml'

function file(tag: string, replicas: number): string {
  const template = JSON.stringify(podTemplate('web', tag)).replace('"image"', '\n    "image"')
  return `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web}\nspec:\n  replicas: ${replicas}\n  template: ${template}\n`
}

/** v2 has failed, and a later commit has changed the file since, so that only a field goes back. */
async function failing(say: Says): Promise<Stage> {
  const stage = await createStage({ wrap: server(say) })
  const [web, app] = [stage.addRollout(), stage.addApplication()]
  app.sync(stage.commit({ [FILE]: file('v1', 2) }, 'web v1'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(stage.commit({ [FILE]: file('v2', 2) }, 'web v2'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  app.compare(stage.commit({ [FILE]: file('v2', 5) }, 'scale'))
  await stage.show()
  await stage.advance(MINUTE)
  return stage
}

describe('a revert of fields beside a later commit', () => {
  it('stays open where what all of the Application renders is forgotten, and what the Rollout becomes is not', async () => {
    await using stage = await failing({})
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    await stage.advance(30 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  })

  it('that nobody could read once it was pushed, for more than two minutes, is pushed again', async () => {
    const say: Says = { revert: notRendered('unreachable', 'Argo CD does not answer.') }
    await using stage = await failing(say)
    await stage.advance(5 * MINUTE)
    expect([stage.pulls(), stage.branches()]).toEqual([[], []])
    const gone = notRendered('unfetched', 'Argo CD does not find the revision in the repository.')
    Object.defineProperty(say, 'revert', { get: () => (stage.branches().length > 0 ? undefined : gone) })
    await stage.advance(60 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open', body: expect.stringContaining('Proven by rendering: ') as string }])
  })
})
