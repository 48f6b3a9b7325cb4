import { describe, expect, it } from 'vitest'
import { notRendered } from '../../src/domain/application/rendered.ts'
import type { GitRepository } from '../../src/ports/git.ts'
import type { Renderer } from '../../src/ports/renderer.ts'
import { fails, refusals } from './failing.ts'
import { byFiles, manifest } from './manifest.ts'
import { createRunningStage, type RunningStage, type StageOptions } from './stage.ts'

const MINUTE = 60_000
const ROLLOUT = 'apps/web/rollout.yaml'

/** A renderer that says something else of the one commit that is asked about in this place. */
function otherwise(change: (revisions: readonly string[]) => boolean, answer: Renderer['render']): NonNullable<StageOptions['wrap']> {
  return (environment) => ({
    ...environment,
    renderer: {
      ...environment.renderer,
      render: (question) => (change(question.revisions) ? answer(question) : environment.renderer.render(question)),
    },
  })
}

describe('a revert', () => {
  it('that is rendered says so to people, with the fields that it changes and values of images alone', async () => {
    await using stage = await createRunningStage()
    await stage.release('v2')
    await stage.abort()
    const [pull] = stage.pulls()
    expect(pull?.body).toContain('Proven by rendering: ')
    expect(pull?.body).toContain('- `template.spec.containers[main].image`: `registry.example/web:v2` → `registry.example/web:v1`')
    expect(stage.reverts()).toMatchObject([{ provenBy: 'rendering' }])
  })

  it('that cannot be rendered is proven by files, and says why', async () => {
    await using stage = await createRunningStage({ wrap: byFiles })
    await stage.release('v2')
    await stage.abort()
    expect(stage.pulls()[0]?.body).toContain('Proven by files: A source is rendered by Helm.')
    expect(stage.reverts()).toMatchObject([{ provenBy: 'files' }])
  })

  it('that does not render N is not even pushed', async () => {
    const at: { stage?: RunningStage } = {}
    const isRevert = ([revision = '']: readonly string[]): boolean =>
      at.stage !== undefined && !at.stage.origin.git(['log', '--all', '--format=%H']).includes(revision)
    const none = async (): ReturnType<Renderer['render']> => notRendered('absent', 'The Rollout is not among what is rendered.')
    await using stage = await createRunningStage({ wrap: otherwise(isRevert, none) })
    at.stage = stage
    await stage.release('v2')
    await stage.abort()
    await stage.advance(MINUTE)
    expect([stage.pulls(), stage.branches()]).toEqual([[], []])
    expect(refusals(stage)).toEqual(['P10: the revert does not render. The Rollout is not among what is rendered.'])
  })

  it('is not opened when the commit before the culprits renders N+1 already', async () => {
    const at: { before?: string; bad?: string } = {}
    await using stage = await createRunningStage({
      wrap: (environment) => ({
        ...environment,
        renderer: {
          ...environment.renderer,
          // As where it reads a file that Kedge does not know of.
          render: async (question) =>
            environment.renderer.render(question.revisions[0] === at.before && at.bad ? { ...question, revisions: [at.bad] } : question),
        },
      }),
    })
    at.before = stage.commit({ 'other/readme': 'y\n' }, 'of another team')
    at.bad = stage.commit({ [ROLLOUT]: manifest('v2') }, 'web v2')
    stage.app.sync(at.bad)
    await fails(stage, 'v2')
    expect(stage.pulls()).toEqual([])
    expect(refusals(stage)).toEqual([expect.stringMatching(/^P7: .* renders N\+1 already\.$/)])
  })

  it.each([
    ['took long', 10_000],
    ['took long, and the clock was set back in it', -3_600_000],
  ])('is not opened when all is well again after a push that %s', async (_, passes) => {
    let late = 0
    const at: { stage?: RunningStage } = {}
    const slow = (repository: GitRepository): GitRepository => ({
      ...repository,
      async push(...given) {
        const pushed = await repository.push(...given)
        late = passes
        at.stage?.web.healthy('v2')
        void at.stage?.show()
        return pushed
      },
    })
    await using stage = await createRunningStage({
      wrap: (environment) => ({
        ...environment,
        clock: { ...environment.clock, now: () => environment.clock.now() + late },
        repositories: { open: async (url) => slow(await environment.repositories.open(url)) },
      }),
    })
    at.stage = stage
    await stage.release('v2')
    await stage.abort()
    await stage.advance(MINUTE)
    expect(late).toBe(passes)
    expect([stage.pulls(), stage.branches()]).toEqual([[], []])
  })
})
