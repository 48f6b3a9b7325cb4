import { describe, expect, it } from 'vitest'
import { notRendered } from '../../src/domain/application/rendered.ts'
import type { RenderQuestion } from '../../src/ports/renderer.ts'
import type { StageOptions } from './stage.ts'
import { apart, both, decides, FILE, inOneFile, MINUTE, oneFails, own, refusals, restored } from './two-rollouts-stage.ts'

describe('two Rollouts of one release, of which web fails', () => {
  it('in one file: both go back, the other is named, and what was changed of it since stays', async () => {
    await using stage = await oneFails(inOneFile)
    stage.commit(both(['v2'], ['v2', 5]), 'later')
    await decides(stage)
    expect(refusals(stage)).toEqual([])
    expect(restored(stage)).toBe(both(['v1'], ['v1', 5])[FILE]?.trimEnd())
    expect(stage.pulls()[0]?.body).toContain('**Takes `shop/worker` back, too**')
    expect(stage.pulls()[0]?.body).toContain('`Rollout worker: spec.template.spec.containers[main].image`')
  })

  it('in one file, where the other is at a newer version by now: it is left to people', async () => {
    await using stage = await oneFails(inOneFile)
    stage.commit(both(['v2'], ['v3']), 'later')
    await decides(stage)
    expect(stage.pulls()).toEqual([])
    expect(refusals(stage)).toEqual([expect.stringMatching(/^P5: .*Rollout worker: \S+image has been changed since/)])
  })

  it('in files of their own: the other’s stays as the release left it', async () => {
    await using stage = await oneFails((tag) => apart([tag], [tag]))
    stage.commit({ [FILE]: own('web', 'v2', 5) }, 'later')
    await decides(stage)
    expect(refusals(stage)).toEqual([])
    expect(restored(stage)).toBe(own('web', 'v1', 5).trimEnd())
    expect(stage.reverts()).toMatchObject([{ paths: [FILE] }])
    const { headSha = '' } = stage.pulls()[0] ?? {}
    expect(stage.origin.git(['show', `${headSha}:apps/web/worker.yaml`])).toContain('worker:v2')
  })

  it('in files of their own: what a later commit builds upon the other’s does not keep web’s fields from going back', async () => {
    await using stage = await oneFails((tag) => apart([tag], [tag]))
    stage.commit(apart(['v2', 5], ['v3']), 'later')
    await decides(stage)
    expect(refusals(stage)).toEqual([])
    expect(restored(stage)).toBe(own('web', 'v1', 5).trimEnd())
  })
})

describe('a later commit gives another Rollout a mode that only v2 knows', () => {
  const WHY = /^P5: .* “later”\. It cannot .*: the Rollout shop\/worker would .* as \w{12} “later” left it, not as the release did\.$/

  it('in the file that goes back field by field: it is left to people', async () => {
    await using stage = await oneFails(inOneFile)
    stage.commit(both(['v2'], ['v2+fast']), 'later')
    await decides(stage)
    expect(stage.pulls()).toEqual([])
    expect(refusals(stage)).toEqual([expect.stringMatching(WHY)])
  })

  it('a PR that is open is closed', async () => {
    await using stage = await oneFails(inOneFile)
    await decides(stage)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    stage.commit(both(['v2'], ['v2+fast']), 'later')
    await stage.pushed()
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
    expect(stage.reverts()).toMatchObject([{ outcome: 'superseded' }])
  })
})

describe('only a server renders, once the revert is pushed', () => {
  /** As Argo CD's adapter does, it remembers what it has rendered by commit. */
  const wrap: StageOptions['wrap'] = (environment) => {
    const { renderer } = environment
    const later = notRendered('unpublished', 'It is rendered once it is pushed.')
    const known = new Set<string>()
    const isEarly = ({ isUnpublished, revisions: [revision = ''] }: RenderQuestion): boolean => {
      if (!isUnpublished) known.add(revision)
      return !known.has(revision)
    }
    return {
      ...environment,
      renderer: {
        render: async (question) => (isEarly(question) ? later : renderer.render(question)),
        digest: async (question) => (isEarly({ ...question, rollout: { namespace: '', name: '' } }) ? later : renderer.digest(question)),
      },
    }
  }

  it('another Rollout of the file, which was no part of the release, is at a newer version by now: the PR keeps that', async () => {
    await using stage = await oneFails((tag) => both([tag], ['v1']), { wrap })
    stage.commit(both(['v2'], ['v3']), 'later')
    await decides(stage)
    expect(refusals(stage)).toEqual([])
    expect(restored(stage)).toBe(both(['v1'], ['v3'])[FILE]?.trimEnd())
  })

  it('one that was built upon the release is found before that, by N: nothing is pushed, and it is left to people', async () => {
    await using stage = await oneFails(inOneFile, { wrap })
    stage.commit(both(['v2'], ['v2+fast']), 'later')
    await decides(stage)
    expect(stage.pulls()).toEqual([])
    expect(refusals(stage)).toEqual([expect.stringMatching(/^P5: .* the Rollout shop\/worker would change as well/)])
    expect(stage.origin.git(['for-each-ref', 'refs/heads/kedge'])).toBe('')
    expect((await stage.records()).filter(({ event }) => event === 'revert-planned')).toEqual([])
  })

  it('one that is built upon the release while a PR is open closes it', async () => {
    await using stage = await oneFails(inOneFile, { wrap })
    await decides(stage)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    stage.commit(both(['v2'], ['v2+fast']), 'later')
    await stage.pushed()
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
  })
})
