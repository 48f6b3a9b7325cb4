import { expect, inject, it } from 'vitest'
import { hasPostgres } from '../../../postgres/database.ts'
import { liveWith, type Outcome } from '../../../postgres/leader-kills/live.ts'
import { required, type When } from '../../../postgres/leader-kills/moments.ts'
import { judge, planMoments, unreached } from '../../../postgres/leader-kills/rows.ts'
import { STORIES, type Story } from '../../../postgres/leader-kills/stories.ts'

const superseded = STORIES.find(({ name }) => name === 'superseded') as Story
const END = {
  pulls: 'closed',
  cards: 1,
  branches: '0',
  statuses: 'kedge/release failure',
  deployments: 'inactive, success',
  comments: 2,
  reverts: 'ended',
}
const OUTCOME: Outcome = { passed: [], killedAt: undefined, tookMs: 0, end: END, doubles: [], lost: [] }

it.runIf(hasPostgres).concurrent.each<[string, When]>([
  ['close-revert is begun', 'before'],
  ['close-revert: close', 'after'],
])('a leader that is killed at "%s", %s it, leaves one PR, closed once, to another replica', { timeout: 300_000 }, async (name, when) => {
  const postgres = inject('postgres')
  const url = 'url' in postgres ? postgres.url : ''
  const planned = { story: superseded, moment: { name, when } }
  const outcome = await liveWith({ url, port: Number(new URL(url).port) }, superseded, planned.moment)
  expect(outcome.killedAt).toContain(name)
  expect(judge(planned, outcome, END)).toEqual([])
})

it('each moment is planned once, before and after it, in the first story that has it; a try that fails is none', () => {
  const [first, second] = STORIES as [Story, Story]
  const passed = [['open-revert is intended', 'publish-card is intended'], ['publish-card: effect-failed']]
  const again = [['publish-card is intended'], ['mark-commit is begun']]
  const planned = planMoments(
    new Map([
      [first, { ...OUTCOME, passed }],
      [second, { ...OUTCOME, passed: again }],
    ]),
  )
  expect(planned.map(({ story, moment: { name, when } }) => [story, name, when])).toEqual([
    [first, 'open-revert is intended', 'before'],
    [first, 'open-revert is intended', 'after'],
    [second, 'mark-commit is begun', 'before'],
    [second, 'mark-commit is begun', 'after'],
  ])
})

it('a moment that was not reached is a failure, and so is what is there twice, lost, or otherwise at the end', () => {
  const planned = { story: superseded, moment: { name: 'close-revert: close', when: 'after' } } as const
  const reached = { ...OUTCOME, killedAt: ['close-revert: close'] }
  expect(judge(planned, reached, END)).toEqual([])
  expect(judge(planned, OUTCOME, END)).toEqual(['close-revert: close was not reached'])
  expect(judge(planned, { ...reached, doubles: ['PR'], lost: ['record'], end: { ...END, cards: 2 } }, END)).toEqual([
    'twice: PR',
    'record',
    'cards: 2, not 1',
  ])
  const missing = unreached([{ ...planned, outcome: reached, wrong: [] }])
  expect(missing).toContain('before: close-revert: close')
  expect(missing).not.toContain('after: close-revert: close')
  expect(missing).toHaveLength(2 * required().length - 1)
})
