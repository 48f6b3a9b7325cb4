import { expect, test } from 'vitest'
import { notRendered, type Rendering } from '../../../../src/domain/application/rendered.ts'
import { Sealed } from '../../../../src/domain/sealed.ts'
import { openBeside, rolloutsBeside } from '../../../../src/reconcile/git-facts/beside/beside.ts'

type Question = Parameters<typeof openBeside>[0]

const [HEAD, GOOD, LEFT, REVERT] = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(40)) as [string, string, string, string]
const STATES = { head: HEAD, good: GOOD, left: LEFT, revert: REVERT } as unknown as Parameters<typeof openBeside>[2]

function rendered(image = 'worker:v1', more: object = {}): Rendering {
  const template = new Sealed({ spec: { containers: [{ name: 'main', image }], ...more } })
  return { result: 'rendered', rollout: { template, spec: new Sealed({}), analysis: undefined, parts: { rest: '', rollouts: new Map() } } }
}

/** `at`: what worker is rendered as; by default the head renders none, and the revert does, as N's commit did. */
function questionOf(
  application: object,
  at = (revision = ''): Rendering => (revision === HEAD ? notRendered('absent', 'It is gone.') : rendered()),
) {
  const asked: string[] = []
  const question = {
    application: { rollouts: ['shop/web'], sources: [{ repoURL: 'https://git.example/a.git' }], ...application },
    release: { namespace: 'shop', rollout: 'web', applied: { revisions: [HEAD] } },
    renderings: {
      at: async ([revision = '']: readonly string[], { rollout }: { rollout: { name: string } }) => {
        asked.push(`${rollout.name} ${revision}`)
        return at(revision)
      },
    },
    source: { index: 0, repository: 'git.example/a' },
    stableOf: () => undefined,
  } as unknown as Question
  return { question, asked }
}

async function named(application: object, atN: readonly string[] | undefined, by: 'rendering' | 'files' = 'rendering'): Promise<unknown> {
  const { question } = questionOf(application)
  const versions = { by: 'rendering', before: { rollout: { rollouts: atN } } } as unknown as Parameters<typeof rolloutsBeside>[2]
  const beside = openBeside(question, { sharing: [], untold: [] }, STATES)
  return (await beside.rollouts(rolloutsBeside(question, [], versions), by)).map(({ name, isKnown }) => [name, isKnown])
}

test('a Rollout that is gone, and comes back by the revert, is named by what N renders, or by what the Application listed', async () => {
  expect(await named({}, ['shop/web', 'shop/worker'])).toEqual([['shop/worker', true]])
  expect(await named({ formerRollouts: ['shop/worker'] }, undefined)).toEqual([['shop/worker', true]])
  expect(await named({ formerRollouts: ['shop/worker'] }, undefined, 'files')).toEqual([['shop/worker', false]])
  expect(await named({}, undefined)).toEqual([])
})

test('a Rollout whose template is too deep to be told is named without its images', async () => {
  const deep = Array.from({ length: 70 }).reduce<object>((within) => ({ within }), {})
  const { question } = questionOf({}, (revision) => rendered(revision === HEAD ? 'worker:v2' : 'worker:v1', { deep }))
  const rollouts = await openBeside(question, { sharing: [], untold: [] }, STATES).rollouts(new Set(['shop/worker']), 'rendering')
  expect(rollouts).toMatchObject([{ name: 'shop/worker', isKnown: true, images: [] }])
})

test('each state is asked for once, whoever wants to know', async () => {
  const { question, asked } = questionOf({}, (revision) => rendered(revision === HEAD || revision === LEFT ? 'worker:v2' : 'worker:v1'))
  const beside = openBeside(question, { sharing: [], untold: [] }, STATES)
  const rollouts = await beside.rollouts(new Set(['shop/web', 'shop/worker']), 'rendering')
  expect(rollouts).toMatchObject([{ name: 'shop/worker', isKnown: true, images: [{ before: 'worker:v2', after: 'worker:v1' }] }])
  const applications = { otherApplications: [], untoldApplications: [] }
  expect(await beside.builtUpon({ rollouts, applications, staying: [] }, true)).toBeUndefined()
  const states = [HEAD, GOOD, LEFT, REVERT]
  expect(asked.toSorted()).toEqual(['web', 'worker'].flatMap((name) => states.map((state) => `${name} ${state}`)).toSorted())
})
