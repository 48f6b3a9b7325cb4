import { describe, expect, it } from 'vitest'
import { card, RENDERERS } from './git-side.ts'
import { manifest } from './manifest.ts'
import { createRunningStage } from './stage.ts'

const MINUTE = 60_000
const FILE = 'apps/web/rollout.yaml'

describe.each(RENDERERS)('a card of a release that Git has taken back, and Argo CD has not synced yet (renderer: %s)', (renderer) => {
  it('says one thing of Git where a person was faster than the decision', async () => {
    await using stage = await createRunningStage({ renderer })
    await stage.release('v2')
    stage.commit({ [FILE]: manifest('v1') }, 'Revert "web v2"')
    await stage.abort()
    await stage.advance(10_000)
    expect(stage.pulls()).toEqual([])
    expect(card(stage)).toEqual({
      title: 'web:v2 failed; the cluster went back, Git asks for the version before again',
      wants: 'web:v1, not synced yet',
      outcome: 'No revert PR: Git already asks for the version before again. A sync brings it to the cluster: then this is over.',
      todo: 'Wait for Argo CD',
    })
  })

  it.each([
    ['merged', undefined],
    ['closed', manifest('v1')],
  ])('says one thing of Git where the PR was %s', async (state, file) => {
    await using stage = await createRunningStage({ renderer })
    await stage.release('v2')
    await stage.abort()
    if (file === undefined) stage.merge(1)
    else stage.commit({ [FILE]: file }, 'Revert "web v2"')
    await stage.pushed()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toMatchObject([{ state }])
    expect(card(stage)).toMatchObject({
      title: 'web:v2 failed; the cluster went back, Git asks for the version before again',
      wants: 'web:v1, not synced yet',
      todo: 'Wait for Argo CD',
    })
  })
})
