import { describe, expect, it } from 'vitest'
import { createRunningStage } from './stage.ts'
import { fail } from './transition-stories.ts'

describe('what merging a revert changes in what is rendered', () => {
  it('is kept with it, with the values of images alone, for the release that its PR was opened for', async () => {
    await using stage = await createRunningStage()
    await fail(stage)
    const [release] = stage.failed()
    const [revert] = stage.reverts()
    expect(revert?.provenBy).toBe('rendering')
    expect(revert?.changes?.release).toBe(release?.key)
    const images = revert?.changes?.fields.filter(({ image }) => image !== undefined)
    expect(images).toEqual([
      {
        path: expect.stringMatching(/^template\.spec\.containers\[\w+\]\.image$/),
        image: { before: release?.images[0], after: release?.stableImages[0] },
      },
    ])
    const others = revert?.changes?.fields.filter(({ image }) => image === undefined) ?? []
    expect(others.flatMap((field) => Object.keys(field))).toEqual(others.map(() => 'path'))
  })

  it('is not known where files had to do', async () => {
    await using stage = await createRunningStage({ renderer: 'none' })
    await fail(stage)
    expect(stage.reverts()).toMatchObject([{ state: 'open', provenBy: 'files' }])
    expect(stage.reverts()[0]).not.toHaveProperty('changes')
  })

  it('stays as it was through a restart, and the PR stays one', async () => {
    await using stage = await createRunningStage()
    await fail(stage)
    const before = stage.reverts()[0]?.changes
    await stage.restart()
    await stage.advance(600_000)
    expect(stage.reverts()[0]?.changes).toEqual(before)
    expect(stage.pulls()).toHaveLength(1)
  })
})
