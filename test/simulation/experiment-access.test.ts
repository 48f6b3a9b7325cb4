import { expect, it } from 'vitest'
import { notRendered, type RenderedDigest } from '../../src/domain/application/rendered.ts'
import { DEFAULT_POLICY } from '../../src/domain/policy/policy.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { fail, MINUTE, refusal, runExperiment, type ExperimentStage } from './experiment-stage.ts'
import { server } from './server-renderer.ts'

const RIGHT = 'Argo CD does not let this account get the Application (HTTP 403).'
const FORBIDDEN = notRendered('forbidden', RIGHT)
const NAMED = `Argo CD does not let Kedge ask any more what the commits render (E_RENDERER_REFUSED). ${RIGHT}`

/** What is said instead of a digest; `atPush`: from when it is asked about a revert that is not pushed. */
interface Said {
  all?: RenderedDigest | undefined
  atPush?: RenderedDigest | undefined
}

/** A server that renders what is pushed. */
function rights(said: Said): (environment: Environment) => Environment {
  return (given) => {
    const environment = server()(given)
    return {
      ...environment,
      renderer: {
        ...environment.renderer,
        async digest(question) {
          if (question.isUnpublished) said.all ??= said.atPush
          else if (said.all) return said.all
          return environment.renderer.digest(question)
        },
      },
    }
  }
}

const planned = async (stage: ExperimentStage): Promise<number> =>
  (await stage.records()).filter(({ event }) => event === 'revert-planned').length

it.each([
  ['its right is gone', 'forbidden'],
  ['its token has run out', 'locked-out'],
] as const)('a server that lets Kedge in no more once the revert of an Experiment is pushed (%s) is told of by name', async (_, why) => {
  const said: Said = { atPush: notRendered(why, RIGHT) }
  await using stage = await runExperiment(undefined, { wrap: rights(said) })
  await fail(stage)
  await stage.advance(60 * MINUTE)
  expect(refusal(stage)).toContain(NAMED)
  expect([stage.pulls(), stage.branches(), await planned(stage)]).toEqual([[], [], 1])
  expect(stage.cards()[0]?.card.outcome).toContain(RIGHT)
  expect(stage.cards()[0]?.thread.length).toBeLessThan(4)
  delete said.atPush
  said.all = undefined
  await stage.advance(5 * MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open', body: expect.stringContaining('nothing that is rendered differs but') }])
})

it('a right that is lost before there is a PR of an Experiment is told of by name as well, and over a restart', async () => {
  const said: Said = {}
  await using stage = await runExperiment(undefined, {
    wrap: rights(said),
    policy: { limits: { ...DEFAULT_POLICY.limits, openedPerHour: 0 } },
  })
  await fail(stage)
  expect(refusal(stage)).toContain('P12: ')
  said.all = FORBIDDEN
  await stage.restart()
  await stage.advance(10 * MINUTE)
  expect(refusal(stage)).toContain(NAMED)
  await stage.restart()
  await stage.advance(10 * MINUTE)
  expect(refusal(stage)).toContain(NAMED)
  said.all = undefined
  await stage.advance(5 * MINUTE)
  expect(refusal(stage)).toContain('P12: ')
})

it('a right that Kedge never had says that nobody renders it', async () => {
  await using stage = await runExperiment(undefined, { wrap: rights({ all: FORBIDDEN }) })
  await fail(stage)
  await stage.advance(10 * MINUTE)
  expect(refusal(stage)).toContain(`P10: nobody renders it, and files prove nothing of an Experiment. ${RIGHT}`)
  expect(stage.pulls()).toEqual([])
})
